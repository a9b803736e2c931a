"""Where somebody, or a department, was moved from and to, and taking the latest move back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.audit.changes import NotedChange, changes_of, refuse_changed_since, to_take_back
from app.organisation import events, operations
from app.organisation.models import Department, Employee
from app.organisation.previews import PLACE
from app.platform.db import db
from app.platform.drafts import Draft, save_one
from app.platform.unit_of_work import record

Place = dict[str, UUID | None]


@dataclass(frozen=True)
class Movable:
    """What has a place: its table, the columns that say where it stands, how a new place is checked, and the events
    that note a move and one that was taken back."""

    subject: str
    model: Any
    place: Sequence[str]
    plan: Callable[..., None]
    moved: type
    undone: type

    def check(self, actor: Any, drafts: list[Draft]) -> None:
        """Hang on the drafts what saving them would refuse; locks and writes nothing."""
        self.plan(actor, drafts, lock=False)


PEOPLE = Movable("employee", Employee, PLACE, operations.plan_employees, events.EmployeeUpdated,
                 events.EmployeeMoveUndone)
DEPARTMENTS = Movable("department", Department, ("parent_id",), operations.plan_departments, events.DepartmentUpdated,
                      events.DepartmentMoveUndone)


def moves_of(row_id: UUID, kind: Movable = PEOPLE) -> list[NotedChange]:
    """The latest changes of somebody's department, grade and job role, or of what a department is part of, newest
    first; those of imports are theirs."""
    return changes_of(kind.subject, row_id, kind.place, kind.moved, kind.undone)


def place_before(change: NotedChange) -> Place:
    """What a move took somebody or something away from; only what it changed."""
    return {name: _key(before) for name, (before, _after) in change.changes.items()}


def undo_move(actor: Any, employee_id: UUID, *, change_id: UUID) -> Employee:
    """Put somebody back where they stood before a move.

    NotFound for no move of this person; Conflict `change_not_latest` and `changed_since` when later changes stand on
    it, and what `plan_employees` refuses where the place is gone.
    """
    draft = _put_back(actor, PEOPLE, employee_id, change_id)
    record(events.EmployeeMoveUndone(actor_id=actor.id, subject_id=employee_id, changes=draft.changes,
                                     undoes_id=change_id))
    return db.session.get_one(Employee, employee_id)


def undo_department_move(actor: Any, department_id: UUID, *, change_id: UUID) -> Department:
    """Make a department part again of what it was part of before a move; refusals as of `undo_move`."""
    draft = _put_back(actor, DEPARTMENTS, department_id, change_id)
    record(events.DepartmentMoveUndone(actor_id=actor.id, subject_id=department_id, changes=draft.changes,
                                       undoes_id=change_id))
    return db.session.get_one(Department, department_id)


def _put_back(actor: Any, kind: Movable, row_id: UUID, change_id: UUID) -> Draft:
    change = to_take_back(moves_of(row_id, kind), change_id)
    draft = Draft.change(row_id, dict(place_before(change)))

    def plan(actor: Any, drafts: list[Draft]) -> None:
        kind.plan(actor, drafts)
        refuse_changed_since(draft, {name: _key(after) for name, (_before, after) in change.changes.items()})

    save_one(kind.model, plan, actor, draft)
    return draft


def _key(text: Any) -> UUID | None:
    return None if text is None else UUID(str(text))
