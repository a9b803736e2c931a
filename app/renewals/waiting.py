"""What waits for somebody's decision as one SQL expression, for the number that stands on every page.

The same as `queries.waiting_ids`, which first asks for whom the person stands in; a test holds them together.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import Role, User
from app.organisation import queries as people
from app.organisation.models import Delegation, Employee
from app.platform.look.waiting import ME, TODAY
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import POOL_ROLES


def waiting_ids(roles: frozenset[str]) -> Any:
    """The ids of the open steps that the login ME with these roles may decide on the day TODAY, as a select."""
    me = aliased(Employee)
    mine = sa.select(me.id).where(me.user_id == ME, me.deleted_at.is_(None)).scalar_subquery()
    has_left = sa.exists().where(me.user_id == ME, sa.or_(me.is_active.is_(False), me.deleted_at.isnot(None)))
    return (
        sa.select(WorkflowStep.id).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .join(Employee, Employee.id == RenewalRequest.employee_id)
        .where(WorkflowStep.status == StepStatus.OPEN, _is_decider(roles, mine), ~has_left, Employee.is_active,
               Employee.deleted_at.is_(None), _is_other(RenewalRequest.asked_by_id, ME),
               _is_other(Employee.user_id, ME)))


def _is_other(column: Any, user_id: Any) -> Any:
    return sa.or_(column.is_(None), column != user_id)


def _is_decider(roles: frozenset[str], mine: Any) -> Any:
    absent = aliased(Delegation)
    pools = [pool for pool, role in POOL_ROLES.items() if role in roles]
    return sa.or_(
        WorkflowStep.assignee_id == mine,
        WorkflowStep.assignee_id.in_(sa.select(absent.employee_id).where(absent.delegate_id == mine,
                                                                         people.in_force(absent, TODAY))),
        WorkflowStep.pool.in_(pools),
        *(sa.and_(WorkflowStep.pool == pool, _stands_in_for_member(mine, role))
          for pool, role in POOL_ROLES.items() if pool not in pools))


def _stands_in_for_member(mine: Any, role: str) -> Any:
    absent, member = aliased(Delegation), aliased(Employee)
    return sa.exists(
        sa.select(absent.id).join(member, member.id == absent.employee_id).join(User, User.id == member.user_id)
        .join(User.roles)
        .where(absent.delegate_id == mine, people.in_force(absent, TODAY), Role.name == role, User.active))
