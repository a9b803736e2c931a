"""Reads of alerts."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.alerts.models import AlertRound, ExpiryAlert
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform.db import db


def last_round_day() -> date | None:
    """The day of the tenant's last round."""
    return db.session.scalar(sa.select(sa.func.max(AlertRound.day)))


def new_alerts(round_id: UUID, levels: tuple[str, ...]) -> list[Any]:
    """The alerts of a round at some levels, as plain rows: the alert, names, and how to reach who is told.

    `user_id` is that of a login that is switched on.
    """
    person, told = aliased(Employee), aliased(Employee)
    return list(db.session.execute(
        sa.select(ExpiryAlert.id, ExpiryAlert.enrollment_id, ExpiryAlert.expires_on, ExpiryAlert.threshold,
                  ExpiryAlert.level, ExpiryAlert.message_id, person.name.label("person"),
                  person.name_ar.label("person_ar"), Course.name.label("course"), Course.name_ar.label("course_ar"),
                  told.name.label("told_name"), told.email, told.phone, User.id.label("user_id"))
        .join(person, person.id == ExpiryAlert.employee_id).join(told, told.id == ExpiryAlert.told_id)
        .join(Course, Course.id == ExpiryAlert.course_id)
        .outerjoin(User, sa.and_(User.id == told.user_id, User.active))
        .where(ExpiryAlert.round_id == round_id, ExpiryAlert.level.in_(levels))).all())


def alerts_of(enrollment_id: UUID) -> list[ExpiryAlert]:
    """What was told about an enrollment, the latest first."""
    return list(db.session.scalars(sa.select(ExpiryAlert).where(ExpiryAlert.enrollment_id == enrollment_id)
                                   .order_by(ExpiryAlert.told_on.desc(), ExpiryAlert.id.desc())))
