"""Who sees whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from app.accounts.models import role_names
from app.accounts.permissions import ADMINISTRATOR, FOREMAN, MANAGER, TRAINING_OFFICER
from app.organisation.models import Delegation, Employee
from app.platform.db import db
from app.platform.errors import NotAllowed

_ME, _PERSON, _FOREMAN = aliased(Employee), aliased(Employee), aliased(Employee)


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
    mine = sa.select(_ME.id).where(_ME.user_id == actor.id)
    return sa.and_(employee_id.in_(_people_of(actor, role_names(actor))), employee_id.not_in(mine))


def _people_of(actor: Any, roles: frozenset[str]) -> Any:
    mine, person = sa.select(_ME.id).where(_ME.user_id == actor.id).scalar_subquery(), _PERSON
    ways = [person.user_id == actor.id]
    if roles & {FOREMAN, MANAGER}:
        ways.append(person.foreman_id == mine)
    if MANAGER in roles:
        ways.append(person.manager_id == mine)
        ways.append(person.foreman_id.in_(sa.select(_FOREMAN.id).where(_FOREMAN.manager_id == mine)))
    return sa.select(person.id).where(sa.or_(*ways))


def arranges_for_others(actor: Any) -> bool:
    """Whether the actor arranges absences and requests for anybody: officers, administrators, the system."""
    return getattr(actor, "id", None) is None or bool(role_names(actor) & {TRAINING_OFFICER, ADMINISTRATOR})


def require_arranger(actor: Any, employee_id: UUID) -> None:
    """NotAllowed `not_yours` unless the actor is that employee or arranges for others."""
    if not arranges_for_others(actor):
        own = db.session.scalar(sa.select(Employee.id).where(Employee.user_id == actor.id))
        if own != employee_id:
            raise NotAllowed(_("You can say this about yourself only."), code="not_yours", field="employee_id")


def visible_delegations(actor: Any) -> Any:
    """Those of everybody within the actor's sight, and those that name the actor. One SQL condition."""
    me = aliased(Employee)
    mine = sa.select(me.id).where(me.user_id == getattr(actor, "id", None)).scalar_subquery()
    return sa.or_(reach(actor, Delegation.employee_id), Delegation.delegate_id == mine)


def employed(actor: Any) -> Any:
    """Everybody who works here, for choosing who stands in. One SQL condition on Employee."""
    return Employee.is_active
