"""What the structure tests share."""

from __future__ import annotations

import logging

import pytest

from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.structure.rows import fill_every_table


@pytest.fixture(autouse=True)
def _loggers_stay_on():
    """import-linter configures logging for itself, which switches off every logger that is there."""
    yield
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.fixture
def estate(context, acme, globex):
    """acme and globex with a row in every table, those of people the employee's, whom foreman and manager see.

    globex's texts all contain SECRET.
    """
    for organisation in (acme, globex):
        with tenant_scope(organisation.id), unit_of_work():
            of_people = {"employees": organisation.employees["employee"], "ab_user": organisation.actor("employee").id}
            organisation.rows = fill_every_table(organisation.id, given=of_people) | {"tenants": organisation.id}
    return acme, globex
