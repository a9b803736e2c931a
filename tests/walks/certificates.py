"""Certificates of the demo's people for a story to be about."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.courses import operations as courses
from app.enrollments import operations
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work


def running_out(number: str) -> UUID:
    """A certificate of the person with this number that runs out in nine days; in the tenant's scope."""
    with unit_of_work():
        course = courses.create_course(SYSTEM, code=f"WALK-{number}", name="Rope access", category="safety",
                                       validity_kind="rolling", validity_days=365)
        employee_id = db.session.scalars(sa.select(Employee.id).where(Employee.number == number)).one()
        done = clock.today() + dt.timedelta(days=9 - 365)
        return operations.create_enrollment(SYSTEM, employee_id=employee_id, course_id=course.id, status="completed",
                                            completed_on=done).id
