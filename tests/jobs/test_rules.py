"""Arguments as JSON and back, and when a daily line comes next."""

from __future__ import annotations

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.jobs.rules import from_json, next_daily, to_json

RIYADH, BEIRUT = ZoneInfo("Asia/Riyadh"), ZoneInfo("Asia/Beirut")


def test_ids_days_and_plain_values_come_back_as_they_were():
    arguments = (UUID(int=7), dt.date(2026, 3, 1), "a", 3, 1.5, True, None)
    assert from_json(to_json(arguments)) == arguments


def test_what_is_no_plain_value_is_not_kept():
    assert to_json((object(),)) is None
    assert to_json((1, dt.datetime(2026, 3, 1, 9), "a")) is None


@pytest.mark.parametrize(("now", "ran_on", "comes"), [
    ("2026-03-01T02:00+00:00", None, "2026-03-01T06:00+03:00"),  # five in the morning: later today
    ("2026-03-01T03:30+00:00", None, "2026-03-01T06:30+03:00"),  # due and not run yet: now
    ("2026-03-01T03:30+00:00", "2026-03-01", "2026-03-02T06:00+03:00"),
    ("2026-03-01T22:00+00:00", "2026-03-01", "2026-03-02T06:00+03:00"),  # past midnight there
])
def test_a_daily_line_comes_once_a_day_there(now, ran_on, comes):
    day = dt.date.fromisoformat(ran_on) if ran_on else None
    found = next_daily(dt.time(6), dt.datetime.fromisoformat(now), RIYADH, day)
    assert found == dt.datetime.fromisoformat(comes)


def test_on_the_day_the_clock_goes_forward_the_hour_that_is_left_out_moves_on():
    # Beirut skips from midnight to one o'clock on 29 March 2026
    now = dt.datetime(2026, 3, 28, 20, tzinfo=dt.UTC)
    found = next_daily(dt.time(0, 10), now, BEIRUT, dt.date(2026, 3, 28))
    assert found.astimezone(dt.UTC) == dt.datetime(2026, 3, 28, 22, 10, tzinfo=dt.UTC)
