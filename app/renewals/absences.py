"""Whoever stands in for somebody who is away hears of what waits already.

Where a step waits does not change when an absence with a delegate begins, so nothing else would tell the delegate.
What they were told is in their notifications, and that is asked: any number of runs tells them once.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import Role, User
from app.notifications.models import Notification
from app.organisation import queries as people
from app.organisation.models import Delegation, Employee
from app.platform.db import db
from app.platform.unit_of_work import record
from app.renewals import events
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import POOL_ROLES, take_turn

SUBJECT, DELEGATE = aliased(Employee), aliased(Employee)


def hand_over() -> int:
    """Say which open steps delegates have to be told of; returns how many. Records StepsCovered."""
    take_turn()
    ids = list(db.session.scalars(_untold()))
    if ids:
        record(events.StepsCovered(actor_id=None, step_ids=ids))
    return len(ids)


def _untold() -> Any:
    login = DELEGATE.user_id
    was_told = sa.exists().where(Notification.subject_id == WorkflowStep.id, Notification.user_id == login,
                                 Notification.created_at >= WorkflowStep.waiting_since)
    return (
        sa.select(WorkflowStep.id).distinct()
        .join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .join(SUBJECT, SUBJECT.id == RenewalRequest.employee_id)
        .join(Delegation, sa.and_(people.in_force(), _is_with_who_is_away()))
        .join(DELEGATE, DELEGATE.id == Delegation.delegate_id)
        .where(WorkflowStep.status == StepStatus.OPEN, SUBJECT.is_active, DELEGATE.is_active, login.isnot(None),
               login.is_distinct_from(SUBJECT.user_id), login.is_distinct_from(RenewalRequest.asked_by_id), ~was_told))


def _is_with_who_is_away() -> Any:
    pools = (sa.and_(WorkflowStep.pool == pool, _has_role(Delegation.employee_id, role),
                     ~_has_role(Delegation.delegate_id, role)) for pool, role in POOL_ROLES.items())
    return sa.or_(WorkflowStep.assignee_id == Delegation.employee_id, *pools)


def _has_role(employee_id: Any, role: str) -> Any:
    of = aliased(Employee)
    return sa.exists(sa.select(of.id).join(User, User.id == of.user_id).join(User.roles)
                     .where(of.id == employee_id, User.active, Role.name == role))
