"""Renewals at every stage, absences and chains of a demo tenant: the same each time, relative to today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import SYSTEM, Role, User
from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.organisation import delegation
from app.organisation.models import Delegation, Employee
from app.platform import clock
from app.platform.db import db
from app.renewals import chains, operations, queries
from app.renewals.bulk import set_values
from app.renewals.models import ApprovalChain, RenewalRequest, WorkflowLog, WorkflowStep
from app.renewals.routing import POOL_ROLES
from app.tenancy import operations as tenancy
from app.tenancy.models import Holiday
from seeds.shapes import FOREMAN, MANAGER, Person, TenantSeed

PATTERN = ("at the second", "approved", "at the first", "rejected", "approved", "returned", "at the second",
           "withdrawn", "approved", "at the first")
CREW = ("at the second", "at the first", "at the second", "returned", "at the second")  # below the first manager
LEFT_TO_ASK = 4  # every so manieth certificate is left alone, so that there is something to ask for
REASONS = (("I need it for the shutdown in spring.", "Kept safe."), ("My crew has nobody else with it.", ""),
           ("It runs out before the next shift.", "Book the first course of the month."))
HOLIDAYS = {"democorp": ("Saudi National Day", "اليوم الوطني السعودي", 9, 23),
            "gulfenergy": ("UAE National Day", "اليوم الوطني الإماراتي", 12, 2)}


def plant_renewals(seed: TenantSeed) -> int:
    """Add requests at every stage, absences, a chain and a holiday where the tenant has none; return how many
    rows. Runs in its scope, after its enrollments."""
    added = 0
    for model, plant in ((ApprovalChain, _plant_chain), (Holiday, _plant_holiday), (RenewalRequest, _plant_requests),
                         (Delegation, _plant_absences)):
        if not db.session.scalar(sa.select(sa.exists().where(model.id.isnot(None)))):
            added += plant(seed)
    return added


def _plant_chain(seed: TenantSeed) -> int:
    chains.create_chain(SYSTEM, category="compliance", step_1="officers")
    return 1


def _plant_holiday(seed: TenantSeed) -> int:
    name, name_ar, month, day = HOLIDAYS[seed.slug]
    today = clock.today()
    first = date(today.year + ((month, day) < (today.month, today.day)), month, day)
    tenancy.create_holiday(SYSTEM, name=name, name_ar=name_ar, starts_on=first, ends_on=first)
    return 1


def _plant_absences(seed: TenantSeed) -> int:
    """The second foreman is away today, the second manager in ten days; each has somebody who stands in."""
    for role, later in ((FOREMAN, 0), (MANAGER, 10)):
        first = clock.today() + timedelta(days=later)
        stands_in, away, *_others = [_id(person) for person in seed.people if person.role == role]
        delegation.create_delegation(SYSTEM, employee_id=away, delegate_id=stands_in, reason="Annual leave",
                                     starts_on=first, ends_on=first + timedelta(days=6))
    return 2


def _id(person: Person) -> UUID:
    found = db.session.scalar(sa.select(Employee.id).where(Employee.number == person.number))
    assert found is not None
    return found


# -- requests --------------------------------------------------------------------------------------------


def _plant_requests(seed: TenantSeed) -> int:
    first_manager = next(person.number for person in seed.people if person.role == MANAGER)
    below = {person.number for person in seed.people if person.manager == first_manager and person.foreman}
    count = {True: 0, False: 0}
    renewable = [one for nth, one in enumerate(_renewable()) if nth % LEFT_TO_ASK != LEFT_TO_ASK - 1]
    for enrollment_id, number, user_id in renewable:
        pattern = CREW if number in below else PATTERN
        turn = count[number in below]
        count[number in below] += 1
        _tell(enrollment_id, _login(user_id), pattern[turn % len(pattern)], turn)
    return sum(count.values())


def _renewable() -> list[Any]:
    """(enrollment, person's number, login) of what runs out, or has run out, with nothing newer beside it."""
    other = aliased(Enrollment)
    beside = sa.exists().where(
        other.employee_id == Enrollment.employee_id, other.course_id == Enrollment.course_id,
        other.id != Enrollment.id, other.deleted_at.is_(None),
        sa.or_(other.status == "active", other.completed_on > Enrollment.completed_on))
    statement = (
        sa.select(Enrollment.id, Employee.number, Employee.user_id)
        .join(Employee, Employee.id == Enrollment.employee_id).join(Course, Course.id == Enrollment.course_id)
        .where(Enrollment.state.in_(("expiring_soon", "grace", "expired")),  # type: ignore[attr-defined]
               Employee.user_id.isnot(None), Employee.is_active, ~beside)
        .order_by(Employee.number, Course.code))
    return list(db.session.execute(statement))


def _login(user_id: int | None) -> User:
    return db.session.get_one(User, user_id)


def _tell(enrollment_id: UUID, asker: User, kind: str, turn: int) -> None:
    """One story: asked for, decided as far as `kind` says, and dated back."""
    reason, comment = REASONS[turn % len(REASONS)]
    request = operations.request_renewal(asker, enrollment_id=enrollment_id, reason=reason)
    if kind == "withdrawn":
        operations.withdraw_request(asker, request.id, reason="I move to another crew.")
    elif kind == "rejected":
        operations.reject_step(*_open(request), comment="Not needed in the new position.")
    elif kind == "returned":
        operations.return_for_information(*_open(request), question="Which course date suits you?")
    elif kind in ("at the second", "approved"):
        operations.approve_step(*_open(request), comment=comment)
        while kind == "approved" and queries.open_step(request.id) is not None:
            operations.approve_step(*_open(request))
    is_over = kind in ("approved", "rejected", "withdrawn")
    _date_back(request, timedelta(days=5 + turn * 3 % 40) if is_over else timedelta(hours=2 + turn % 5))


def _open(request: RenewalRequest) -> tuple[User, UUID]:
    """Who decides the open step, and the step."""
    step = queries.open_step(request.id)
    assert step is not None
    if step.assignee is not None:
        return _login(step.assignee.user_id), step.id
    members = db.session.scalars(sa.select(User).join(User.roles).where(Role.name == POOL_ROLES[step.pool or ""])
                                 .order_by(User.id))
    return next(one for one in members if step.id in queries.waiting_ids(one)), step.id


def _date_back(request: RenewalRequest, age: timedelta) -> None:
    """Let a story that was told in a moment have taken its time, and begin `age` ago."""
    logs = queries.log_of(request.id)
    starts, pace = clock.now() - age, age * 0.6 / max(len(logs), 1)
    when = {line.id: starts + nth * pace for nth, line in enumerate(logs)}
    last = when[logs[-1].id]
    steps: dict[UUID, dict[str, Any]] = {}
    for line in logs:
        column = {"opened": "opened_at", "approved": "decided_at", "rejected": "decided_at"}.get(line.event)
        if column and line.step_id:
            steps.setdefault(line.step_id, {})[column] = when[line.id]
    set_values(WorkflowLog, {line_id: {"created_at": at} for line_id, at in when.items()})
    set_values(WorkflowStep, steps)
    over = {} if request.closed_at is None else {"closed_at": last}
    set_values(RenewalRequest, {request.id: {"created_at": starts, **over}})
