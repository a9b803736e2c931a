"""What the structure tests share."""

from __future__ import annotations

import logging

import pytest


@pytest.fixture(autouse=True)
def _loggers_stay_on():
    """import-linter configures logging for itself, which switches off every logger that is there."""
    yield
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
