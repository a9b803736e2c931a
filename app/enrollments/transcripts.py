"""Somebody's training record: every course with every period of validity there ever was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.courses.models import Course
from app.enrollments import policies, queries, records
from app.enrollments.facts import State
from app.enrollments.models import Enrollment
from app.organisation import policies as organisation
from app.organisation.models import Employee
from app.platform.db import db


@dataclass(frozen=True)
class Chapter:
    """A course of the record: how the person stands today, and everything they did about it, oldest first."""

    course: Course
    state: State
    entries: list[Enrollment]


def transcript(employee_id: UUID) -> list[Chapter]:
    """The record of one person, by the name of the course."""
    by_course: dict[UUID, list[Enrollment]] = defaultdict(list)
    for row in queries.of_employee(employee_id):
        by_course[row.course_id].append(row)
    found = [Chapter(rows[0].course, records.explain(rows[0].course, rows).state, rows) for rows in by_course.values()]
    return sorted(found, key=lambda one: str(one.course))


def seen_employee(actor: Any, employee_id: UUID | None) -> Employee | None:
    """The person with this id, if the actor may see them."""
    if employee_id is None:
        return None
    return db.session.scalar(sa.select(Employee).where(
        Employee.id == employee_id, organisation.reach(actor, Employee.id)).options(
            joinedload(Employee.department), joinedload(Employee.job_role), joinedload(Employee.grade)))


def seen_enrollment(actor: Any, enrollment_id: UUID | None) -> Enrollment | None:
    """The enrollment with this id, if the actor may see it."""
    if enrollment_id is None:
        return None
    return db.session.scalar(sa.select(Enrollment).where(Enrollment.id == enrollment_id, policies.visible(actor)))
