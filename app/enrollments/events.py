"""What happens to enrollments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class EnrollmentCreated(Event):
    """Somebody was enrolled, or a past completion was put on record."""

    subject = "enrollment"
    employee_id: UUID
    course_id: UUID
    status: str
    completed_on: date | None


@dataclass(frozen=True, kw_only=True)
class PeopleEnrolled(Event):
    """Several people were enrolled in a course at once."""

    subject = "enrollment"
    course_id: UUID
    employee_ids: list[UUID]
    count: int


@dataclass(frozen=True, kw_only=True)
class EnrollmentsRenewed(Event):
    """People were enrolled again in what they completed, because their renewals were approved."""

    subject = "enrollment"
    enrollment_ids: list[UUID]
    count: int


@dataclass(frozen=True, kw_only=True)
class EnrollmentsDiscarded(Event):
    """Enrollments were put away again, because the decision that made them was undone."""

    subject = "enrollment"
    enrollment_ids: list[UUID]
    count: int


@dataclass(frozen=True, kw_only=True)
class EnrollmentCompleted(Changed):
    """Somebody passed."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentFailed(Changed):
    """Somebody did not pass."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentWithdrawn(Changed):
    """Somebody was taken off a course."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentCorrected(Changed):
    """What was recorded wrongly was put right; the old values stand in `changes`."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentRevoked(Changed):
    """A certificate no longer counts from a day on."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentReinstated(Changed):
    """A certificate counts again: it should not have been revoked."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentArchived(Event):
    """An enrollment was put away."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class EnrollmentRestored(Event):
    """An enrollment came back."""

    subject = "enrollment"


@dataclass(frozen=True, kw_only=True)
class ExpiriesMoved(Event):
    """The expiries of a course's completions followed its new policy: counts of those moved, of `total`."""

    subject = "course"
    total: int
    moved: int
    earlier: int
    later: int


@dataclass(frozen=True, kw_only=True)
class EvidenceAttached(Event):
    """A file was put to an enrollment."""

    subject = "enrollment"
    file_name: str


@dataclass(frozen=True, kw_only=True)
class EvidenceRemoved(Event):
    """A file was taken from an enrollment."""

    subject = "enrollment"
    file_name: str


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was drawn for the first time and can be checked from now on."""

    subject = "enrollment"
