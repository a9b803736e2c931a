"""Certificates that run out, rounds of alerts, and what people were told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import SYSTEM
from app.alerts import operations
from app.alerts.models import ExpiryAlert
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.notifications.models import Notification
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work


@pytest.fixture
def first_aid(inside: Any) -> Any:
    """The id of a course that is valid for a year."""
    with unit_of_work():
        return courses.create_course(SYSTEM, code="FA", name="First aid", name_ar="الإسعافات الأولية",
                                     validity_kind="rolling", validity_months=12).id


@pytest.fixture
def second_course(inside: Any) -> Any:
    """The id of another course."""
    with unit_of_work():
        return courses.create_course(SYSTEM, code="RS", name="Rescue", validity_kind="rolling", validity_months=12).id


@pytest.fixture
def expiring(inside: Any, first_aid: Any) -> Any:
    """expiring('employee', 14) gives somebody a certificate that expires in so many days; returns its id."""

    def _expiring(name: str, days: int, course: Any = None) -> Any:
        ends = clock.today() + dt.timedelta(days=days)
        with unit_of_work():
            return enrollments.create_enrollment(
                SYSTEM, employee_id=inside.employees[name], course_id=course or first_aid, status="completed",
                completed_on=clock.today() - dt.timedelta(days=200), granted_expires_on=ends).id

    return _expiring


def look() -> None:
    """One round."""
    with unit_of_work():
        operations.send_alerts(SYSTEM)


def days_later(days: int) -> Any:
    """`with days_later(3):` three days on, at nine."""
    return time_machine.travel(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=days), tick=False)


def told() -> list[tuple[str, int]]:
    """(level, threshold) of everything that was told, in order."""
    return [(row.level, row.threshold) for row in db.session.scalars(
        sa.select(ExpiryAlert).order_by(ExpiryAlert.told_on, ExpiryAlert.id).execution_options(populate_existing=True))]


def notified() -> Counter[tuple[str, int | None]]:
    """How many notifications of a kind each login got."""
    return Counter(db.session.execute(sa.select(Notification.kind, Notification.user_id)).tuples())


def read_everything() -> None:
    """Everybody reads what they were told."""
    with unit_of_work():
        db.session.execute(sa.update(Notification).values(read_at=clock.now()))
