"""Reads of the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

import sqlalchemy as sa

from app.courses.models import POLICY_COLUMNS, Course, Prerequisite
from app.courses.rules import ValidityPolicy
from app.platform.db import db
from app.platform.drafts import parts

NEVER = ValidityPolicy(kind="never")


def course(course_id: UUID | None, include_deleted: bool = False) -> Course | None:
    """The course with this id."""
    if course_id is None:
        return None
    return db.session.scalar(sa.select(Course).where(Course.id == course_id),
                             execution_options={"include_deleted": include_deleted})



def codes_in_use(codes: Iterable[str]) -> set[str]:
    """Those of `codes` that a live course has."""
    return set(db.session.scalars(sa.select(Course.code).where(Course.code.in_(list(codes)))))


def policies(course_ids: Iterable[UUID]) -> dict[UUID, ValidityPolicy]:
    """Course id to validity policy, of deleted courses too: their certificates still count."""
    found: dict[UUID, ValidityPolicy] = {}
    columns = [getattr(Course, column) for column in POLICY_COLUMNS.values()]
    for part in parts(list(course_ids)):
        rows = db.session.execute(sa.select(Course.id, *columns).where(Course.id.in_(part)),
                                  execution_options={"include_deleted": True})
        found.update((row_id, ValidityPolicy(**dict(zip(POLICY_COLUMNS, values, strict=True))))
                     for row_id, *values in rows)
    return found


def longest_grace() -> int:
    """The most days of grace that any course gives."""
    return db.session.scalar(sa.select(sa.func.max(Course.grace_days)),
                             execution_options={"include_deleted": True}) or 0


def prerequisites(course_id: UUID) -> list[Course]:
    """What has to be completed before the course, by code."""
    required = sa.select(Prerequisite.required_id).where(Prerequisite.course_id == course_id)
    return list(db.session.scalars(sa.select(Course).where(Course.id.in_(required)).order_by(Course.code)))


def required_courses(course_ids: Collection[UUID]) -> dict[UUID, list[Course]]:
    """Course id to the active courses that come before it, by code; one that requires nothing is left out."""
    found: dict[UUID, list[Course]] = defaultdict(list)
    for part in parts(list(course_ids)):
        rows = db.session.execute(sa.select(Prerequisite.course_id, Course).join(
            Course, Course.id == Prerequisite.required_id).where(
                Prerequisite.course_id.in_(part), Course.is_active).order_by(Course.code))
        for course_id, required in rows:
            found[course_id].append(required)
    return found


def prerequisite_pairs() -> list[tuple[UUID, UUID]]:
    """Every (course id, id of a course that it requires) of the tenant."""
    return [(one, other) for one, other in
            db.session.execute(sa.select(Prerequisite.course_id, Prerequisite.required_id))]
