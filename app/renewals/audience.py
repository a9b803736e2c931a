"""Who has to be told about steps and requests, with what a message says: a few statements for any number."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import parts
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import POOL_ROLES, members


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody to be told; without a login by the address or number of the employee."""

    user_id: int | None
    name: str = ""
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open step and one person who may decide it; `stands_in_for` names whom a delegate acts for."""

    step_id: UUID
    request_id: UUID
    since: datetime
    person: dict[str, str]
    course: dict[str, str]
    expires_on: date | None
    reason: str
    to: Reached
    stands_in_for: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and somebody who is told what becomes of it: the person, and who asked for them."""

    request_id: UUID
    person: dict[str, str]
    course: dict[str, str]
    to: Reached
    is_own: bool


def deciders(step_ids: Collection[UUID]) -> list[Waiting]:
    """Each of these open steps with everybody who may decide it, delegates included."""
    found: list[Waiting] = []
    for part in parts(list(step_ids)):
        found += _deciders(_step_rows(part))
    return found


def _step_rows(step_ids: Collection[UUID]) -> list[Any]:
    person = aliased(Employee)
    statement = (
        sa.select(WorkflowStep.id, WorkflowStep.request_id, WorkflowStep.assignee_id, WorkflowStep.pool,
                  WorkflowStep.waiting_since, RenewalRequest.reason, RenewalRequest.asked_by_id,
                  RenewalRequest.employee_id, person.name, person.name_ar, person.user_id,
                  Course.name.label("course"), Course.name_ar.label("course_ar"), Enrollment.expires_on)
        .join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .join(person, person.id == RenewalRequest.employee_id)
        .join(Course, Course.id == RenewalRequest.course_id)
        .join(Enrollment, Enrollment.id == RenewalRequest.enrollment_id)
        .where(WorkflowStep.id.in_(step_ids), WorkflowStep.status == StepStatus.OPEN))
    return list(db.session.execute(statement, execution_options={"include_deleted": True}))


def _deciders(rows: list[Any]) -> Iterator[Waiting]:
    pools = {pool: _members(pool) for pool in {row.pool for row in rows if row.pool}}
    wanted = {row.assignee_id for row in rows if row.assignee_id}
    wanted |= {member.id for members in pools.values() for member in members if member.id}
    away = organisation.away_today(wanted)
    people = _people(wanted | {one for one in away.values() if one})
    courses = {(row.course, row.course_ar): {"en": row.course, "ar": row.course_ar or row.course} for row in rows}
    for row in rows:
        whole = [people[row.assignee_id]] if row.assignee_id else pools.get(row.pool, [])
        for somebody, absent in _with_stand_ins(whole, away, people):
            if somebody.user_id not in (row.user_id, row.asked_by_id) or somebody.user_id is None:
                yield Waiting(row.id, row.request_id, row.waiting_since, _both(row),
                              courses[row.course, row.course_ar], row.expires_on, row.reason,
                              _reached(somebody), absent)


def _with_stand_ins(whole: list[Any], away: Mapping[UUID, UUID | None],
                    people: Mapping[UUID, Any]) -> Iterator[tuple[Any, dict[str, str] | None]]:
    """Whoever decides, and the delegates of those who are away with the name of the first whom they stand in for;
    who belongs to the pool anyway stands in for nobody."""
    yield from ((one, None) for one in whole)
    known = {one.id for one in whole if one.id}
    for one in whole:
        stand_in = people.get(away.get(one.id)) if one.id else None  # type: ignore[arg-type]
        if stand_in is not None and stand_in.id not in known:
            known.add(stand_in.id)
            yield stand_in, _both(one)


def of_pool(pool: str) -> list[tuple[int | None, bool]]:
    """Who is told of what waits for a pool: each login, and whether it is that of a delegate."""
    members = _members(pool)
    away = organisation.away_today({one.id for one in members if one.id})
    people = _people({one for one in away.values() if one})
    return [(one.user_id, absent is not None) for one, absent in _with_stand_ins(members, away, people)]


def requesters(request_ids: Collection[UUID]) -> list[Asked]:
    """The people whom these requests are about, and those who asked for them."""
    found: list[Asked] = []
    for part in parts(list(request_ids)):
        found += _requesters(part)
    return found


def _requesters(request_ids: Collection[UUID]) -> Iterator[Asked]:
    statement = (
        sa.select(RenewalRequest.id, RenewalRequest.asked_by_id, Employee.name, Employee.name_ar, Employee.user_id,
                  Employee.email, Employee.phone, Course.name.label("course"), Course.name_ar.label("course_ar"))
        .join(Employee, Employee.id == RenewalRequest.employee_id)
        .join(Course, Course.id == RenewalRequest.course_id).where(RenewalRequest.id.in_(request_ids)))
    for row in db.session.execute(statement, execution_options={"include_deleted": True}):
        course = {"en": row.course, "ar": row.course_ar or row.course}
        yield Asked(row.id, _both(row), course, _reached(row), is_own=True)
        if row.asked_by_id is not None and row.asked_by_id != row.user_id:
            yield Asked(row.id, _both(row), course, Reached(row.asked_by_id), is_own=False)


def _people(ids: Collection[UUID]) -> dict[UUID, Any]:
    rows = db.session.execute(
        sa.select(Employee.id, Employee.user_id, Employee.name, Employee.name_ar, Employee.email, Employee.phone)
        .where(Employee.id.in_(ids)), execution_options={"include_deleted": True})
    return {row.id: row for row in rows}


def _members(pool: str) -> list[Any]:
    """The members of a pool who are here, with their employee's name and address, if they have one."""
    if pool not in POOL_ROLES:
        return []
    return list(members([pool], Employee.id, User.id.label("user_id"), Employee.name, Employee.name_ar, Employee.email,
                        Employee.phone))


def _reached(row: Any) -> Reached:
    return Reached(row.user_id, row.name or "", row.email, row.phone)


def _both(row: Any) -> dict[str, str]:
    return {"en": row.name, "ar": row.name_ar or row.name}
