"""Whom an equivalence moves, by name, before it is saved, and taking its latest change back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.audit.changes import NotedChange, changes_of, refuse_changed_since, to_take_back
from app.compliance import arrangements, events, queries
from app.compliance.models import Equivalence
from app.compliance.pairs import equivalences, pair_states
from app.compliance.previews import SHOWN, by_id
from app.compliance.rules import Counting, first_difference
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft, save_one
from app.platform.errors import Invalid, NotFound
from app.platform.unit_of_work import record

COLUMNS = ("course_id", "counted_id", "both_ways", "valid_from", "valid_until")
Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class Turn:
    """What becomes of somebody who must have a course: `kind` is covered, uncovered or moved (another last day).

    `state` and `expires_on` are those after the change, `was_state` and `was_expires_on` those before.
    """

    employee: Employee
    course: Course
    kind: str
    state: str
    expires_on: date | None
    was_state: str
    was_expires_on: date | None


@dataclass(frozen=True)
class Turns:
    """Whom a change of an equivalence moves on `day`, the first on which it makes a difference: counts of all, and
    the first `SHOWN` by name, who lose what they had before the others."""

    day: date
    covered: int = 0
    uncovered: int = 0
    moved: int = 0
    named: Sequence[Turn] = ()

    @property
    def total(self) -> int:
        """How many (person, course) pairs change."""
        return self.covered + self.uncovered + self.moved

    @property
    def mark(self) -> str:
        """What somebody has seen: it is asked again when others have changed it meanwhile."""
        return f"{self.covered}/{self.uncovered}/{self.moved}"


def plan_addition(actor: Any, **values: Any) -> Turns:
    """Whom a new equivalence would move; fields as in `EquivalenceSchema`. Refuses what adding it would."""
    return _turns(None, _planned(actor, Draft.new(values | {"valid_from": values.get("valid_from") or clock.today()})))


def plan_change(actor: Any, equivalence_id: UUID, **values: Any) -> Turns:
    """Whom changing an equivalence would move. Refuses what changing it would."""
    draft = Draft.change(equivalence_id, values)
    return _turns(_found(equivalence_id), _planned(actor, draft))


def plan_end(actor: Any, equivalence_id: UUID) -> Turns:
    """Whom putting an equivalence away would move. NotFound."""
    return _turns(_found(equivalence_id), None)


def plan_restore(actor: Any, equivalence_id: UUID) -> Turns:
    """Whom bringing an equivalence back would move. NotFound where it was not put away."""
    row = queries.deleted(Equivalence, equivalence_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    return _turns(None, _as_rule(lambda name: getattr(row, name)))


def plan_undo(actor: Any, equivalence_id: UUID, *, change_id: UUID) -> Turns:
    """Whom taking a change back would move. Refuses what taking it back would."""
    change = to_take_back(changes(equivalence_id), change_id)
    return plan_change(actor, equivalence_id, **before(change))


def changes(equivalence_id: UUID) -> list[NotedChange]:
    """The latest changes of an equivalence, newest first."""
    return changes_of("equivalence", equivalence_id, COLUMNS, events.EquivalenceChanged,
                      events.EquivalenceChangeUndone)


def before(change: NotedChange) -> dict[str, Any]:
    """What a change took the place of; only what it changed."""
    return {name: value_of(name, old) for name, (old, _new) in change.changes.items()}


def undo_change(actor: Any, equivalence_id: UUID, *, change_id: UUID) -> Equivalence:
    """Let an equivalence say again what it said before a change.

    NotFound for no change of this equivalence; Conflict `change_not_latest` and `changed_since` when later changes
    stand on it, and what `arrangements.plan_equivalences` refuses.
    """
    change = to_take_back(changes(equivalence_id), change_id)
    draft = Draft.change(equivalence_id, before(change))

    def plan(actor: Any, drafts: Sequence[Draft]) -> None:
        arrangements.plan_equivalences(actor, drafts)
        refuse_changed_since(draft, {name: value_of(name, new) for name, (_old, new) in change.changes.items()})

    row = save_one(Equivalence, plan, actor, draft)
    record(events.EquivalenceChangeUndone(actor_id=actor.id, subject_id=equivalence_id, changes=draft.changes,
                                          undoes_id=change_id))
    return row


def value_of(name: str, kept: Any) -> Any:
    """A value as the trail keeps it, as the column `name` has it."""
    if kept is None or isinstance(kept, bool):
        return kept
    return UUID(str(kept)) if name.endswith("_id") else date.fromisoformat(str(kept))


def _found(equivalence_id: UUID) -> Equivalence:
    row: Equivalence | None = queries.live(Equivalence, equivalence_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def _planned(actor: Any, draft: Draft) -> Counting:
    arrangements.plan_equivalences(actor, [draft], lock=False)
    if draft.errors:
        raise Invalid.all(draft.errors)
    return _as_rule(draft.get)


def _turns(row: Equivalence | None, new: Counting | None) -> Turns:
    old = _as_rule(lambda name: getattr(row, name)) if row is not None else None
    spans = [one for one in (old, new) if one is not None]
    day = first_difference([old] if old else [], [new] if new else [], clock.today())
    courses = {key for one in spans for key in (one.course_id, one.counted_id)}
    others = equivalences(day, lambda same: same.id != row.id) if row is not None else equivalences(day)
    union: Any = sa.union_all
    wanted = union(others, _as_row(new)) if new is not None and new.holds_on(day) else others
    return _compared(day, _pairs(day, courses, None), _pairs(day, courses, wanted))


def _as_rule(value: Callable[[str], Any]) -> Counting:
    return Counting(course_id=value("course_id"), counted_id=value("counted_id"), both_ways=bool(value("both_ways")),
                    valid_from=value("valid_from"), valid_until=value("valid_until"))


def _as_row(one: Counting) -> Any:
    columns: list[Any] = [sa.literal(one.course_id, sa.Uuid), sa.literal(one.counted_id, sa.Uuid),
                          sa.true() if one.both_ways else sa.false()]
    return sa.select(*columns)


def _pairs(day: date, courses: Collection[UUID], same: Any) -> dict[Key, Any]:
    rows = db.session.execute(pair_states(day, same=same, courses=lambda column: column.in_(courses)))
    return {(row.employee_id, row.course_id): row for row in rows}


def _compared(day: date, before: dict[Key, Any], after: dict[Key, Any]) -> Turns:
    kinds: dict[str, list[Key]] = {"uncovered": [], "covered": [], "moved": []}
    for key, new in after.items():
        old = before.get(key, new)
        if (old.lane == "met") != (new.lane == "met"):
            kinds["covered" if new.lane == "met" else "uncovered"].append(key)
        elif (old.state, old.expires_on) != (new.state, new.expires_on):
            kinds["moved"].append(key)
    found = [(kind, key) for kind, keys in kinds.items() for key in sorted(keys)][:SHOWN]
    people = by_id(Employee, {key[0] for _kind, key in found})
    courses = by_id(Course, {key[1] for _kind, key in found})
    return Turns(day, len(kinds["covered"]), len(kinds["uncovered"]), len(kinds["moved"]), [
        Turn(people[who], courses[what], kind, after[who, what].state, after[who, what].expires_on,
             before[who, what].state, before[who, what].expires_on)
        for kind, (who, what) in found if who in people and what in courses])
