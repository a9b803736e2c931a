"""Who sees which request, and who may decide which step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import Role, User, role_names
from app.organisation import policies as organisation
from app.organisation import queries as people
from app.organisation.models import Delegation, Employee
from app.platform.db import db
from app.platform.errors import NotAllowed
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import POOL_ROLES


@dataclass(frozen=True)
class Standing:
    """For whom somebody decides today: the employees (themselves first) and the pools, each with the member
    who is stood in for (None: one belongs to it)."""

    is_able: bool
    own_id: UUID | None
    employee_ids: tuple[UUID, ...]
    pools: dict[str, UUID | None]

    def covers(self, step: WorkflowStep) -> bool:
        """Whether a step is, or was when it was decided, with them or with somebody whom they stand in for."""
        return step.assignee_id in self.employee_ids or step.pool in self.pools


NOBODY = Standing(False, None, (), {})


def standing(actor: Any) -> Standing:
    """For whom the actor decides today, in person and as a delegate."""
    user_id = getattr(actor, "id", None)
    if user_id is None:
        return NOBODY
    me = people.employee_for_user(user_id)
    pools: dict[str, UUID | None] = {pool: None for pool, role in POOL_ROLES.items() if role in role_names(actor)}
    if me is None:
        return Standing(True, None, (), pools)
    absent = _stood_in_for(me.id)
    for employee_id, role in absent:
        pools |= {pool: employee_id for pool, name in POOL_ROLES.items() if name == role and pool not in pools}
    return Standing(me.is_active, me.id, (me.id, *dict.fromkeys(one for one, _role in absent)), pools)


def _stood_in_for(employee_id: UUID) -> list[tuple[UUID, str | None]]:
    """Whom somebody stands in for today, with the roles of their logins while these are switched on."""
    rows = db.session.execute(
        sa.select(Delegation.employee_id, Role.name).join(Employee, Employee.id == Delegation.employee_id)
        .outerjoin(User, sa.and_(User.id == Employee.user_id, User.active)).outerjoin(User.roles)
        .where(Delegation.delegate_id == employee_id, people.in_force()).order_by(Delegation.employee_id))
    return [(one, role) for one, role in rows]


def visible(actor: Any) -> Any:
    """The requests of everybody within the actor's sight, and those that the actor decides, decided or could
    decide for somebody. One SQL condition on RenewalRequest."""
    user_id = getattr(actor, "id", None)
    if organisation.arranges_for_others(actor):
        return sa.true()
    concerned = sa.select(WorkflowStep.request_id).where(sa.or_(
        WorkflowStep.decided_by_id == user_id, _is_with(standing(actor))))
    return sa.or_(organisation.reach(actor, RenewalRequest.employee_id), RenewalRequest.asked_by_id == user_id,
                  RenewalRequest.id.in_(concerned))


def visible_steps(actor: Any) -> Any:
    """The steps of the requests that the actor sees. One SQL condition on WorkflowStep."""
    return WorkflowStep.request_id.in_(sa.select(RenewalRequest.id).where(visible(actor)))


def decidable(actor: Any) -> Any:
    """The open steps that the actor may decide now, in person or for somebody who is away.

    One SQL condition on WorkflowStep, joined with RenewalRequest. Nobody decides about their own request.
    """
    found = standing(actor)
    if not found.is_able:
        return sa.false()
    own = [RenewalRequest.employee_id != found.own_id] if found.own_id else []
    return sa.and_(WorkflowStep.status == StepStatus.OPEN, sa.or_(RenewalRequest.asked_by_id.is_(None),
                                                                  RenewalRequest.asked_by_id != actor.id),
                   *own, _is_with(found))


def _is_with(found: Standing) -> Any:
    """The condition that a step is, or was when it was decided, with the actor or somebody whom they stand in for."""
    return sa.or_(WorkflowStep.assignee_id.in_(found.employee_ids), WorkflowStep.pool.in_(found.pools))


def arranges(actor: Any) -> bool:
    """Whether the actor asks and reassigns for anybody: officers, administrators, the system."""
    return organisation.arranges_for_others(actor)


def require_arranger(actor: Any) -> None:
    """NotAllowed `not_officer` unless the actor is a training officer or an administrator."""
    if not arranges(actor):
        raise NotAllowed(_("A training officer does this."), code="not_officer")


def is_requester(actor: Any, request: RenewalRequest) -> bool:
    """Whether the request is about the actor, or the actor asked."""
    me = people.employee_for_user(actor.id) if actor.id is not None else None
    return request.asked_by_id == actor.id or (me is not None and request.employee_id == me.id)


def require_requester(actor: Any, request: RenewalRequest) -> None:
    """NotAllowed `not_requester` unless the request is about the actor, or the actor asked."""
    if actor.id is not None and not is_requester(actor, request):
        raise NotAllowed(_("Only whoever asked can do this."), code="not_requester")
