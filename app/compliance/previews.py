"""Whom a change of the matrix would move, by name, before it is made. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.compliance.models import Requirement
from app.compliance.pairs import RULE_COLUMNS, pair_states, rules_in_force
from app.compliance.rules import LACKING, Span
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.sql_dates import days_after

SHOWN = 50  # people named in one preview; the counts are of all


@dataclass(frozen=True)
class Move:
    """What a change means for one person and course: `kind` is gained, lost or moved (another due day).

    `state` and `lane` are those after the change (of what is lost: before it).
    """

    employee: Employee
    course: Course
    kind: str
    state: str
    lane: str
    due_on: date
    was_due_on: date | None = None


@dataclass(frozen=True)
class Moves:
    """Whom a change moves: counts of all, and the first `SHOWN` by name; `missing` of those who gain lack it."""

    gained: int = 0
    lost: int = 0
    moved: int = 0
    missing: int = 0
    named: Sequence[Move] = ()

    @property
    def total(self) -> int:
        """How many (person, course) pairs change."""
        return self.gained + self.lost + self.moved


def moves_of(rule_id: UUID | None, spans: Iterable[Span], course_ids: Collection[UUID], day: date) -> Moves:
    """What happens on `day` when the rule `rule_id` (None: a new one) is replaced by `spans` (none: it ends).

    `course_ids` are the courses that either of them asks for.
    """
    before = rules_in_force(day, None, lambda rule: rule.course_id.in_(course_ids))
    others = before if rule_id is None else rules_in_force(
        day, None, lambda rule: rule.course_id.in_(course_ids), lambda rule: rule.rule_id != rule_id)
    wanted: list[Any] = [_as_rule(one) for one in spans
              if one.valid_from <= day and (one.valid_until is None or one.valid_until >= day)]
    union: Any = sa.union_all
    after = union(others, *wanted) if wanted else others
    return compare(_pairs(day, before, course_ids), _pairs(day, after, course_ids))


def _as_rule(span: Span) -> Any:
    values = {"rule_id": UUID(int=0), **{one.name: getattr(span, one.name) for one in fields(span)}}
    columns: list[Any] = [_typed(name, values[name]) for name in RULE_COLUMNS]
    return sa.select(*columns)


def _typed(name: str, value: Any) -> Any:
    kind: Any = Requirement.__mapper__.columns[name].type
    given: Any = sa.null() if value is None else sa.literal(value, kind)
    # SQLite takes a cast to a date for one to a number.
    return (days_after(given, 0) if isinstance(kind, sa.Date) else sa.cast(given, kind)).label(name)


def _pairs(day: date, rules: Any, course_ids: Collection[UUID]) -> dict[tuple[UUID, UUID], Any]:
    rows = db.session.execute(pair_states(day, rules=rules, courses=lambda column: column.in_(course_ids)))
    return {(row.employee_id, row.course_id): row for row in rows}


def compare(before: dict[tuple[UUID, UUID], Any], after: dict[tuple[UUID, UUID], Any],
            shown: int | None = SHOWN) -> Moves:
    """The pairs of `after` beside those of `before`: rows of `pair_states` by (employee id, course id). `shown` is how
    many are named, None: all."""
    gained, lost = after.keys() - before.keys(), before.keys() - after.keys()
    moved = {key for key in after.keys() & before.keys() if after[key].due_on != before[key].due_on}
    kinds = [("gained", gained, after), ("lost", lost, before), ("moved", moved, after)]
    named = [(kind, key, rows[key]) for kind, keys, rows in kinds for key in _worst_first(keys, rows)][:shown]
    return Moves(gained=len(gained), lost=len(lost), moved=len(moved),
                 missing=sum(after[key].lane in LACKING for key in gained), named=_named(named, before))


def _worst_first(keys: Iterable[tuple[UUID, UUID]], rows: dict[tuple[UUID, UUID], Any]) -> list[tuple[UUID, UUID]]:
    return sorted(keys, key=lambda key: (rows[key].lane != "missing", key))


def _named(found: Sequence[tuple[str, tuple[UUID, UUID], Any]], before: dict[tuple[UUID, UUID], Any]) -> list[Move]:
    people = by_id(Employee, {key[0] for _kind, key, _row in found})
    courses = by_id(Course, {key[1] for _kind, key, _row in found})
    return [Move(people[key[0]], courses[key[1]], kind, row.state, row.lane, row.due_on,
                 before[key].due_on if kind == "moved" else None)
            for kind, key, row in found if key[0] in people and key[1] in courses]


def by_id(model: Any, keys: Collection[UUID]) -> dict[UUID, Any]:
    """The rows with these keys."""
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(keys)))}
