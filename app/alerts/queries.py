"""Reads of alerts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts import queries as accounts
from app.accounts.models import User
from app.alerts.models import FOREMAN, MANAGER, OFFICERS, PERSON, AlertRound, ExpiryAlert
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import parts


def round_days() -> tuple[date, date] | None:
    """The days of the tenant's first and last round; None before the first."""
    first, last = db.session.execute(sa.select(sa.func.min(AlertRound.day), sa.func.max(AlertRound.day))).one()
    return None if first is None else (first, last)


def new_warnings(round_id: UUID) -> list[Any]:
    """The warnings of a round as plain rows: the alert, the course's names, and how to reach the person.

    `user_id` is that of a login that is switched on.
    """
    return _rows(round_id, PERSON, [ExpiryAlert.enrollment_id, ExpiryAlert.threshold])


def new_escalations(round_id: UUID) -> list[Any]:
    """The escalations of a round likewise, with the names of the person whom each is about."""
    person = aliased(Employee)
    about = [ExpiryAlert.message_id, ExpiryAlert.level, person.name.label("person"), person.name_ar.label("person_ar")]
    return [row for level in (FOREMAN, MANAGER, OFFICERS) for row in _rows(round_id, level, about, person)]


def officers() -> list[int]:
    """The logins that hear of people whom nobody leads: the training officers, else the administrators."""
    return sorted(accounts.ids_with_role("Training Officer") or accounts.ids_with_role("Administrator"))


def reachable(employee_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people who can be told anything: by a login that is switched on, a mailbox or a telephone."""
    found: set[UUID] = set()
    for part in parts(list(employee_ids)):
        found.update(db.session.scalars(
            sa.select(Employee.id).outerjoin(User, sa.and_(User.id == Employee.user_id, User.active))
            .where(Employee.id.in_(part), sa.or_(User.id.isnot(None), Employee.email != "", Employee.phone != ""))))
    return found


def _rows(round_id: UUID, level: str, further: list[Any], person: Any = None) -> list[Any]:
    told = aliased(Employee)
    statement = (
        sa.select(ExpiryAlert.id, ExpiryAlert.expires_on, *further, Course.name.label("course"),
                  Course.name_ar.label("course_ar"), told.name.label("told_name"), told.email, told.phone,
                  User.id.label("user_id"))
        .join(told, told.id == ExpiryAlert.told_id).join(Course, Course.id == ExpiryAlert.course_id)
        .outerjoin(User, sa.and_(User.id == told.user_id, User.active))
        .where(ExpiryAlert.round_id == round_id, ExpiryAlert.level == level))
    if person is not None:
        statement = statement.join(person, person.id == ExpiryAlert.employee_id)
    return list(db.session.execute(statement).all())


def alerts_of(enrollment_id: UUID) -> list[ExpiryAlert]:
    """What was told about an enrollment, the latest first."""
    return list(db.session.scalars(sa.select(ExpiryAlert).where(ExpiryAlert.enrollment_id == enrollment_id)
                                   .order_by(ExpiryAlert.told_on.desc(), ExpiryAlert.id.desc())))
