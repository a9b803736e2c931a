"""Which courses come before a course. A course is never required by itself, directly or through others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.courses import queries
from app.courses.models import Course, Prerequisite
from app.platform.db import db
from app.platform.errors import Conflict, Invalid

FIELD = "prerequisite_ids"


def replace(course_id: UUID, required_ids: Collection[UUID]) -> dict[str, tuple[Any, Any]]:
    """Make `required_ids` what comes before the course; return the change, codes before and after.

    Refuses `prerequisite_unknown` and `prerequisite_cycle`.
    """
    pairs = queries.prerequisite_pairs()
    old, new = {required for course, required in pairs if course == course_id}, set(required_ids)
    if old == new:
        return {}
    codes = _codes(old | new)
    if new - codes.keys():
        raise Invalid(_("There is no such course."), field=FIELD, code="prerequisite_unknown")
    if _leads_back([pair for pair in pairs if pair[0] != course_id], course_id, new):
        raise Conflict(_("A course can not come before itself, directly or through others."), field=FIELD,
                       code="prerequisite_cycle")
    db.session.execute(sa.delete(Prerequisite).where(
        Prerequisite.course_id == course_id, Prerequisite.required_id.in_(old - new)))
    db.session.add_all(Prerequisite(course_id=course_id, required_id=required) for required in new - old)
    db.session.flush()
    return {"prerequisites": (_sorted(codes, old), _sorted(codes, new))}


def codes_requiring(course_id: UUID) -> list[str]:
    """The codes of the courses that the course comes before."""
    requiring = sa.select(Prerequisite.course_id).where(Prerequisite.required_id == course_id)
    return list(db.session.scalars(sa.select(Course.code).where(Course.id.in_(requiring)).order_by(Course.code)))


def _codes(course_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(sa.select(Course.id, Course.code).where(Course.id.in_(course_ids)))
    return dict(rows.all())  # type: ignore[arg-type]


def _sorted(codes: dict[UUID, str], course_ids: Iterable[UUID]) -> list[str]:
    return sorted(codes[one] for one in course_ids if one in codes)


def _leads_back(pairs: Iterable[tuple[UUID, UUID]], start: UUID, required: Collection[UUID]) -> bool:
    before: dict[UUID, set[UUID]] = defaultdict(set)
    for course, other in pairs:
        before[course].add(other)
    seen, ahead = set[UUID](), list(required)
    while ahead:
        here = ahead.pop()
        if here == start:
            return True
        if here not in seen:
            seen.add(here)
            ahead += before[here]
    return False
