"""Working time: which hours count when something waits for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as date.weekday() counts them
HORIZON_DAYS = 3660  # a calendar without a single working day must not be walked for ever


@dataclass(frozen=True)
class WorkingCalendar:
    """When people work: on `days` (of WEEKDAYS) from `starts` to `ends` on the wall clock of `zone`, not on
    `holidays`. `hours` are the days on which they work from and until another time, such as in Ramadan (Saudi Labour
    Law, article 98: six hours instead of eight); they make no working day of one that is free.
    """

    days: frozenset[str]
    starts: time
    ends: time
    zone: tzinfo
    holidays: frozenset[date] = frozenset()
    hours: Mapping[date, tuple[time, time]] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        return WEEKDAYS[day.weekday()] in self.days and day not in self.holidays

    def hours_between(self, start: datetime, end: datetime) -> float:
        """Working hours from the instant `start` to the instant `end`; 0 when `end` is not later."""
        worked = timedelta()
        for opens, closes in self._shifts(start):
            if opens >= end:
                break
            worked += max(min(closes, end) - max(opens, start), timedelta())
        return worked.total_seconds() / 3600

    def after(self, start: datetime, hours: float) -> datetime:
        """The instant (UTC) at which `hours` working hours have passed since the instant `start`.

        An instant outside working time counts from the next shift on. A calendar that has no working day
        within ten years answers with the end of that time.
        """
        left, latest = timedelta(hours=hours), start + timedelta(days=HORIZON_DAYS)
        for opens, closes in self._shifts(start):
            begins = max(opens, start)
            if closes - begins >= left:
                return begins + left
            left -= max(closes - begins, timedelta())
        return latest

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each shift that ends after `start`, as two UTC instants."""
        first = start.astimezone(self.zone).date()
        for day in (first + timedelta(days=n) for n in range(HORIZON_DAYS)):
            if self.is_working_day(day):
                opens, closes = (datetime.combine(day, at, self.zone).astimezone(UTC)
                                 for at in self.hours.get(day, (self.starts, self.ends)))
                if closes > start:
                    yield opens, closes


def days_of(periods: list[tuple[date, date]]) -> frozenset[date]:
    """Every day of these periods (first day, last day), both included."""
    return frozenset(first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1))


def hours_of(periods: Iterable[tuple[date, date, time, time]]) -> dict[date, tuple[time, time]]:
    """Day to when work begins and ends, of these periods (first day, last day, begin, end). Where two meet, the one
    that began later counts: a week of its own within a month."""
    return {day: (starts, ends) for first, last, starts, ends in sorted(periods) for day in days_of([(first, last)])}
