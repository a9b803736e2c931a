"""Reports about training: what runs out, what somebody did, what it cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.compliance import queries as compliance
from app.courses.models import Course
from app.enrollments import policies as enrollments
from app.enrollments.models import Enrollment
from app.enrollments.states import COMPLETED
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee
from app.platform import clock
from app.platform.catalogue import language
from app.platform.db import db
from app.platform.scope import current_tenant_id
from app.reports.shape import Rows, Values

STREAM = {"yield_per": 2000}


class _Unwaived:
    """Stands for the columns of waivers where none is looked at: an expired certificate is expired."""

    waived_until = sa.null()


def expiring(actor: Any, values: Values) -> Rows:
    """Everybody's certificates that have run out, or do within `days`; a newer or an equivalent one covers."""
    today = clock.today()
    held = compliance.holdings(today, only=lambda person: organisation.reach(actor, person)).subquery("held")
    statement = sa.select(
        Employee.number, named(Employee), named(Department), Course.code, named(Course), held.c.expires_on,
        compliance.state_of(held.c, _Unwaived, today)).select_from(held).join(
        Employee, of_tenant(Employee, held.c.employee_id)).join(Course, of_tenant(Course, held.c.course_id)).outerjoin(
        Department, Department.id == Employee.department_id).where(
        Employee.is_active, Employee.deleted_at.is_(None), held.c.expires_on <= today + timedelta(values["days"]),
        *narrowed(values)).order_by(held.c.expires_on, Employee.number, Course.code)
    for *who, expires_on, state in db.session.execute(statement, execution_options=STREAM):
        yield *who, expires_on, (expires_on - today).days, state


def transcript(actor: Any, values: Values) -> Rows:
    """What people did, course by course, oldest first: of `employee` (a number), or of everybody in sight."""
    one = [Employee.number == values["employee"]] if values["employee"] else []
    day = sa.func.coalesce(Enrollment.completed_on, Enrollment.withdrawn_on, Enrollment.started_on)
    statement = sa.select(
        Employee.number, named(Employee), Course.code, named(Course), Enrollment.started_on, Enrollment.completed_on,
        Enrollment.expires_on, Enrollment.state, Enrollment.score, Enrollment.certificate_number,  # type: ignore[attr-defined]
        Course.duration_hours).select_from(Enrollment).join(
        Employee, of_tenant(Employee, Enrollment.employee_id)).join(
        Course, of_tenant(Course, Enrollment.course_id)).where(
        enrollments.visible(actor), *one, *narrowed(values)).order_by(Employee.number, day, Enrollment.id)
    yield from _all(statement)


def hours_and_cost(actor: Any, values: Values) -> Rows:
    """Completions from `first` to `last`, by department and course, with hours and cost as the catalogue has them."""
    count = sa.func.count()
    statement = sa.select(
        Department.code, named(Department), Course.code, named(Course), count,
        sa.func.count(sa.distinct(Enrollment.employee_id)), count * Course.duration_hours,
        count * Course.cost).select_from(Enrollment).join(
        Employee, of_tenant(Employee, Enrollment.employee_id)).join(
        Course, of_tenant(Course, Enrollment.course_id)).outerjoin(
        Department, of_tenant(Department, Employee.department_id)).where(
        enrollments.visible(actor), Enrollment.status.in_(COMPLETED),
        Enrollment.completed_on.between(values["first"], values["last"]), *narrowed(values)).group_by(
        Department.code, named(Department), Course.id, Course.code, named(Course), Course.duration_hours,
        Course.cost).order_by(Department.code.nulls_last(), Course.code)
    for code, name, *rest in _all(statement):
        yield code, name or _("No department"), *rest


def named(model: Any) -> Any:
    """The column of names, the Arabic ones where there are any for who reads Arabic."""
    return sa.func.coalesce(model.name_ar, model.name) if language() == "ar" else model.name


def narrowed(values: Values, department_id: Any = Employee.department_id, day: date | None = None) -> list[Any]:
    """The conditions of the filters that several reports have; `department_id` says where somebody works, `day` (today
    unless given) when that was, and what was part of a department then."""
    found = []
    if values.get("department"):
        found.append(department_id.in_(compliance.departments_within(values["department"], day or clock.today())))
    if values.get("course"):
        found.append(Course.id == values["course"])
    if values.get("category"):
        found.append(Course.category == values["category"])
    return found


def of_tenant(model: Any, row_id: Any) -> Any:
    """The condition that a row of `model` is the one with this id."""
    return sa.and_(model.id == row_id, model.tenant_id == current_tenant_id())


def _all(statement: Any) -> Rows:
    return (tuple(row) for row in db.session.execute(statement, execution_options=STREAM))
