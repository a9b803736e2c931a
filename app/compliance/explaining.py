"""Why a cell of the matrix is what it is: which certificate, which rule, which waiver, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from app.compliance.grid import Cell, cells_of
from app.compliance.models import Equivalence, Requirement, Waiver
from app.compliance.pairs import department_tree, people
from app.courses.models import Course
from app.enrollments import queries as enrollments
from app.enrollments import wording
from app.enrollments.facts import Waiver as WaiverFact
from app.enrollments.models import Enrollment
from app.enrollments.rules import StateExplained, best_period, state_on
from app.organisation.models import Employee
from app.platform.db import db
from app.tenancy import queries as tenancy

NOTHING = Cell("not_started", None)


@dataclass(frozen=True)
class Explained:
    """A cell with everything that explains it: `enrollment` is the one that decides, `running` the active one."""

    cell: Cell
    reasons: list[str]
    rules: list[Requirement]
    waivers: list[Waiver]
    enrollment: Enrollment | None
    running: Enrollment | None


def explain(employee: Employee, course: Course, day: date) -> Explained:
    """How somebody stands for a course on `day`, and why."""
    cell = cells_of([employee.id], [course.id], day).get((employee.id, course.id), NOTHING)
    rows, waived = _rows(employee.id, course, day), waivers_of(employee.id, course.id)
    found = _state(course, rows, waived, day)
    rules = rules_for(employee.id, course.id, day)
    decides = next((row for row in rows if found.period and row.id == found.period.enrollment_id), None)
    running = next((row for row in rows if row.status == "active" and row.course_id == course.id), None)
    reasons = wording.sentences(found.reasons)
    return Explained(cell, [*_why_required(cell, rules, day), *reasons], rules, waived, decides, running)


def _rows(employee_id: UUID, course: Course, day: date) -> list[Enrollment]:
    """What the person did about the course and those that count as it on `day`."""
    same = db.session.scalars(sa.select(Equivalence).where(
        sa.or_(Equivalence.course_id == course.id, Equivalence.counted_id == course.id), Equivalence.valid_from <= day,
        sa.or_(Equivalence.valid_until.is_(None), Equivalence.valid_until >= day)))
    others = {one.counted_id if one.course_id == course.id else one.course_id for one in same
              if one.course_id == course.id or one.both_ways}
    statement = sa.select(Enrollment).where(
        Enrollment.employee_id == employee_id,
        sa.or_(Enrollment.course_id == course.id, sa.and_(
            Enrollment.course_id.in_(others), Enrollment.status.in_(("completed", "expired")))))
    return list(db.session.scalars(statement.options(joinedload(Enrollment.course))))


def _state(course: Course, rows: Sequence[Enrollment], waived: Iterable[Waiver], day: date) -> StateExplained:
    own = [row for row in rows if row.course_id == course.id]
    periods = [replace(enrollments.period_fact(row), equivalent_code=None if row in own else row.course.code)
               for row in rows if row.is_completion]
    held = best_period(day, periods, course.policy)
    # A certificate of another course keeps that course's grace.
    policy = next((row.course.policy for row in rows if held and row.id == held.enrollment_id), course.policy)
    return state_on(day, policy=policy, periods=periods, attempts=[enrollments.attempt_fact(row, day) for row in own],
                    waivers=[_fact(one) for one in waived],
                    expiring_window_days=tenancy.current_tenant().expiring_window_days)


def _fact(waiver: Waiver) -> WaiverFact:
    ends = [one for one in (waiver.ends_on, waiver.ended_on and date.fromordinal(waiver.ended_on.toordinal() - 1))
            if one is not None]
    approver = waiver.approved_by.get_full_name() if waiver.approved_by else "TrainFlow"
    return WaiverFact(starts_on=waiver.starts_on, ends_on=min(ends, default=None), reason=waiver.reason,
                      approver=approver)


def waivers_of(employee_id: UUID, course_id: UUID) -> list[Waiver]:
    """Somebody's waivers of a course, latest first."""
    return list(db.session.scalars(sa.select(Waiver).where(
        Waiver.employee_id == employee_id, Waiver.course_id == course_id).options(joinedload(Waiver.approved_by))
        .order_by(Waiver.starts_on.desc(), Waiver.id)))


def rules_for(employee_id: UUID, course_id: UUID, day: date) -> list[Requirement]:
    """The rules that ask the course of this person on `day`."""
    stood = db.session.execute(people(day, lambda column: column == employee_id)).one_or_none()
    if stood is None:
        return []
    tree = department_tree(day=day)
    above = set(db.session.scalars(sa.select(tree.c.ancestor_id).where(
        tree.c.department_id == stood.department_id))) if stood.department_id else set()
    statement = sa.select(Requirement).where(
        Requirement.course_id == course_id, Requirement.superseded_at.is_(None), Requirement.valid_from <= day,
        sa.or_(Requirement.valid_until.is_(None), Requirement.valid_until >= day))
    rows = db.session.scalars(statement.options(joinedload(Requirement.department), joinedload(Requirement.job_role),
                                                joinedload(Requirement.grade)))
    return [row for row in rows if row.department_id in {None, *above}
            and row.grade_id in (None, stood.grade_id) and row.job_role_id in (None, stood.job_role_id)]


def _why_required(cell: Cell, rules: Sequence[Requirement], day: date) -> list[str]:
    if not cell.is_required or cell.due_on is None:
        return [_("Nobody requires this course of this person.")]
    said = [_required(rule) for rule in rules]
    if cell.lane == "not_due":
        left = (cell.due_on - day).days
        said.append(_("It is due from %(day)s.", day=_day(cell.due_on)))
        said.append(ngettext("%(num)s day of grace for newcomers is left.",
                             "%(num)s days of grace for newcomers are left.", left))
    return said


def _required(rule: Requirement) -> str:
    scope: list[Any] = [one for one in (rule.job_role, rule.grade, rule.department) if one is not None]
    whom = _(", ").join(map(str, scope))
    said = _("Required of: %(whom)s, since %(day)s.", whom=whom or _("Everybody"), day=_day(rule.since_on))
    return f"{said} {rule.reason}" if rule.reason else said


def _day(day: date) -> str:
    return format_date(day, "d MMMM y")


