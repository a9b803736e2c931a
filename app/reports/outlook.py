"""Which reports that are made again and again are expected in the days ahead, for the page of what will be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from app.accounts import queries as accounts
from app.notifications.forecasts import Expected
from app.platform import clock
from app.reports import operations, queries, rules
from app.reports.jobs import FROM
from app.reports.models import ReportSchedule
from app.reports.notifications import REPORT_READY


def expected_reports(first: date, last: date) -> Iterator[Expected]:
    """How many owners hear on each day from `first` to `last` that their report is ready, as things stand today."""
    kept = [one for one in queries.schedules() if operations.may_begin(accounts.login(one.owner_id), one)]
    found = Counter[date]()
    for nth in range((last - first).days + 1):
        day = first + timedelta(days=nth)
        found[day] = sum(rules.is_due(one.every, day) and _is_to_come(one, day) for one in kept)
    yield from (Expected(day, REPORT_READY.name, count) for day, count in sorted((+found).items()))


def _is_to_come(schedule: ReportSchedule, day: date) -> bool:
    """Not made yet, and not too young for the day: what is begun after the reports were made waits for the next."""
    is_made = schedule.last_on is not None and schedule.last_on >= day
    return not is_made and schedule.created_at < _turn(day)


def _turn(day: date) -> datetime:
    return datetime.combine(day, FROM, clock.start_of(day).tzinfo)
