"""Working time: examples reckoned by hand. Riyadh is three hours ahead of UTC all year; London changes its clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tenancy.rules import HORIZON_DAYS, WorkingCalendar, days_of

RIYADH = WorkingCalendar(frozenset(("sun", "mon", "tue", "wed", "thu")), dt.time(8), dt.time(16),
                         ZoneInfo("Asia/Riyadh"))
EID = days_of([(dt.date(2026, 3, 20), dt.date(2026, 3, 24))])
WITH_EID = WorkingCalendar(RIYADH.days, RIYADH.starts, RIYADH.ends, RIYADH.zone, EID)
LONDON = WorkingCalendar(frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun")), dt.time(0), dt.time(8),
                         ZoneInfo("Europe/London"))


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> dt.datetime:
    """An instant of 2026, UTC. 1 March 2026 is a Sunday; work in Riyadh is from 05:00 to 13:00 UTC."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize("calendar, start, hours, due", [
    (RIYADH, at(1, 6), 2, at(1, 8)),  # within a day
    (RIYADH, at(1, 12), 2, at(2, 6)),  # over a night
    (RIYADH, at(1, 5), 8, at(1, 13)),  # a whole day ends as it ends, not as the next begins
    (RIYADH, at(1, 2), 1, at(1, 6)),  # before work: counts from its start
    (RIYADH, at(1, 20), 1, at(2, 6)),  # after work
    (RIYADH, at(5, 12), 2, at(8, 6)),  # Thursday to Sunday
    (RIYADH, at(6, 9), 8, at(8, 13)),  # asked on a Friday
    (RIYADH, at(1, 6), 16, at(3, 6)),  # two days of eight hours
    (RIYADH, at(1, 6), 40, at(8, 6)),  # a week
    (WITH_EID, at(19, 12), 2, at(25, 6)),  # Thursday before Eid to Wednesday after
    (WITH_EID, at(22, 9), 8, at(25, 13)),  # asked on a holiday
    (LONDON, at(28, 23), 8, at(30, 0)),  # the clocks go forward: seven hours that night, one the next
    (RIYADH, at(1, 6), 0, at(1, 6)),
])
def test_hours_after(calendar, start, hours, due):
    assert calendar.after(start, hours) == due


@pytest.mark.parametrize("calendar, start, end, hours", [
    (RIYADH, at(1, 6), at(1, 8), 2), (RIYADH, at(1, 12), at(2, 6), 2), (RIYADH, at(1, 2), at(1, 4), 0),
    (RIYADH, at(5, 12), at(8, 6), 2), (RIYADH, at(1, 5), at(8, 5), 40), (WITH_EID, at(19, 12), at(25, 6), 2),
    (LONDON, at(28, 0), at(29, 12), 15), (RIYADH, at(2, 6), at(1, 6), 0),
])
def test_hours_between(calendar, start, end, hours):
    assert calendar.hours_between(start, end) == hours


def test_a_calendar_without_working_days_ends_somewhere():
    never = WorkingCalendar(frozenset(), dt.time(8), dt.time(16), ZoneInfo("UTC"))
    assert never.after(at(1, 6), 1) == at(1, 6) + dt.timedelta(days=HORIZON_DAYS)
    assert never.hours_between(at(1, 6), at(30, 6)) == 0


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31), timezones=st.just(dt.UTC)),
       st.integers(1, 200))
def test_what_takes_so_many_hours_lasts_so_many_hours(start, hours):
    due = WITH_EID.after(start, hours)
    assert WITH_EID.hours_between(start, due) == pytest.approx(hours)
    assert WITH_EID.after(start, hours + 1) > due
