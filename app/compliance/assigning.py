"""Fill gaps of the matrix: enrol people in what they lack, and say for each what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.compliance import events, queries
from app.enrollments import operations as enrollments
from app.enrollments import queries as enrollment_queries
from app.platform.errors import DomainError
from app.platform.unit_of_work import record, savepoint

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Outcome:
    """What came of enrolling: how many were, and why others were not, in words."""

    enrolled: int
    refused: list[str]


def enrol_pairs(actor: Any, *, pairs: Sequence[Pair]) -> Outcome:
    """Enrol each of the (employee id, course id) `pairs` from today. Whoever is enrolled already, has left, or whose
    course is not active, is left out and named."""
    running = enrollment_queries.active_pairs({employee_id for employee_id, _course in pairs})
    by_course: dict[UUID, list[UUID]] = defaultdict(list)
    already: list[UUID] = []
    for employee_id, course_id in dict.fromkeys(pairs):
        (already if (employee_id, course_id) in running else by_course[course_id]).append(employee_id)
    names = queries.names_of(already)
    refused = [_("%(name)s is enrolled already.", name=names[one]) for one in already if one in names]
    enrolled = 0
    for course_id, employee_ids in by_course.items():
        try:
            with savepoint():
                enrolled += len(enrollments.enrol_people(actor, employee_ids=employee_ids, course_id=course_id))
        except DomainError as refusal:
            refused += [str(error) for error in refusal.errors]
    record(events.PeopleAssigned(actor_id=actor.id, enrolled=enrolled, refused=len(refused)))
    return Outcome(enrolled, refused)
