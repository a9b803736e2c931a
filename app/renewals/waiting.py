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
        .where(WorkflowStep.id.in_(_with_decider(roles, mine)), ~has_left, Employee.is_active,
               Employee.deleted_at.is_(None), _is_other(RenewalRequest.asked_by_id, ME),
               _is_other(Employee.user_id, ME)))


def _is_other(column: Any, user_id: Any) -> Any:
    return sa.or_(column.is_(None), column != user_id)


def _with_decider(roles: frozenset[str], mine: Any) -> Any:
    """The ids of the open steps that are with ME, each way by its index: joined by OR, SQLite went through every open
    step of the tenant for each page."""
    absent = aliased(Delegation)
    pools = [pool for pool, role in POOL_ROLES.items() if role in roles]
    led = sa.select(absent.employee_id).where(absent.delegate_id == mine, people.in_force(absent, TODAY))
    return sa.union_all(
        _open("assignee_id", [mine]), _open("assignee_id", led), _open("pool", pools),
        *(_open("pool", [pool]).where(_stands_in_for_member(mine, role))
          for pool, role in POOL_ROLES.items() if pool not in pools))


def _open(column: str, among: Any) -> Any:
    step = aliased(WorkflowStep)
    return sa.select(step.id).where(step.status == StepStatus.OPEN, getattr(step, column).in_(among))


def _stands_in_for_member(mine: Any, role: str) -> Any:
    absent, member = aliased(Delegation), aliased(Employee)
    is_member = sa.exists(  # within, so that it is asked of those who are away and not of every login
        sa.select(member.id).join(User, User.id == member.user_id).join(User.roles)
        .where(member.id == absent.employee_id, Role.name == role, User.active))
    return sa.exists(sa.select(absent.id).where(absent.delegate_id == mine, people.in_force(absent, TODAY), is_member))
