"""Working time, case by case as a clerk reckons it on the wall clock, and against a count of every minute."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tenancy.rules import WEEKDAYS, WorkingCalendar, days_of, hours_of


def week(days: str, starts: str, ends: str, zone: str, *holidays: tuple[int, int, int]) -> WorkingCalendar:
    """A calendar; each holiday is (month, first day, last day) of 2026."""
    free = days_of([(dt.date(2026, month, first), dt.date(2026, month, last)) for month, first, last in holidays])
    return WorkingCalendar(frozenset(days.split()), dt.time.fromisoformat(starts), dt.time.fromisoformat(ends),
                           ZoneInfo(zone), free)


GULF = "sun mon tue wed thu"
RIYADH = week(GULF, "08:00", "16:00", "Asia/Riyadh", (2, 22, 22), (3, 20, 24))  # Founding Day and Eid
RAMADAN = replace(RIYADH, hours=hours_of([  # 18 February to 19 March 2026, and a week of its own in it
    (dt.date(2026, 2, 18), dt.date(2026, 3, 19), dt.time(10), dt.time(16)),
    (dt.date(2026, 3, 8), dt.date(2026, 3, 12), dt.time(9), dt.time(12))]))
KUWAIT = week(GULF, "07:00", "14:00", "Asia/Kuwait")
DUBAI = week("mon tue wed thu fri", "09:00", "17:00", "Asia/Dubai")
TEHRAN = week("sat sun mon tue wed", "07:30", "15:30", "Asia/Tehran")
KOLKATA = week("mon tue wed thu fri sat", "09:30", "18:00", "Asia/Kolkata")
CAIRO = week(GULF, "08:00", "16:00", "Africa/Cairo")  # the clocks change on 24 April and 30 October 2026
BERLIN = week("mon tue wed thu fri", "08:00", "16:00", "Europe/Berlin")  # on 29 March and 25 October
NIGHTS = week(" ".join(WEEKDAYS), "00:00", "08:00", "Europe/London")  # likewise, in the middle of a shift


def local(calendar: WorkingCalendar, text: str) -> dt.datetime:
    """'03-05 15:00' of 2026, or with its year, on the calendar's wall clock."""
    text = text if len(text) > 14 and text[4] == "-" else f"2026-{text}"
    return dt.datetime.fromisoformat(text).replace(tzinfo=calendar.zone).astimezone(dt.UTC)


# 1 March 2026 is a Sunday
@pytest.mark.parametrize(("calendar", "start", "hours", "due"), [
    (RIYADH, "03-01 08:00", 8, "03-01 16:00"),
    (RIYADH, "03-01 08:00", 8.5, "03-02 08:30"),
    (RIYADH, "03-01 07:59", 0.5, "03-01 08:30"),
    (RIYADH, "03-02 12:00", 40, "03-09 12:00"),
    (RIYADH, "03-04 12:00", 16, "03-08 12:00"),
    (RIYADH, "03-05 15:59", 1 / 60, "03-05 16:00"),
    (RIYADH, "03-05 15:30", 1, "03-08 08:30"),
    (RIYADH, "03-05 16:00", 1, "03-08 09:00"),
    (RIYADH, "03-06 00:00", 1, "03-08 09:00"),  # Friday
    (RIYADH, "03-06 10:00", 0, "03-08 08:00"),
    (RIYADH, "03-07 23:59", 8, "03-08 16:00"),  # Saturday
    (RIYADH, "02-19 12:00", 8, "02-23 12:00"),  # a weekend that a holiday prolongs
    (RIYADH, "02-21 12:00", 16, "02-24 16:00"),
    (RIYADH, "03-18 08:00", 24, "03-25 16:00"),
    (RIYADH, "03-19 15:00", 2, "03-25 09:00"),
    (RIYADH, "03-20 10:00", 8, "03-25 16:00"),
    (RIYADH, "03-24 12:00", 1, "03-25 09:00"),
    (RAMADAN, "02-17 08:00", 8, "02-17 16:00"),  # the day before
    (RAMADAN, "02-18 08:00", 6, "02-18 16:00"),
    (RAMADAN, "02-18 09:59", 1, "02-18 11:00"),
    (RAMADAN, "02-18 08:00", 8, "02-19 12:00"),
    (RAMADAN, "02-19 15:00", 2, "02-23 11:00"),  # a weekend and Founding Day, which stays free
    (RAMADAN, "03-05 14:00", 4, "03-08 11:00"),  # into the week of three hours
    (RAMADAN, "03-08 09:00", 15, "03-12 12:00"),
    (RAMADAN, "03-12 12:00", 6, "03-15 16:00"),
    (RAMADAN, "03-19 15:00", 2, "03-25 09:00"),  # Eid, and eight hours again
    (RIYADH, "12-31 15:00", 2, "2027-01-03 09:00"),
    (RIYADH, "2028-02-28 08:00", 16, "2028-02-29 16:00"),
    (KUWAIT, "03-05 13:00", 8, "03-08 14:00"),
    (KUWAIT, "03-05 13:00", 8.25, "03-09 07:15"),
    (DUBAI, "03-06 16:00", 2, "03-09 10:00"),  # works on Friday, rests on Saturday and Sunday
    (DUBAI, "03-08 12:00", 1, "03-09 10:00"),
    (TEHRAN, "03-04 15:00", 1, "03-07 08:00"),
    (TEHRAN, "03-06 09:00", 8, "03-07 15:30"),
    (KOLKATA, "03-07 17:00", 2, "03-09 10:30"),
    (CAIRO, "04-23 15:00", 2, "04-26 09:00"),
    (CAIRO, "10-29 15:00", 2, "11-01 09:00"),
    (BERLIN, "03-27 15:00", 2, "03-30 09:00"),
    (BERLIN, "10-23 15:00", 2, "10-26 09:00"),
    (NIGHTS, "03-29 00:00", 7, "03-29 08:00"),  # an hour is missing
    (NIGHTS, "03-29 00:00", 8, "03-30 01:00"),
    (NIGHTS, "03-29 00:30", 1, "03-29 02:30"),
    (NIGHTS, "10-25 00:00", 8, "10-25 07:00"),  # an hour comes twice
    (NIGHTS, "10-25 00:00", 9, "10-25 08:00"),
    (NIGHTS, "10-25 00:00", 10, "10-26 01:00"),
])
def test_so_many_hours_later(calendar, start, hours, due):
    assert calendar.after(local(calendar, start), hours) == local(calendar, due)


