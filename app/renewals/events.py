"""What happens to renewals."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class RenewalRequested(Event):
    """Somebody asked for a renewal."""

    subject = "renewal request"
    employee_id: UUID
    enrollment_id: UUID
    course_id: UUID


@dataclass(frozen=True, kw_only=True)
class StepsOpened(Event):
    """It is somebody's turn: steps were opened, or went to somebody else."""

    subject = "approval step"
    step_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class StepsRerouted(Event):
    """Open steps went to somebody else because people moved, left, came back or are away."""

    subject = "approval step"
    step_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class StepReassigned(Event):
    """An officer chose somebody else to decide a step."""

    subject = "approval step"
    request_id: UUID
    employee_id: UUID


@dataclass(frozen=True, kw_only=True)
class StepsCovered(Event):
    """Somebody stands in for whoever these steps wait for, and was not told of them yet."""

    subject = "approval step"
    step_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class StepsReminded(Event):
    """Whoever steps wait for is reminded."""

    subject = "approval step"
    step_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class StepsEscalated(Event):
    """Steps waited too long and went to the next level."""

    subject = "approval step"
    step_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class StepsDecided(Event):
    """One click decided one or many steps; the timeline of each request has its line."""

    subject = "approval step"
    decision_id: UUID
    verdict: str
    count: int
    refused: int


@dataclass(frozen=True, kw_only=True)
class DecisionUndone(Event):
    """A decision was taken back; `standing` counts the steps that it could not be taken back for."""

    subject = "approval step"
    decision_id: UUID
    request_ids: list[UUID]
    count: int
    standing: int


@dataclass(frozen=True, kw_only=True)
class RenewalApproved(Event):
    """The last step was approved: the people are enrolled again."""

    subject = "renewal request"
    request_ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class RenewalRejected(Event):
    """A step was rejected, and the requests with it."""

    subject = "renewal request"
    request_ids: list[UUID]
    comment: str


@dataclass(frozen=True, kw_only=True)
class RenewalReturned(Event):
    """The person who decides asks the requester a question first."""

    subject = "renewal request"
    step_id: UUID
    question: str


@dataclass(frozen=True, kw_only=True)
class RenewalAnswered(Event):
    """The requester answered, and the step is open again."""

    subject = "renewal request"
    step_id: UUID
    answer: str


@dataclass(frozen=True, kw_only=True)
class RenewalWithdrawn(Event):
    """The requester no longer asks for it."""

    subject = "renewal request"


@dataclass(frozen=True, kw_only=True)
class RenewalClosed(Event):
    """There is nothing to renew any more; `outcome` says why."""

    subject = "renewal request"
    request_ids: list[UUID]
    outcome: str


@dataclass(frozen=True, kw_only=True)
class RenewalEvidenceAttached(Event):
    """A file was put to a request."""

    subject = "renewal request"
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ApprovalChainCreated(Event):
    """Who decides about a category of courses was set."""

    subject = "approval chain"
    category: str
    steps: list[str]


@dataclass(frozen=True, kw_only=True)
class ApprovalChainUpdated(Changed):
    """Who decides about a category of courses was changed."""

    subject = "approval chain"


@dataclass(frozen=True, kw_only=True)
class ApprovalChainArchived(Event):
    """A chain was deleted: the one for all other categories stands in."""

    subject = "approval chain"


@dataclass(frozen=True, kw_only=True)
class ApprovalChainRestored(Event):
    """A chain came back."""

    subject = "approval chain"
