"""What happens to the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class CourseCreated(Event):
    """A course was added."""

    subject = "course"
    code: str


@dataclass(frozen=True, kw_only=True)
class CourseUpdated(Changed):
    """A course changed; `changes` names prerequisites by their codes."""

    subject = "course"


@dataclass(frozen=True, kw_only=True)
class CoursePolicyChanged(Changed):
    """How long completions of a course count has changed; expiries follow in the same transaction."""

    subject = "course"


@dataclass(frozen=True, kw_only=True)
class CoursePolicyChangeUndone(Changed):
    """A change of how long completions count was taken back, the one that the trail calls `undoes_id`; expiries follow
    in the same transaction."""

    subject = "course"
    undoes_id: UUID


@dataclass(frozen=True, kw_only=True)
class CourseArchived(Event):
    """A course was put away."""

    subject = "course"


@dataclass(frozen=True, kw_only=True)
class CourseRestored(Event):
    """A course came back."""

    subject = "course"
