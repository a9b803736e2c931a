"""When a schedule is due. Pure."""

from __future__ import annotations

from datetime import date

EVERY = ("day", "week", "month")
SUNDAY = 6


def is_due(every: str, day: date) -> bool:
    """Whether a report that comes every day, week (Sundays) or month (its first day) comes on `day`."""
    return every == "day" or (every == "week" and day.weekday() == SUNDAY) or (every == "month" and day.day == 1)
