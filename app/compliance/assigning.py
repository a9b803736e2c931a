"""Fill gaps of the matrix: enrol people in what they lack, and say for each what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.compliance import events, queries
from app.enrollments import operations as enrollments
from app.enrollments import queries as enrollment_queries
from app.platform.errors import DomainError
from app.platform.unit_of_work import record

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Outcome:
    """What came of enrolling: how many were, and in words why others were not, and what those who were lack."""

    enrolled: int
    refused: list[str]
    warned: list[str]


def enrol_pairs(actor: Any, *, pairs: Sequence[Pair]) -> Outcome:
    """Enrol each of the (employee id, course id) `pairs` from today. Whoever is enrolled already, has left, lacks what
    comes first, or whose course is not active, is left out and named."""
    wanted = list(dict.fromkeys(pairs))
    running = enrollment_queries.active_pairs({employee_id for employee_id, _course in wanted})
    rows = enrollments.enrol_each(actor, [pair for pair in wanted if pair not in running])
    out = [row for row in rows if row.errors]
    already = [employee_id for employee_id, course_id in wanted if (employee_id, course_id) in running]
    names = queries.names_of([*already, *(row.get("employee_id") for row in rows if row.errors or row.notes)])
    refused = [_("%(name)s is enrolled already.", name=names[one]) for one in already if one in names]
    refused += [_with_name(names.get(row.get("employee_id")), error) for row in out for error in row.errors]
    record(events.PeopleAssigned(actor_id=actor.id, enrolled=len(rows) - len(out), refused=len(refused)))
    warned = [_with_name(names.get(row.get("employee_id")), note) for row in rows if not row.errors
              for note in row.notes]
    return Outcome(len(rows) - len(out), refused, warned)


def _with_name(name: str | None, error: DomainError) -> str:
    return f"{name}: {error}" if name else str(error)