@pytest.mark.parametrize(("calendar", "start", "end", "hours"), [
    (RIYADH, "03-05 15:00", "03-08 09:00", 2),
    (RIYADH, "03-06 08:00", "03-07 23:00", 0),
    (RIYADH, "03-08 08:00", "03-15 08:00", 40),
    (RIYADH, "03-19 08:00", "03-25 16:00", 16),
    (RIYADH, "02-19 16:00", "02-23 08:00", 0),
    (RIYADH, "03-01 00:00", "04-01 00:00", (23 - 3) * 8),  # of March's working days three are of Eid
    (RIYADH, "03-02 10:00", "03-02 09:00", 0),
    (RAMADAN, "02-15 00:00", "02-22 00:00", 3 * 8 + 2 * 6),
    (RAMADAN, "03-08 00:00", "03-15 00:00", 15),
    (KUWAIT, "03-01 00:00", "03-08 00:00", 35),
    (DUBAI, "03-06 16:59", "03-09 09:01", 2 / 60),
    (TEHRAN, "03-04 15:30", "03-07 07:30", 0),
    (KOLKATA, "03-02 00:00", "03-09 00:00", 51),
    (CAIRO, "04-23 08:00", "04-26 16:00", 16),
    (BERLIN, "03-27 08:00", "03-30 16:00", 16),
    (BERLIN, "10-23 08:00", "10-26 16:00", 16),
    (NIGHTS, "03-28 00:00", "03-30 00:00", 15),
    (NIGHTS, "10-24 00:00", "10-26 00:00", 17),
])
def test_hours_from_one_to_the_other(calendar, start, end, hours):
    assert calendar.hours_between(local(calendar, start), local(calendar, end)) == pytest.approx(hours)


# -- every minute ------------------------------------------------------------------------------------------

MINUTE = dt.timedelta(minutes=1)
ZONES = ("Asia/Riyadh", "Asia/Kolkata", "Europe/London", "Europe/Berlin", "America/New_York")
NEAR_CHANGES = st.sampled_from((dt.datetime(2026, 3, 5), dt.datetime(2026, 3, 26), dt.datetime(2026, 10, 22)))
CALENDARS = st.builds(
    WorkingCalendar, st.frozensets(st.sampled_from(WEEKDAYS), min_size=1),
    st.sampled_from((dt.time(0), dt.time(8, 15))), st.sampled_from((dt.time(12, 30), dt.time(16), dt.time(23))),
    st.sampled_from([ZoneInfo(zone) for zone in ZONES]),
    st.frozensets(st.dates(dt.date(2026, 3, 1), dt.date(2026, 3, 31)), max_size=4),
    st.dictionaries(st.dates(dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
                    st.sampled_from(((dt.time(10), dt.time(16)), (dt.time(9, 30), dt.time(12)))), max_size=20))


def works(calendar: WorkingCalendar, instant: dt.datetime) -> bool:
    wall = instant.astimezone(calendar.zone)
    starts, ends = calendar.hours.get(wall.date(), (calendar.starts, calendar.ends))
    return (WEEKDAYS[wall.weekday()] in calendar.days and wall.date() not in calendar.holidays
            and starts <= wall.time() < ends)


def minutes(calendar: WorkingCalendar, start: dt.datetime, end: dt.datetime) -> int:
    count = 0
    while start < end:
        count += works(calendar, start)
        start += MINUTE
    return count


@settings(max_examples=300 if os.environ.get("TRAINFLOW_LONG") else 10, deadline=None)
@given(CALENDARS, NEAR_CHANGES, st.integers(0, 1440), st.integers(0, 5 * 1440), st.integers(1, 900))
def test_every_minute_is_counted(calendar, base, offset, span, wanted):
    start = base.replace(tzinfo=dt.UTC) + offset * MINUTE
    end = start + span * MINUTE
    assert round(calendar.hours_between(start, end) * 60) == minutes(calendar, start, end)
    due = calendar.after(start, wanted / 60)
    if due < start + dt.timedelta(days=8):
        assert minutes(calendar, start, due) == wanted
        assert works(calendar, due - MINUTE)
