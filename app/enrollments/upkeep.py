"""What keeps enrollments in line with their courses and with the calendar: nobody asks for it, it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.courses import events as course_events
from app.courses import queries as courses
from app.courses.previews import Moves
from app.courses.rules import ValidityPolicy
from app.enrollments import events, queries
from app.enrollments.expiries import CourseExpiries
from app.enrollments.facts import LAST_DAY
from app.enrollments.models import Enrollment
from app.enrollments.planning import plan_course
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.errors import Conflict
from app.platform.unit_of_work import record

NAMED = 50  # of those whom a new policy moves


def follow_policy(event: course_events.CoursePolicyChanged | course_events.CoursePolicyChangeUndone) -> None:
    """A course has a new policy: every completion gets the expiry that it gives, in this transaction.

    What certificates state themselves does not move.
    """
    assert isinstance(event.subject_id, UUID)
    policy = courses.policies([event.subject_id])[event.subject_id]
    total, moved = plan_course(event.subject_id, CourseExpiries(policy))
    drafts.write(Enrollment, moved)
    found = _moves(total, moved)
    if found.total:
        record(events.ExpiriesMoved(actor_id=event.actor_id, subject_id=event.subject_id, total=total,
                                    moved=found.moved, earlier=found.earlier, later=found.later))


def preview_policy(course_id: UUID, policy: ValidityPolicy) -> Moves:
    """What giving a course this policy would move; writes nothing."""
    total, moved = plan_course(course_id, CourseExpiries(policy))
    return replace(_moves(total, moved), named=_named(moved[:NAMED]))


def _named(moved: Sequence[Draft]) -> list[tuple[str, date | None, date | None]]:
    people = queries.people_of({draft.id for draft in moved})
    found = [(people[draft.id], draft.current["expires_on"], draft.get("expires_on")) for draft in moved
             if draft.id in people]
    return sorted(found, key=lambda one: one[0])


def keep_course_in_use(event: course_events.CourseArchived) -> None:
    """A course is put away: Conflict `course_in_use` while anybody is enrolled in it."""
    if db.session.scalar(sa.select(sa.exists().where(
            Enrollment.course_id == event.subject_id, Enrollment.status == "active",
            Enrollment.deleted_at.is_(None)))):
        raise Conflict(_("People are enrolled in this course. Complete or withdraw their enrollments first."),
                       code="course_in_use")


def refresh_statuses() -> int:
    """Bring the cached status of completions in line with their dates, in one statement; returns how many.

    States never depend on it: they are computed from the dates.
    """
    today = clock.today()
    over = sa.and_(Enrollment.expired_from.isnot(None), Enrollment.expired_from <= today, Enrollment.expires_on < today)
    stale = sa.or_(sa.and_(Enrollment.status == "completed", over),
                   sa.and_(Enrollment.status == "expired", sa.not_(over)))
    result: Any = db.session.execute(
        sa.update(Enrollment).where(stale).execution_options(synchronize_session=False)
        .values(status=sa.case((over, "expired"), else_="completed"), updated_at=Enrollment.updated_at))
    return int(result.rowcount)


def _moves(total: int, moved: Sequence[Draft]) -> Moves:
    today = clock.today()
    pairs = [(draft.current["expires_on"] or LAST_DAY, draft.get("expires_on") or LAST_DAY) for draft in moved]
    over = [draft for draft in moved if (draft.current["expired_from"] or LAST_DAY) > today
            and draft.get("expired_from") is not None and draft.get("expired_from") <= today]
    return Moves(total=total, earlier=sum(new < old for old, new in pairs),
                 later=sum(new > old for old, new in pairs), expired=len(over))
