"""Thresholds and days, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from app.alerts import rules

USUAL = (30, 14, 7, 1, 0)
DAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(("left", "stands_at"), [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7),
                                                (1, 1), (0, 0), (-1, 0), (-9, 0)])
def test_a_certificate_stands_at_the_last_threshold_that_it_reached(left, stands_at):
    assert rules.threshold(left, USUAL) == stands_at


def test_without_a_last_day_the_last_threshold_goes_on_after_the_expiry():
    assert rules.threshold(-2, (30, 7)) == 7


def test_a_round_looks_two_weeks_back_or_to_the_round_before():
    assert rules.since(DAY, None) == dt.date(2026, 2, 15)
    assert rules.since(DAY, dt.date(2026, 2, 28)) == dt.date(2026, 2, 15)
    assert rules.since(DAY, dt.date(2026, 1, 10)) == dt.date(2026, 1, 10)


def test_warnings_come_so_many_days_before():
    assert list(rules.warning_days(DAY, (7, 0))) == [dt.date(2026, 2, 22), DAY]
