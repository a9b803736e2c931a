"""Every open step has somebody who can decide it: the facts that routes follow from, and routing anew.

Everything that opens, decides or re-routes steps of a tenant takes turns (`take_turn`), so that nobody is made
responsible in one transaction while another one deactivates them. Set-based: a few statements however many
steps there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import Role, User
from app.accounts.permissions import ADMINISTRATOR, TENANT_ROLES, TRAINING_OFFICER
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform import clock, turns
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.unit_of_work import record
from app.renewals import events, timeline
from app.renewals.bulk import set_values
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.rules import OFFICERS, Crowd, Person, Route, Subject, Turn, route
from app.tenancy import queries as tenancy

POOL_ROLES = {"officers": TRAINING_OFFICER, "administrators": ADMINISTRATOR}


def take_turn() -> None:
    """Wait until no other transaction opens, decides or re-routes steps of this tenant."""
    turns.take_turn("approvals")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step with what its route follows from; `since` is when it began to wait where it is."""

    id: UUID
    request_id: UUID
    position: int
    status: str
    turn: Turn
    subject: Subject
    now: Route
    opened_at: datetime | None


_COLUMNS = (
    WorkflowStep.id, WorkflowStep.request_id, WorkflowStep.position, WorkflowStep.status, WorkflowStep.kind,
    WorkflowStep.person_id, WorkflowStep.chosen_id, WorkflowStep.least_level, WorkflowStep.level,
    WorkflowStep.assignee_id, WorkflowStep.pool, WorkflowStep.opened_at, RenewalRequest.asked_by_id,
    RenewalRequest.employee_id, Employee.user_id, Employee.foreman_id, Employee.manager_id)


def step_facts(*conditions: Any) -> list[StepFacts]:
    """The steps that fulfil `conditions` (on WorkflowStep, RenewalRequest, Employee), in order of request and
    position."""
    statement = (sa.select(*_COLUMNS).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
                 .join(Employee, Employee.id == RenewalRequest.employee_id).where(*conditions)
                 .order_by(WorkflowStep.request_id, WorkflowStep.position))
    rows = db.session.execute(statement, execution_options={"include_deleted": True})
    return [_facts(row) for row in rows]


def _facts(row: Any) -> StepFacts:
    subject = Subject(row.employee_id, row.user_id, row.foreman_id, row.manager_id, row.asked_by_id)
    turn = Turn(row.kind, row.person_id, row.chosen_id, row.least_level)
    return StepFacts(row.id, row.request_id, row.position, row.status, turn, subject,
                     Route(row.level, row.assignee_id, row.pool), row.opened_at)


# -- the people ------------------------------------------------------------------------------------------


def crowd_of(steps: Iterable[StepFacts]) -> Crowd:
    """Everybody whom these steps may fall to, as they are now."""
    wanted: set[UUID | None] = set()
    for step in steps:
        wanted |= {step.turn.person_id, step.turn.chosen_id, step.subject.foreman_id, step.subject.manager_id}
    return crowd(wanted)


def crowd(person_ids: Collection[UUID | None]) -> Crowd:
    """These people, their managers and their delegates, and the members of the pools."""
    rows = _people_rows({one for one in person_ids if one is not None})
    rows |= _people_rows({row.manager_id for row in rows.values() if row.manager_id} - rows.keys())
    away = organisation.away_today(rows)
    rows |= _people_rows({one for one in away.values() if one} - rows.keys())
    away |= organisation.away_today(rows.keys() - away.keys())
    with_role = _logins_with_role({row.user_id for row in rows.values() if row.user_id})
    people = {row.id: Person(row.id, row.user_id, _is_able(row, with_role), row.manager_id, row.id in away,
                             away.get(row.id)) for row in rows.values()}
    return Crowd(people, _pools())


