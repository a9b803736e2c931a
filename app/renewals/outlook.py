"""What approvals give reason to tell in the days ahead if nobody decides: reminders, and what is passed on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.notifications.forecasts import Expected
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.renewals import audience
from app.renewals.models import StepStatus, WorkflowStep
from app.renewals.notifications import ESCALATED, REMINDER, STANDING_IN
from app.renewals.routing import StepFacts, crowd_of, step_facts
from app.renewals.rules import OFFICERS, Crowd, Due, Route, Subject, Waiting, dues_ahead
from app.tenancy import queries as tenancy


def expected_reminders(first: date, last: date) -> Iterator[Expected]:
    """How many messages about open steps people get on each day from `first` to `last`, as things stand today."""
    times = _times()
    steps = step_facts(WorkflowStep.status == StepStatus.OPEN, Employee.is_active, Employee.deleted_at.is_(None))
    people, begin, found = crowd_of(steps), _begin(), Counter[tuple[date, str]]()
    pool = cache(audience.of_pool)
    for step in steps:
        for due in _dues(step, Waiting(step.now, *times[step.id]), people, begin):
            day = max(clock.local(due.at).date(), first)
            if day > last:
                break
            own, standing_in = _told(due.where, step.subject, people, pool)
            kind = ESCALATED.name if due.is_passed_on else REMINDER.name
            found[day, kind] += own
            found[day, STANDING_IN.name if due.is_passed_on else kind] += standing_in
    yield from (Expected(day, kind, count) for (day, kind), count in sorted(found.items()))


def _times() -> dict[Any, tuple[datetime | None, datetime | None]]:
    rows = db.session.execute(sa.select(WorkflowStep.id, WorkflowStep.remind_at, WorkflowStep.escalate_at)
                              .where(WorkflowStep.status == StepStatus.OPEN))
    return {row.id: (row.remind_at, row.escalate_at) for row in rows}


def _dues(step: StepFacts, now: Waiting, people: Crowd, begin: Any) -> Iterator[Due]:
    return dues_ahead(step.turn, step.subject, people, now, begin)


def _begin() -> Callable[[Route, datetime], Waiting]:
    calendar, tenant, now = tenancy.working_calendar(), tenancy.current_tenant(), clock.now()

    def _waiting(where: Route, at: datetime) -> Waiting:
        start = max(at, now)  # what is overdue is passed on as soon as somebody looks
        return Waiting(where, calendar.after(start, tenant.approval_reminder_hours),
                       calendar.after(start, tenant.approval_sla_hours) if where.level < OFFICERS else None)

    return _waiting


def _told(where: Route, subject: Subject, people: Crowd, pool: Any) -> tuple[int, int]:
    """How many decide a step where it is, and how many stand in for them."""
    if where.pool:
        others = [one for one in pool(where.pool) if one[0] not in (subject.user_id, subject.asked_by_id)]
        return sum(not stands_in for _login, stands_in in others), sum(stands_in for _login, stands_in in others)
    person = people.people.get(where.assignee_id) if where.assignee_id else None
    if person is None:
        return 0, 0
    stand_in = people.people.get(person.stand_in_id) if person.stand_in_id else None
    return 1, int(stand_in is not None and stand_in.user_id not in (subject.user_id, subject.asked_by_id))
