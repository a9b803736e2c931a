"""Who sees whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.accounts.models import role_names
from app.accounts.permissions import ADMINISTRATOR, FOREMAN, MANAGER, TRAINING_OFFICER
from app.organisation.models import Employee


def visible(actor: Any) -> Any:
    """Officers and administrators see everybody; a manager the foremen below and their crews; a foreman
    the own crew; everybody themselves. One SQL condition on Employee."""
    return reach(actor, Employee.id)


def reach(actor: Any, employee_id: Any) -> Any:
    """The condition that the person `employee_id` (a column) refers to is within the actor's sight."""
    roles = role_names(actor)
    if getattr(actor, "id", None) is None or roles & {TRAINING_OFFICER, ADMINISTRATOR}:
        return sa.true()
    return employee_id.in_(_people_of(actor, roles))


def team(actor: Any, employee_id: Any) -> Any:
    """The condition that the person `employee_id` (a column) refers to works below the actor, whatever else the
    actor may see; the actor is none of them."""
    me = aliased(Employee)
    mine = sa.select(me.id).where(me.user_id == actor.id)
    return sa.and_(employee_id.in_(_people_of(actor, role_names(actor))), employee_id.not_in(mine))


def _people_of(actor: Any, roles: frozenset[str]) -> Any:
    me = aliased(Employee)
    mine = sa.select(me.id).where(me.user_id == actor.id).scalar_subquery()
    person, foreman = aliased(Employee), aliased(Employee)
    ways = [person.user_id == actor.id]
    if roles & {FOREMAN, MANAGER}:
        ways.append(person.foreman_id == mine)
    if MANAGER in roles:
        ways.append(person.manager_id == mine)
        ways.append(person.foreman_id.in_(sa.select(foreman.id).where(foreman.manager_id == mine)))
    return sa.select(person.id).where(sa.or_(*ways))
