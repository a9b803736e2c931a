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
@dataclass(frozen=True, kw_only=True)
class EquivalenceAdded(Event):
    """A course counts as another."""

    subject = "equivalence"
    course_id: UUID
    counted_id: UUID


@dataclass(frozen=True, kw_only=True)
class EquivalenceChanged(Changed):
    """From when until when a course counts as another changed."""

    subject = "equivalence"


@dataclass(frozen=True, kw_only=True)
class EquivalenceChangeUndone(Changed):
    """A change of an equivalence was taken back."""

    subject = "equivalence"
    undoes_id: UUID


@dataclass(frozen=True, kw_only=True)
class EquivalenceArchived(Event):
    """A course no longer counts, and never should have."""

    subject = "equivalence"


@dataclass(frozen=True, kw_only=True)
class EquivalenceRestored(Event):
    """An equivalence came back."""

    subject = "equivalence"


@dataclass(frozen=True, kw_only=True)
class WaiversGranted(Event):
    """People need not have courses for a time; `pairs` are (employee, course)."""

    subject = "waiver"
    pairs: list[tuple[UUID, UUID]]
    starts_on: date
    ends_on: date | None
    reason: str
    count: int


@dataclass(frozen=True, kw_only=True)
class WaiverEnded(Changed):
    """A waiver ends earlier than it said."""

    subject = "waiver"


@dataclass(frozen=True, kw_only=True)
class WaiverArchived(Event):
    """A waiver that should never have been recorded was put away."""

    subject = "waiver"


@dataclass(frozen=True, kw_only=True)
class WaiverRestored(Event):
    """A waiver came back."""

    subject = "waiver"


@dataclass(frozen=True, kw_only=True)
class CoverageNeedAdded(Event):
    """A department or crew needs so many people with a certificate."""

    subject = "coverage need"
    course_id: UUID
    minimum: int


@dataclass(frozen=True, kw_only=True)
class CoverageNeedChanged(Changed):
    """A department or crew needs more or fewer."""

    subject = "coverage need"


@dataclass(frozen=True, kw_only=True)
class CoverageNeedArchived(Event):
    """A coverage need was put away."""

    subject = "coverage need"


@dataclass(frozen=True, kw_only=True)
class CoverageNeedRestored(Event):
    """A coverage need came back."""

    subject = "coverage need"


@dataclass(frozen=True, kw_only=True)
class PeopleAssigned(Event):
    """Gaps of the matrix were filled with enrollments: how many were made, how many could not be."""

    subject = "enrollment"
    enrolled: int
    refused: int
