"""What happens to the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class RequirementAdded(Event):
    """A course is asked of people; `gained` of them did not have to have it before."""

    subject = "requirement"
    course_id: UUID
    valid_from: date
    gained: int


@dataclass(frozen=True, kw_only=True)
class RequirementChanged(Changed):
    """A rule asks for something else from a day on."""

    subject = "requirement"
    valid_from: date
    gained: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class RequirementEnded(Event):
    """A rule no longer asks from a day on; `lost` people need not have the course any more."""

    subject = "requirement"
    course_id: UUID
    ended_from: date
    lost: int


@dataclass(frozen=True, kw_only=True)
class RequirementChangeUndone(Event):
    """A change of the matrix was taken back."""

    subject = "requirement"
    change_id: UUID
