"""Reads of the matrix."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.compliance.models import Equivalence, Requirement, RequirementChange, Waiver
from app.compliance.pairs import (
    LANES,
    departments_within,
    holdings,
    pair_states,
    people,
    state_of,
    waived_pairs,
)
from app.compliance.rules import Span
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import parts

__all__ = ["LANES", "departments_within", "holdings", "pair_states", "people", "state_of", "waived_pairs"]


def requirement(requirement_id: UUID) -> Requirement | None:
    """The rule's row with this id, unless something else has taken its place."""
    return db.session.scalar(sa.select(Requirement).where(
        Requirement.id == requirement_id, Requirement.superseded_at.is_(None)))


def rows(row_ids: Collection[UUID]) -> list[Requirement]:
    """These rows."""
    return list(db.session.scalars(sa.select(Requirement).where(Requirement.id.in_(row_ids))))


def span_of(row: Requirement) -> Span:
    """A row as the rules take it."""
    return Span(**{one.name: getattr(row, one.name) for one in fields(Span) if one.name != "row_id"}, row_id=row.id)


def spans(rule_id: UUID, *, lock: bool = False) -> list[Span]:
    """What holds of a rule as known now, earliest first."""
    statement = sa.select(Requirement).where(Requirement.rule_id == rule_id, Requirement.superseded_at.is_(None))
    found = db.session.scalars((statement.with_for_update() if lock else statement).order_by(Requirement.valid_from))
    return [span_of(row) for row in found]


def spans_for_course(course_id: UUID, *, but: UUID | None = None) -> list[Span]:
    """What holds for a course as known now, of every rule but one."""
    statement = sa.select(Requirement).where(Requirement.course_id == course_id, Requirement.superseded_at.is_(None))
    return [span_of(row) for row in db.session.scalars(statement) if row.rule_id != but]


def change(change_id: UUID, *, lock: bool = False) -> RequirementChange | None:
    """A change of the matrix."""
    statement = sa.select(RequirementChange).where(RequirementChange.id == change_id)
    return db.session.scalar(statement.with_for_update() if lock else statement)


def change_named(change_id: str) -> RequirementChange | None:
    """The change with this id as text; what is no id names none."""
    try:
        return change(UUID(change_id))
    except ValueError:
        return None


def undoing(change_id: UUID) -> RequirementChange | None:
    """The change that took this one back."""
    return db.session.scalar(sa.select(RequirementChange).where(RequirementChange.undoes_id == change_id))


def written_by(change_id: UUID) -> list[Requirement]:
    """The rows that a change wrote."""
    return list(db.session.scalars(sa.select(Requirement).where(Requirement.change_id == change_id)))


def replaced_by(change_id: UUID) -> list[Requirement]:
    """The rows that a change took the place of."""
    return list(db.session.scalars(sa.select(Requirement).where(Requirement.superseded_by_id == change_id)))


def changes(limit: int = 100) -> list[RequirementChange]:
    """The latest changes of the matrix, newest first."""
    return list(db.session.scalars(
        sa.select(RequirementChange).options(joinedload(RequirementChange.course), joinedload(RequirementChange.actor))
        .order_by(RequirementChange.created_at.desc(), RequirementChange.id.desc()).limit(limit)))


def rules_of(changes: Collection[RequirementChange]) -> dict[UUID, Requirement]:
    """Change id to whom the rule describes since the change, or did until then."""
    ids, found = [one.id for one in changes], dict[UUID, Requirement]()
    statement = sa.select(Requirement).options(
        joinedload(Requirement.department), joinedload(Requirement.grade), joinedload(Requirement.job_role)).where(
        sa.or_(Requirement.change_id.in_(ids), Requirement.superseded_by_id.in_(ids))).order_by(Requirement.valid_from)
    rows = list(db.session.scalars(statement))
    for row in rows:
        if row.superseded_by_id is not None:
            found.setdefault(row.superseded_by_id, row)
    return found | {row.change_id: row for row in rows}


def undone_ids() -> set[UUID]:
    """The changes that were taken back."""
    return {one for one in db.session.scalars(sa.select(RequirementChange.undoes_id)) if one is not None}


def live(model: Any, row_id: UUID) -> Any:
    """The row of `model` with this id, unless somebody deleted it."""
    return db.session.scalar(sa.select(model).where(model.id == row_id))


def deleted(model: Any, row_id: UUID) -> Any:
    """The row of `model` with this id that somebody deleted."""
    row = db.session.scalar(sa.select(model).where(model.id == row_id), execution_options={"include_deleted": True})
    return row if row is not None and row.is_deleted else None


def waivers_of(employee_ids: Collection[UUID]) -> list[Waiver]:
    """Every waiver of these people, past ones too."""
    return [row for part in parts(list(employee_ids))
            for row in db.session.scalars(sa.select(Waiver).where(Waiver.employee_id.in_(part)))]


def equivalences_between(course_ids: Collection[UUID]) -> list[Equivalence]:
    """The equivalences among these courses."""
    return list(db.session.scalars(sa.select(Equivalence).where(
        Equivalence.course_id.in_(course_ids), Equivalence.counted_id.in_(course_ids))))


def employee_ids_of(actor: Any) -> set[UUID]:
    """Who the actor is, as an employee."""
    if getattr(actor, "id", None) is None:
        return set()
    return set(db.session.scalars(sa.select(Employee.id).where(Employee.user_id == actor.id)))


def names_of(employee_ids: Collection[UUID]) -> dict[UUID, str]:
    """Employee id to name and number, for refusals."""
    return {row.id: f"{row} ({row.number})" for row in employees(employee_ids).values()}


def employees(employee_ids: Collection[UUID]) -> dict[UUID, Employee]:
    """These people by their ids."""
    return {row.id: row for part in parts(list(employee_ids))
            for row in db.session.scalars(sa.select(Employee).where(Employee.id.in_(part)))}
