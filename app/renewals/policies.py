"""Who sees which request, and who may decide which step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from app.accounts.models import Role, User, role_names
from app.organisation import policies as organisation
from app.organisation import queries as people
from app.organisation.models import Delegation, Employee
from app.platform.db import db
from app.platform.errors import NotAllowed
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import POOL_ROLES


def visible(actor: Any) -> Any:
    """The requests of everybody within the actor's sight, and those that the actor decides, decided or could
    decide for somebody. One SQL condition on RenewalRequest."""
    step = aliased(WorkflowStep)
    concerned = sa.select(step.request_id).where(sa.or_(
        step.decided_by_id == getattr(actor, "id", None), _is_decider(actor, step)))
    return sa.or_(organisation.reach(actor, RenewalRequest.employee_id),
                  RenewalRequest.asked_by_id == getattr(actor, "id", None), RenewalRequest.id.in_(concerned))


def visible_steps(actor: Any) -> Any:
    """The steps of the requests that the actor sees. One SQL condition on WorkflowStep."""
    return WorkflowStep.request_id.in_(sa.select(RenewalRequest.id).where(visible(actor)))


def decidable(actor: Any) -> Any:
    """The open steps that the actor may decide now, in person or for somebody who is away.

    One SQL condition on WorkflowStep, joined with RenewalRequest. Nobody decides about their own request.
    """
    user_id = getattr(actor, "id", None)
    me = people.employee_for_user(user_id) if user_id is not None else None
    if user_id is None or (me is not None and not me.is_active):
        return sa.false()
    return _open_and_foreign(actor, me.id if me else None, WorkflowStep)


def _open_and_foreign(actor: Any, employee_id: UUID | None, step: Any) -> Any:
    own = [RenewalRequest.employee_id != employee_id] if employee_id else []
    return sa.and_(step.status == StepStatus.OPEN, sa.or_(RenewalRequest.asked_by_id.is_(None),
                                                          RenewalRequest.asked_by_id != actor.id),
                   *own, _is_decider(actor, step))


def _is_decider(actor: Any, step: Any) -> Any:
    """The condition that a step is, or was when it was decided, with the actor or somebody whom they stand in for."""
    me = aliased(Employee)
    mine = sa.select(me.id).where(me.user_id == getattr(actor, "id", None)).scalar_subquery()
    ways = [step.assignee_id == mine, step.assignee_id.in_(_stood_in_for(mine)), step.pool.in_(_pools_of(actor)),
            *(sa.and_(step.pool == pool, _stands_in_for_member(mine, role)) for pool, role in POOL_ROLES.items())]
    return sa.or_(*ways)


def _pools_of(actor: Any) -> list[str]:
    return [pool for pool, role in POOL_ROLES.items() if role in role_names(actor)]


def _stood_in_for(mine: Any) -> Any:
    delegation = aliased(Delegation)
    return sa.select(delegation.employee_id).where(delegation.delegate_id == mine, people.in_force(delegation))


def _stands_in_for_member(mine: Any, role: str) -> Any:
    delegation, member = aliased(Delegation), aliased(Employee)
    return mine.in_(sa.select(delegation.delegate_id).join(member, member.id == delegation.employee_id)
                    .join(User, User.id == member.user_id).join(User.roles)
                    .where(people.in_force(delegation), Role.name == role, User.active))


def member_stood_in_for(actor: Any, pool: str) -> UUID | None:
    """The member of a pool in whose place the actor, who is none, decides today."""
    if pool in _pools_of(actor):
        return None
    me, member, delegation = aliased(Employee), aliased(Employee), aliased(Delegation)
    return db.session.scalar(
        sa.select(member.id).join(delegation, delegation.employee_id == member.id)
        .join(me, me.id == delegation.delegate_id).join(User, User.id == member.user_id).join(User.roles)
        .where(me.user_id == actor.id, people.in_force(delegation), Role.name == POOL_ROLES[pool], User.active)
        .order_by(member.id).limit(1))


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
