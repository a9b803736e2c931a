"""Reads for calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.calendars.models import CalendarFeed
from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.enrollments.states import COMPLETED
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db

LOOK_BACK = timedelta(days=90)  # what ran out before is history, not a date to keep in mind
MOST = 2000


def feed(feed_id: UUID) -> CalendarFeed | None:
    """The feed with this id."""
    return db.session.scalar(sa.select(CalendarFeed).where(CalendarFeed.id == feed_id))


def feed_of(user_id: int, kind: str, *, lock: bool = False) -> CalendarFeed | None:
    """Somebody's feed of a kind."""
    statement = sa.select(CalendarFeed).where(CalendarFeed.user_id == user_id, CalendarFeed.kind == kind)
    return db.session.scalar(statement.with_for_update() if lock else statement)


def feeds_of(user_id: int) -> dict[str, CalendarFeed]:
    """Kind to feed of everything that somebody ever had a link to."""
    rows = db.session.scalars(sa.select(CalendarFeed).where(CalendarFeed.user_id == user_id))
    return {row.kind: row for row in rows}


def expiries(whose: Any) -> list[Enrollment]:
    """The last certificate of each active person that `whose` (a condition on Enrollment) lets through, for each
    course that is still given, where it expires; soonest first, up to `MOST`. With person and course."""
    newer = aliased(Enrollment)
    outlasted = sa.exists().where(
        newer.employee_id == Enrollment.employee_id, newer.course_id == Enrollment.course_id,
        newer.status.in_(COMPLETED), newer.deleted_at.is_(None), newer.revoked_on.is_(None),
        sa.or_(newer.expires_on.is_(None), newer.expires_on > Enrollment.expires_on))
    return list(db.session.scalars(
        sa.select(Enrollment).join(Employee, Employee.id == Enrollment.employee_id)
        .join(Course, Course.id == Enrollment.course_id)
        .where(whose, Enrollment.status.in_(COMPLETED), Enrollment.revoked_on.is_(None),
               Enrollment.expires_on >= clock.today() - LOOK_BACK, Employee.is_active,
               Employee.deleted_at.is_(None), Course.is_active, Course.deleted_at.is_(None), ~outlasted)
        .options(joinedload(Enrollment.employee), joinedload(Enrollment.course))
        .order_by(Enrollment.expires_on, Enrollment.id).limit(MOST)))
