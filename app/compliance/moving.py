"""What people will have to have when they, or their department, stand in another place.

app.organisation.previews asks before a move is saved.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import get_template_attribute
from markupsafe import Markup

from app.compliance.branches import since_under
from app.compliance.grid import cells_of
from app.compliance.pairs import Under, department_tree, pair_states, required_at
from app.compliance.previews import Move, Moves, compare
from app.compliance.schemas import RuleMovesOutput
from app.courses.models import Course
from app.organisation.models import Department, Employee
from app.organisation.previews import PLACE, Shown
from app.platform import clock
from app.platform.db import db

Place = dict[str, UUID | None]


def moves_of_place(employee: Employee, place: Place) -> Moves:
    """Which requirements somebody gains and loses by moving to `place` today."""
    day = clock.today()
    before, after = _required({name: getattr(employee, name) for name in PLACE}, day), _required(place, day)
    gained, lost = after.keys() - before.keys(), before.keys() - after.keys()
    cells = cells_of([employee.id], [*gained, *lost], day)
    courses = {one.id: one for one in db.session.scalars(sa.select(Course).where(Course.id.in_([*gained, *lost])))}

    def move(key: UUID, kind: str, grace: int) -> Move:
        cell, due = cells.get((employee.id, key)), day + timedelta(days=grace)
        state = cell.state if cell is not None else "not_started"
        return Move(employee, courses[key], kind, state, "missing" if cell is None else "", due)

    named = [move(key, "gained", after[key]) for key in gained] + [move(key, "lost", 0) for key in lost]
    missing = sum(one.kind == "gained" and one.state not in ("valid", "expiring_soon", "waived") for one in named)
    return Moves(gained=len(gained), lost=len(lost), missing=missing,
                 named=sorted(named, key=lambda one: (one.kind, str(one.course))))


def _required(place: Place, day: date) -> dict[UUID, int]:
    """Course to days of grace of whoever stands at `place`."""
    return dict(db.session.execute(required_at(**place, day=day)).all())


def shown_move(employee: Employee, place: Place, is_back: bool = False) -> Shown | None:
    """The same as markup; None where nothing changes. Who `is_back` owes what they owed before, by the same days."""
    moves = moves_of_place(employee, place)
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

    def pairs(moved: dict[UUID, Under] | None = None) -> dict[tuple[UUID, UUID], Any]:
        found = db.session.execute(pair_states(clock.today(), only=within, moved=moved))
        return {(row.employee_id, row.course_id): row for row in found}

    return compare(pairs(), pairs({department.id: Under(parent_id, since_under(department.id, parent_id, is_back))}))


def shown_department_move(department: Department, place: dict[str, UUID | None], is_back: bool = False) -> Shown | None:
    """The same as markup; None where nothing changes."""
    moves = moves_of_department(department, place["parent_id"], is_back)
    if not moves.total:
        return None
    draw: Any = get_template_attribute("compliance/moves.html", "moves_of")
    return Shown(Markup(draw(moves)), f"{moves.gained}/{moves.lost}/{moves.moved}/{moves.missing}",
                 RuleMovesOutput().dump(moves))
