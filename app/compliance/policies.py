"""Who sees what of the matrix."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.accounts.models import role_names
from app.accounts.permissions import ADMINISTRATOR, TRAINING_OFFICER
from app.compliance.models import CoverageNeed, Requirement, Waiver
from app.compliance.pairs import department_tree
from app.organisation import policies as organisation
from app.organisation.models import Employee


def visible_waivers(actor: Any) -> Any:
    """The waivers of everybody within the actor's sight: one SQL condition on Waiver."""
    return organisation.reach(actor, Waiver.employee_id)


def current_requirements(actor: Any) -> Any:
    """Rules as known now that are in force or to come; what was before is in the history."""
    return Requirement.superseded_at.is_(None)


def visible_needs(actor: Any) -> Any:
    """Officers and administrators see every coverage need; a foreman and a manager those of crews within their
    sight and of departments that they see all of: a number tells nobody of people whom they do not see. One SQL
    condition on CoverageNeed."""
    if getattr(actor, "id", None) is None or role_names(actor) & {TRAINING_OFFICER, ADMINISTRATOR}:
        return sa.true()
    tree, sight = department_tree(), organisation.reach(actor, Employee.id)
    seen, unseen = (_departments_with(tree, who) for who in (sight, sa.not_(sight)))
    return sa.or_(organisation.reach(actor, CoverageNeed.foreman_id), sa.and_(
        CoverageNeed.department_id.in_(seen), CoverageNeed.department_id.not_in(unseen)))


def _departments_with(tree: Any, condition: Any) -> Any:
    """The departments that have somebody of whom `condition` is true, in themselves or below."""
    return sa.select(tree.c.ancestor_id).join(Employee, Employee.department_id == tree.c.department_id).where(
        Employee.is_active, condition)
