"""Arrange the matrix: who must have which course. Rules are appended, never rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from uuid_utils.compat import uuid7

from app.compliance import events, queries
from app.compliance.models import Requirement, RequirementChange
from app.compliance.previews import Moves, moves_of
from app.compliance.rules import Span, changed_from, ended_before, first_difference
from app.courses import queries as courses
from app.organisation import queries as organisation
from app.organisation.models import Department, Grade, JobRole
from app.platform import clock
from app.platform.db import db
from app.platform.errors import Conflict, DomainError, Invalid, NotFound
from app.platform.unit_of_work import record

SPAN = tuple(one.name for one in fields(Span) if one.name != "row_id")


@dataclass(frozen=True)
class Plan:
    """A change of one rule, checked and not yet made: the rows it takes the place of and those it writes."""

    kind: str
    rule_id: UUID
    from_on: date
    replaced: list[Span]
    written: list[Span]

    def moves(self) -> Moves:
        """Whom it moves on the day from which it holds, by name."""
        spans = [*self.replaced, *self.written]
        kept = [one for one in queries.spans(self.rule_id) if one not in self.replaced]
        return moves_of(self.rule_id, [*kept, *self.written], {one.course_id for one in spans},
                        max(self.from_on, clock.today()))


# -- planning --------------------------------------------------------------------------------------------


def plan_addition(actor: Any, **values: Any) -> Plan:
    """A new rule; fields as in `RequirementSchema`. Refuses unknown references, a span that ends before it begins,
    and a rule that asks the same of the same people as another at the same time."""
    values = {"valid_from": clock.today()} | {name: value for name, value in values.items() if value is not None}
    _refuse_unknown(values)
    span = Span(**values, since_on=values["valid_from"])
    _refuse_backwards(span)
    _refuse_twin(span, None)
    return Plan("added", uuid7(), span.valid_from, [], [span])


def plan_change(actor: Any, requirement_id: UUID, *, from_on: date | None = None, **values: Any) -> Plan:
    """Another course, other people, grace or end for a rule from `from_on` (today) on; what was before stays true.

    Refuses what `plan_addition` refuses, a day that is over, and a rule that has ended by then
    (Conflict `requirement_ended`).
    """
    row, day = found(requirement_id), _open_day(from_on)
    _refuse_unknown(values)
    replaced, written = changed_from(queries.spans(row.rule_id, lock=True), day, **values)
    _refuse_ended(replaced)
    _refuse_backwards(written[-1])
    _refuse_twin(written[-1], row.rule_id)
    return Plan("changed", row.rule_id, day, replaced, written)


def plan_end(actor: Any, requirement_id: UUID, *, from_on: date | None = None) -> Plan:
    """A rule that asks for nothing any more from `from_on` (today) on."""
    row, day = found(requirement_id), _open_day(from_on)
    replaced, written = ended_before(queries.spans(row.rule_id, lock=True), day)
    _refuse_ended(replaced)
    return Plan("ended", row.rule_id, day, replaced, written)


def plan_undo(actor: Any, change_id: UUID) -> Plan:
    """A change of the matrix taken back: what it wrote no longer holds, what it replaced does again.

    NotFound; Conflict `changed_since` while a later change of the same rule stands on it, `undone_already`.
    """
    change = queries.change(change_id, lock=True)
    if change is None:
        raise NotFound(_("There is no such entry."))
    made, replaced = queries.written_by(change.id), queries.replaced_by(change.id)
    if (not made and not replaced) or queries.undoing(change.id) is not None:
        raise Conflict(_("This change was taken back already."), code="undone_already")
    if any(row.superseded_by_id is not None for row in made):
        raise Conflict(_("The requirement was changed again since. Take that change back first."), code="changed_since")
    holds, held = [queries.span_of(row) for row in made], [queries.span_of(row) for row in replaced]
    for span in held:
        _refuse_twin(span, change.rule_id)
    return Plan("undone", change.rule_id, first_difference(holds, held, clock.today()), holds, held)


# -- making ----------------------------------------------------------------------------------------------


def add_requirement(actor: Any, **values: Any) -> Requirement:
    """Require a course of people; see `plan_addition`."""
    plan = plan_addition(actor, **values)
    moves = plan.moves()
    row = _make(actor, plan, moves)
    record(events.RequirementAdded(actor_id=actor.id, subject_id=plan.rule_id, course_id=row.course_id,
                                   valid_from=plan.from_on, gained=moves.gained))
    return row


def change_requirement(actor: Any, requirement_id: UUID, **values: Any) -> Requirement:
    """Change a rule from a day on; see `plan_change`. Returns the row that holds from then on."""
    plan = plan_change(actor, requirement_id, **values)
    old, new = plan.replaced[0], plan.written[-1]
    changes = {name: (getattr(old, name), getattr(new, name)) for name in SPAN
               if name not in ("since_on", "valid_from") and getattr(old, name) != getattr(new, name)}
    if not changes:
        return found(requirement_id)
    moves = plan.moves()
    row = _make(actor, plan, moves)
    record(events.RequirementChanged(actor_id=actor.id, subject_id=plan.rule_id, changes=changes,
                                     valid_from=plan.from_on, gained=moves.gained, lost=moves.lost))
    return row


def end_requirement(actor: Any, requirement_id: UUID, *, from_on: date | None = None) -> Requirement:
    """Require a course no longer; see `plan_end`. That it was required until then stays on record."""
    plan = plan_end(actor, requirement_id, from_on=from_on)
    row, moves = found(requirement_id), plan.moves()
    _make(actor, plan, moves)
    record(events.RequirementEnded(actor_id=actor.id, subject_id=plan.rule_id, course_id=row.course_id,
                                   ended_from=plan.from_on, lost=moves.lost))
    return row


def undo_change(actor: Any, change_id: UUID) -> RequirementChange:
    """Take a change of the matrix back; see `plan_undo`."""
    plan = plan_undo(actor, change_id)
    change = queries.change(change_id)
    assert change is not None
    undoing = _change_row(actor, plan.kind, plan.rule_id, change.course_id, plan.moves(), undoes_id=change_id)
    _supersede(queries.rows([one.row_id for one in plan.replaced if one.row_id]), undoing)
    _append(plan.written, undoing)
    db.session.flush()
    record(events.RequirementChangeUndone(actor_id=actor.id, subject_id=plan.rule_id, change_id=change_id))
    return undoing


def _make(actor: Any, plan: Plan, moves: Moves) -> Requirement:
    spans = plan.written or plan.replaced
    change = _change_row(actor, plan.kind, plan.rule_id, spans[-1].course_id, moves)
    _supersede(queries.rows([one.row_id for one in plan.replaced if one.row_id]), change)
    rows = _append(plan.written, change)
    db.session.flush()
    return rows[-1] if rows else queries.rows([plan.replaced[-1].row_id])[0]  # type: ignore[list-item]


def _change_row(actor: Any, kind: str, rule_id: UUID, course_id: UUID, moves: Moves,
                undoes_id: UUID | None = None) -> RequirementChange:
    change = RequirementChange(id=uuid7(), kind=kind, rule_id=rule_id, course_id=course_id, actor_id=actor.id,
                               undoes_id=undoes_id, gained=moves.gained, lost=moves.lost)
    db.session.add(change)
    db.session.flush()
    return change


def _supersede(rows: Iterable[Requirement], change: RequirementChange) -> None:
    for row in rows:
        row.superseded_at, row.superseded_by_id = change.created_at, change.id


def _append(spans: Iterable[Span], change: RequirementChange) -> list[Requirement]:
    rows = [Requirement(**{name: getattr(span, name) for name in SPAN}, rule_id=change.rule_id, change_id=change.id,
                        created_at=change.created_at) for span in spans]
    db.session.add_all(rows)
    return rows


# -- refusals --------------------------------------------------------------------------------------------


def found(requirement_id: UUID) -> Requirement:
    """The rule's row, as known now. NotFound."""
    row = queries.requirement(requirement_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def _open_day(from_on: date | None) -> date:
    if from_on is not None and from_on < clock.today():
        raise Invalid(_("This day is over. What held on past days stays as it was."), field="from_on",
                      code="day_is_over")
    return from_on or clock.today()


def _refuse_unknown(values: dict[str, Any]) -> None:
    refused: list[DomainError] = []
    if "course_id" in values and courses.course(values["course_id"]) is None:
        refused.append(Invalid(_("There is no such course."), field="course_id", code="course_id_unknown"))
    kinds: tuple[tuple[str, Any, str], ...] = (
        ("department_id", Department, _("There is no such department.")),
        ("grade_id", Grade, _("There is no such grade.")), ("job_role_id", JobRole, _("There is no such job role.")))
    for name, model, message in kinds:
        if values.get(name) is not None and organisation.named(model, values[name]) is None:
            refused.append(Invalid(message, field=name, code=f"{name}_unknown"))
    if refused:
        raise Invalid.all(refused)


def _refuse_ended(replaced: list[Span]) -> None:
    if not replaced:
        raise Conflict(_("This requirement has ended already."), code="requirement_ended")


def _refuse_backwards(span: Span) -> None:
    if span.valid_until is not None and span.valid_until < span.valid_from:
        raise Invalid(_("It would end before it begins."), field="valid_until", code="ends_before_start")


def _refuse_twin(span: Span, rule_id: UUID | None) -> None:
    for other in queries.spans_for_course(span.course_id, but=rule_id):
        apart = ((other.valid_until is not None and other.valid_until < span.valid_from)
                 or (span.valid_until is not None and span.valid_until < other.valid_from))
        if other.asks == span.asks and not apart:
            raise Conflict(_("This course is required of the same people already."), field="course_id",
                           code="requirement_exists")
