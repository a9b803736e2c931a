"""What people will have to have when they, or their department, stand in another place.

app.organisation.previews asks before a move is saved.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import get_template_attribute
from markupsafe import Markup

from app.compliance.branches import since_under
from app.compliance.pairs import Under, department_tree, pair_states
from app.compliance.positions import standing_at
from app.compliance.previews import Moves, compare
from app.compliance.schemas import RuleMovesOutput
from app.organisation.models import Department, Employee
from app.organisation.previews import Shown
from app.platform import clock
from app.platform.db import db

Place = dict[str, UUID | None]


def moves_of_place(employee: Employee, place: Place, is_back: bool = False) -> Moves:
    """Which requirements somebody gains and loses, and which are due on another day, by moving to `place` today, or
    (`is_back`) back to it as if they had never left."""
    def who(employee_id: Any) -> Any:
        return employee_id == employee.id

    moves = compare(_pairs(who), _pairs(who, stood={employee.id: standing_at(employee, place, is_back)}), shown=None)
    return replace(moves, named=sorted(moves.named, key=lambda one: (one.kind, str(one.course))))


def _pairs(only: Any, **changed: Any) -> dict[tuple[UUID, UUID], Any]:
    found = db.session.execute(pair_states(clock.today(), only=only, **changed))
    return {(row.employee_id, row.course_id): row for row in found}


def shown_move(employee: Employee, place: Place, is_back: bool = False) -> Shown | None:
    """The same as markup; None where nothing changes. Who `is_back` owes what they owed before, by the same days."""
    moves = moves_of_place(employee, place, is_back)
    if not moves.total:
        return None
    draw: Any = get_template_attribute("compliance/place.html", "moves_of_place")
    return Shown(Markup(draw(moves, is_back)), "/".join(f"{one.kind[0]}{one.course.id}" for one in moves.named),
                 RuleMovesOutput().dump(moves))


def moves_of_department(department: Department, parent_id: UUID | None, is_back: bool = False) -> Moves:
    """Whose requirements come and go today when a department becomes part of another one (None: of none), or
    (`is_back`) does so again as if it had never left."""
    tree = department_tree()
    inside = list(db.session.scalars(sa.select(tree.c.department_id).where(tree.c.ancestor_id == department.id)))

    def within(employee_id: Any) -> Any:
        return employee_id.in_(sa.select(Employee.id).where(Employee.department_id.in_(inside)))

    under = Under(parent_id, since_under(department.id, parent_id, is_back))
    return compare(_pairs(within), _pairs(within, moved={department.id: under}))


def shown_department_move(department: Department, place: dict[str, UUID | None], is_back: bool = False) -> Shown | None:
    """The same as markup; None where nothing changes."""
    moves = moves_of_department(department, place["parent_id"], is_back)
    if not moves.total:
        return None
    draw: Any = get_template_attribute("compliance/moves.html", "moves_of")
    return Shown(Markup(draw(moves)), f"{moves.gained}/{moves.lost}/{moves.moved}/{moves.missing}",
                 RuleMovesOutput().dump(moves))
