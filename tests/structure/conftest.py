"""What the structure tests share."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def say(capsys):
    """say('12 things') shows a measure among the dots, whatever becomes of the test."""

    def _say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text} ")

    return _say
