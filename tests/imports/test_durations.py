from __future__ import annotations

from typing import Any

import pytest

from app.imports.outcomes import Mark, Parsed
from app.imports.values import parse


@pytest.mark.parametrize(
    ("written", "months"),
    [
        (24, 24), (24.0, 24), ("36", 36), ("٢٤", 24), ("24 months", 24), ("18 mths", 18), ("2 years", 24),
        ("1 Year", 12), ("every 2 yrs", 24), ("1.5 years", 18), ("1,5 ans", 18), ("two years", 24), ("2Y", 24),
        ("Annual", 12),
        ("Biennial", 24), ("سنة", 12), ("سنتان", 24), ("3 سنوات", 36), ("6 أشهر", 6), ("٢٤ شهرًا", 24), ("0", 0),
        ("Lifetime", 0), ("One time", 0), ("No expiry", 0), ("لا تنتهي", 0), ("مدى الحياة", 0),
    ],
)  # fmt: skip
def test_a_validity_in_words_is_months(written: Any, months: int) -> None:
    assert parse(written, "months") == Parsed(months)


@pytest.mark.parametrize("written", ["90 days", "2 years 6 months", "2-3 years", "0.7 months", "12 (annual)"])
def test_what_is_no_number_of_calendar_months_is_no_guess(written: str) -> None:
    outcome = parse(written, "months")
    assert getattr(outcome, "code", outcome) == "not_months"


def test_an_expiry_that_never_comes_is_no_date() -> None:
    for written in ("Permanent", "31.12.9999", "9999-12-31", 2958465, "99991231", "لا تنتهي"):
        assert parse(written, "date") == Parsed(Mark.NO_END), written
    for written in ("00.00.0000", "0000-00-00", "00000000"):
        assert parse(written, "date") == Parsed(Mark.KEEP), written
