"""Reads of the matrix."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

import sqlalchemy as sa

from app.compliance.models import Requirement, RequirementChange
from app.compliance.pairs import LANES, holdings, pair_states, people, required_pairs, state_of, waived_pairs
from app.compliance.rules import Span
from app.platform.db import db

__all__ = ["LANES", "holdings", "pair_states", "people", "required_pairs", "state_of", "waived_pairs"]


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


def undoing(change_id: UUID) -> RequirementChange | None:
    """The change that took this one back."""
    return db.session.scalar(sa.select(RequirementChange).where(RequirementChange.undoes_id == change_id))


def written_by(change_id: UUID) -> list[Requirement]:
    """The rows that a change wrote."""
    return list(db.session.scalars(sa.select(Requirement).where(Requirement.change_id == change_id)))


def replaced_by(change_id: UUID) -> list[Requirement]:
    """The rows that a change took the place of."""
    return list(db.session.scalars(sa.select(Requirement).where(Requirement.superseded_by_id == change_id)))
