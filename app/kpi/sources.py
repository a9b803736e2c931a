"""The rows that metrics count, as selects: whoever is within the asker's sight and within the filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.compliance import queries as compliance
from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.kpi.rules import COMPLETION_DAYS, TURNAROUND_DAYS, Filters
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee
from app.platform import clock
from app.platform.db import Instant
from app.platform.sql_dates import minutes_between
from app.renewals.models import RenewalRequest

Narrowing = Callable[[Any], Any] | None
_CREW, _COURSE = aliased(Employee), aliased(Course)
_ENROLLMENT, _REQUEST = aliased(Enrollment), aliased(RenewalRequest)


def people_within(actor: Any, filters: Filters, day: date) -> Callable[[Any], Any]:
    """condition(employee_id): people that the actor sees and the filters mean, where they stood on `day`.

    Crews are known as they are now.
    """
    conditions = []
    if filters.team is not None:
        conditions.append(sa.select(_CREW.id).where(_CREW.foreman_id == filters.team))
    if filters.department is not None or filters.narrows_posts:
        conditions.append(_posted(filters, day))
    alone = [sa.literal(filters.employee, sa.Uuid)] if filters.employee is not None else []
    return lambda employee_id: sa.and_(organisation.reach(actor, employee_id), *(employee_id == one for one in alone),
                                       *(employee_id.in_(found) for found in conditions))


def _posted(filters: Filters, day: date) -> Any:
    person = compliance.people(day).subquery()
    found = sa.select(person.c.employee_id)
    if filters.department is not None:
        found = found.where(person.c.department_id.in_(_departments(filters, day)))
    for name in ("job_role", "grade"):
        if getattr(filters, name) is not None:
            found = found.where(person.c[f"{name}_id"] == getattr(filters, name))
    return found


def _departments(filters: Filters, day: date) -> Any:
    """A select of the departments that are meant, of the tree of `day`."""
    assert filters.department is not None
    if filters.directly:
        return sa.select(Department.id).where(Department.id == filters.department)
    return compliance.departments_within(filters.department, day)


def courses_within(filters: Filters) -> Narrowing:
    """condition(course_id): the courses that the filters mean; None where they mean all."""
    if not filters.narrows_training:
        return None
    found = sa.select(_COURSE.id)
    if filters.course is not None:
        found = found.where(_COURSE.id == filters.course)
    if filters.category is not None:
        found = found.where(_COURSE.category == filters.category)
    return lambda course_id: course_id.in_(found)


def pairs(actor: Any, filters: Filters, day: date, placed: bool = True) -> Any:
    """Required pairs of person and course with their state and lane (see `compliance.pairs.pair_states`).
    Of every source, department_id is there if `placed`."""
    return compliance.pair_states(day, only=people_within(actor, filters, day), courses=courses_within(filters),
                                  placed=placed)


def _everybody(day: date, placed: bool) -> Any:
    """The people of `day`; with their department worked out once, as it would be looked up for each of their rows."""
    if not placed:
        return compliance.people(day).subquery()
    return compliance.people(day).cte("everybody").prefix_with("MATERIALIZED")


def enrollments(actor: Any, filters: Filters, day: date, placed: bool = True) -> Any:
    """Enrollments of the people of `day` that ended in the twelve months to it, or ran on it, withdrawn ones aside:
    enrollment_id, employee_id, department_id, course_id, started_on, completed_on, expires_on, outcome (completed,
    failed, active)."""
    row, person, within = _ENROLLMENT, _everybody(day, placed), courses_within(filters)
    is_over = sa.and_(row.status.in_(("completed", "expired", "failed")), row.completed_on <= day)
    ended = sa.and_(is_over, row.completed_on > day - timedelta(days=COMPLETION_DAYS))
    runs = sa.and_(~is_over, sa.or_(row.started_on.is_(None), row.started_on <= day),
                   sa.or_(row.status == "active", row.completed_on > day, row.withdrawn_on > day))
    passed = sa.case((row.status == "failed", "failed"), else_="completed")
    statement = sa.select(
        row.id.label("enrollment_id"), row.employee_id, person.c.department_id, row.course_id,
        row.started_on, row.completed_on, row.expires_on,
        sa.case((is_over, passed), else_="active").label("outcome"),
    ).join(person, person.c.employee_id == row.employee_id).where(
        row.deleted_at.is_(None), people_within(actor, filters, day)(row.employee_id), sa.or_(ended, runs))
    return statement.where(within(row.course_id)) if within is not None else statement


def requests(actor: Any, filters: Filters, day: date, placed: bool = True) -> Any:
    """Renewal requests of the people of `day` that waited at its end, or were decided in the ninety days to it:
    request_id, employee_id, department_id, course_id, asked_at, closed_at, status (waiting, approved, rejected),
    minutes until it was decided or, while it waits, until the end of the day (today: until now)."""
    row, person, within = _REQUEST, _everybody(day, placed), courses_within(filters)
    ends_at = sa.literal(min(clock.start_of(day + timedelta(days=1)), clock.now()), Instant)
    since = sa.literal(clock.start_of(day - timedelta(days=TURNAROUND_DAYS)), Instant)
    waits = sa.or_(row.closed_at.is_(None), row.closed_at > ends_at)
    decided = sa.and_(row.status.in_(("approved", "rejected")), row.closed_at > since)
    statement = sa.select(
        row.id.label("request_id"), row.employee_id, person.c.department_id, row.course_id,
        row.created_at.label("asked_at"),
        sa.case((~waits, row.closed_at)).label("closed_at"),
        sa.case((waits, "waiting"), else_=row.status).label("status"),
        minutes_between(row.created_at, sa.case((waits, ends_at), else_=row.closed_at)).label("minutes"),
    ).join(person, person.c.employee_id == row.employee_id).where(
        row.created_at <= ends_at, people_within(actor, filters, day)(row.employee_id), sa.or_(waits, decided))
    return statement.where(within(row.course_id)) if within is not None else statement


SOURCES: dict[str, Callable[..., Any]] = {"pairs": pairs, "enrollments": enrollments, "requests": requests}