def _people_rows(ids: Collection[UUID]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for part in parts(list(ids)):
        statement = (sa.select(Employee.id, Employee.user_id, Employee.manager_id, Employee.is_active,
                               Employee.deleted_at, User.active.label("may_sign_in"))
                     .outerjoin(User, User.id == Employee.user_id).where(Employee.id.in_(part)))
        found |= {row.id: row for row in db.session.execute(statement, execution_options={"include_deleted": True})}
    return found


def _is_able(row: Any, with_role: set[int]) -> bool:
    return bool(row.is_active and row.deleted_at is None and row.may_sign_in and row.user_id in with_role)


def _logins_with_role(user_ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for part in parts(list(user_ids)):
        found.update(db.session.scalars(sa.select(User.id).join(User.roles).where(
            User.id.in_(part), Role.name.in_(TENANT_ROLES))))
    return found


def members(pools: Collection[str], *columns: Any) -> Sequence[Any]:
    """Columns of `User`, `Role` and `Employee` (null where a login is nobody's) of each member of some pools who is
    here: the login is switched on, and its person, if it has one, has not left. In the order of their first names."""
    statement = (sa.select(*columns).select_from(User).join(User.roles)
                 .outerjoin(Employee, Employee.user_id == User.id)
                 .where(User.active, Role.name.in_([POOL_ROLES[pool] for pool in pools]),
                        sa.or_(Employee.id.is_(None), sa.and_(Employee.is_active, Employee.deleted_at.is_(None))))
                 .order_by(User.first_name, User.id))
    return db.session.execute(statement, execution_options={"include_deleted": True}).all()


def _pools() -> dict[str, frozenset[int]]:
    found = members(POOL_ROLES, User.id, Role.name)
    return {pool: frozenset(user_id for user_id, name in found if name == role) for pool, role in POOL_ROLES.items()}


# -- routes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deadlines:
    """When a step that begins to wait now is reminded of and goes to the next level."""

    now: datetime
    remind_at: datetime
    escalate_at: datetime

    @classmethod
    def from_now(cls) -> Deadlines:
        """By the working calendar and the settings of the current tenant."""
        return cls.since(clock.now())

    @classmethod
    def since(cls, start: datetime) -> Deadlines:
        """For a step that waits since the instant `start`."""
        calendar, tenant = tenancy.working_calendar(), tenancy.current_tenant()
        return cls(start, calendar.after(start, tenant.approval_reminder_hours),
                   calendar.after(start, tenant.approval_sla_hours))


def placed(found: Route) -> dict[str, Any]:
    """The columns of a step that say where it is."""
    return {"level": found.level, "assignee_id": found.assignee_id, "pool": found.pool,
            "note": "nobody" if found.is_blocked else None}


def waiting(found: Route, deadlines: Deadlines) -> dict[str, Any]:
    """The columns of a step that begins to wait at `found`; officers are reminded, never passed over."""
    return {**placed(found), "waiting_since": deadlines.now, "remind_at": deadlines.remind_at,
            "escalate_at": deadlines.escalate_at if found.level < OFFICERS else None}


def route_anew(actor_id: int | None = None) -> int:
    """Give every open step of the tenant to whom it belongs now; return how many moved.

    Steps that stay where they are keep their waiting time. Records StepsRerouted.
    """
    take_turn()  # before the first look: a step that is being opened at this moment counts as well
    if not _any_open():
        return 0
    steps = step_facts(WorkflowStep.status == StepStatus.OPEN)
    moved = moves(steps, crowd_of(steps))
    move_steps(actor_id, moved)
    return len(moved)


def _any_open() -> bool:
    return bool(db.session.scalar(sa.select(sa.exists().where(WorkflowStep.status == StepStatus.OPEN))))


def moves(steps: Sequence[StepFacts], people: Crowd) -> list[tuple[StepFacts, Route]]:
    """Those of the steps that belong somewhere else now, with where."""
    found = ((step, route(step.turn, step.subject, people)) for step in steps)
    return [(step, where) for step, where in found if where != step.now]


def move_steps(actor_id: int | None, moved: Sequence[tuple[StepFacts, Route]]) -> None:
    """Write where steps go, their lines in the timeline, and say so. Their waiting time begins anew."""
    if not moved:
        return
    deadlines = Deadlines.from_now()
    set_values(WorkflowStep, {step.id: waiting(where, deadlines) for step, where in moved})
    timeline.write([timeline.line(step.request_id, step.id, "blocked" if where.is_blocked else "rerouted",
                                  actor_id=actor_id, person_id=where.assignee_id, pool=where.pool)
                    for step, where in moved], deadlines.now)
    record(events.StepsRerouted(actor_id=actor_id, step_ids=[step.id for step, _where in moved]))


