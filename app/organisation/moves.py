"""Where somebody was moved from and to, and taking the latest move back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.audit.changes import NotedChange, changes_of, refuse_changed_since, to_take_back
from app.organisation import events, operations
from app.organisation.models import Employee
from app.organisation.previews import PLACE
from app.platform.drafts import Draft, save_one
from app.platform.unit_of_work import record

Place = dict[str, UUID | None]


def moves_of(employee_id: UUID) -> list[NotedChange]:
    """The latest changes of somebody's department, grade and job role, newest first; those of imports are theirs."""
    return changes_of("employee", employee_id, PLACE, events.EmployeeUpdated, events.EmployeeMoveUndone)


def place_before(change: NotedChange) -> Place:
    """What a move took somebody away from; only what it changed."""
    return {name: _key(before) for name, (before, _after) in change.changes.items()}


def undo_move(actor: Any, employee_id: UUID, *, change_id: UUID) -> Employee:
    """Put somebody back where they stood before a move.

    NotFound for no move of this person; Conflict `change_not_latest` and `changed_since` when later changes stand on
    it, and what `plan_employees` refuses where the place is gone.
    """
    change = to_take_back(moves_of(employee_id), change_id)
    draft = Draft.change(employee_id, dict(place_before(change)))

    def plan(actor: Any, drafts: Sequence[Draft]) -> None:
        operations.plan_employees(actor, drafts)
        refuse_changed_since(draft, {name: _key(after) for name, (_before, after) in change.changes.items()})

    employee = save_one(Employee, plan, actor, draft)
    record(events.EmployeeMoveUndone(actor_id=actor.id, subject_id=employee_id, changes=draft.changes,
                                     undoes_id=change_id))
    return employee


def _key(text: Any) -> UUID | None:
    return None if text is None else UUID(str(text))
