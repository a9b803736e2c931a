"""Renewal requests, the steps of their approval, the timeline, and what the chains are."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models import Course
from app.courses.wording import CATEGORIES
from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform.db import Instant, SoftDeletes, TenantModel, tenant_key, tenant_reference, unique_while_live

CHAIN_CATEGORIES: dict[str, Any] = {"any": _l("All other categories"), **CATEGORIES}
"""What a chain may be for."""


class RequestStatus(StrEnum):
    """Where a request is."""

    PENDING = "pending"  # a step of it is open
    RETURNED = "returned"  # the requester has to answer a question first
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # overtaken: there is nothing to renew any more; `outcome` says why


LIVE = (RequestStatus.PENDING.value, RequestStatus.RETURNED.value)
_LIVE = sa.text("status IN ('pending', 'returned')")


def _found_by(table: str, column: str) -> sa.Index:
    """Finds the rows that name a person, where they name one: the database looks for them when the person goes."""
    given = sa.text(f"{column} IS NOT NULL")
    return sa.Index(f"ix_{table}_{column}", "tenant_id", column, sqlite_where=given, postgresql_where=given)


class StepStatus(StrEnum):
    """Where a step is."""

    WAITING = "waiting"  # its turn has not come
    OPEN = "open"  # somebody has to decide
    PAUSED = "paused"  # it was open, and the requester has to answer a question first
    APPROVED = "approved"
    REJECTED = "rejected"
    SKIPPED = "skipped"  # `note` says why
    DROPPED = "dropped"  # the request ended before its turn


class RenewalRequest(TenantModel):
    """Somebody asks for an enrollment to be renewed. At most one live request for each enrollment.

    `employee_id` and `course_id` are those of the enrollment. `asked_by_id` is the login that asked, the
    person's own or an officer's. `new_enrollment_id` is what came of it. `question` is what a request that was
    returned has to answer.
    """

    __tablename__ = "renewal_requests"
    __table_args__ = (
        tenant_key("renewal_requests"),
        tenant_reference("renewal_requests", "employee_id", "employees"),
        tenant_reference("renewal_requests", "course_id", "courses"),
        tenant_reference("renewal_requests", "enrollment_id", "enrollments"),
        tenant_reference("renewal_requests", "new_enrollment_id", "enrollments"),
        tenant_reference("renewal_requests", "asked_by_id", "ab_user"),
        sa.Index("uq_renewal_requests_enrollment_id", "tenant_id", "enrollment_id", unique=True, sqlite_where=_LIVE,
                 postgresql_where=_LIVE),
        sa.Index("ix_renewal_requests_employee", "tenant_id", "employee_id", "created_at"),
        sa.Index("ix_renewal_requests_status", "tenant_id", "status", "created_at", "id"),
        sa.Index("ix_renewal_requests_new", "tenant_id", "new_enrollment_id"),
        sa.Index("ix_renewal_requests_history", "tenant_id", "enrollment_id", "created_at"),
    )

    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    enrollment_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    asked_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(1000), nullable=False, default="")
    status: Mapped[str] = mapped_column(sa.String(12), nullable=False, default=RequestStatus.PENDING.value)
    outcome: Mapped[str | None] = mapped_column(sa.String(40))
    question: Mapped[str | None] = mapped_column(sa.String(1000))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    new_enrollment_id: Mapped[UUID | None] = mapped_column(sa.Uuid)

    employee: Mapped[Employee] = relationship(
        primaryjoin="foreign(RenewalRequest.employee_id) == Employee.id", viewonly=True)
    course: Mapped[Course] = relationship(
        primaryjoin="foreign(RenewalRequest.course_id) == Course.id", viewonly=True)
    enrollment: Mapped[Enrollment] = relationship(
        primaryjoin="foreign(RenewalRequest.enrollment_id) == Enrollment.id", viewonly=True)
    asked_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(RenewalRequest.asked_by_id) == User.id", viewonly=True)

    @property
    def is_live(self) -> bool:
        """Whether it is neither decided nor withdrawn nor overtaken."""
        return self.status in LIVE

    def __str__(self) -> str:
        return f"{self.employee} – {self.course}"


class WorkflowStep(TenantModel):
    """One decision that a request needs.

    `kind` says whose it is by the chain; `person_id` whom the chain names, `chosen_id` whom an officer chose
    instead. While it is open, `assignee_id` is who has to decide, or `pool` the role any member of which may;
    neither: nobody at all can, and `note` says so. `level` is how far from the chain's own person that is
    (rules.LEVELS), `least_level` how far escalation has raised it. `decided_for_id` is whom a delegate stood
    in for.
    """

    __tablename__ = "workflow_steps"
    __table_args__ = (
        tenant_key("workflow_steps"),
        tenant_reference("workflow_steps", "request_id", "renewal_requests"),
        tenant_reference("workflow_steps", "person_id", "employees"),
        tenant_reference("workflow_steps", "chosen_id", "employees"),
        tenant_reference("workflow_steps", "assignee_id", "employees"),
        tenant_reference("workflow_steps", "decided_by_id", "ab_user"),
        tenant_reference("workflow_steps", "decided_for_id", "employees"),
        tenant_reference("workflow_steps", "decision_id", "workflow_decisions"),
        sa.UniqueConstraint("tenant_id", "request_id", "position", name="uq_workflow_steps_position"),
        sa.Index("ix_workflow_steps_assignee", "tenant_id", "status", "assignee_id"),
        sa.Index("ix_workflow_steps_pool", "tenant_id", "status", "pool"),
        sa.Index("ix_workflow_steps_remind", "tenant_id", "status", "remind_at"),
        sa.Index("ix_workflow_steps_escalate", "tenant_id", "status", "escalate_at"),
        sa.Index("ix_workflow_steps_decision", "tenant_id", "decision_id"),
        *(_found_by("workflow_steps", one) for one in ("person_id", "chosen_id", "assignee_id", "decided_for_id")),
    )

    request_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    kind: Mapped[str] = mapped_column(sa.String(20), nullable=False)
    person_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    chosen_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    status: Mapped[str] = mapped_column(sa.String(10), nullable=False, default=StepStatus.WAITING.value)
    note: Mapped[str | None] = mapped_column(sa.String(40))
    assignee_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    pool: Mapped[str | None] = mapped_column(sa.String(20))
    level: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    least_level: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    remind_at: Mapped[datetime | None] = mapped_column(Instant)
    escalate_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    decided_for_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    decision_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    comment: Mapped[str | None] = mapped_column(sa.String(1000))

    request: Mapped[RenewalRequest] = relationship(
        primaryjoin="foreign(WorkflowStep.request_id) == RenewalRequest.id", viewonly=True)
    assignee: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(WorkflowStep.assignee_id) == Employee.id", viewonly=True)
    decided_for: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(WorkflowStep.decided_for_id) == Employee.id", viewonly=True)
    decided_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(WorkflowStep.decided_by_id) == User.id", viewonly=True)

    def __str__(self) -> str:
        return str(self.request)


class WorkflowDecision(TenantModel):
    """One click that decided one or many steps, so that each has its answer and the click can be undone.

    `wanted` are the steps as texts of their ids, `answers` step to the stable word of what happened
    (`approved`, `rejected`, or the code of a refusal); `done` counts the steps answered so far.
    """

    __tablename__ = "workflow_decisions"
    __table_args__ = (
        tenant_key("workflow_decisions"),
        tenant_reference("workflow_decisions", "actor_id", "ab_user"),
        sa.Index("ix_workflow_decisions_actor", "tenant_id", "actor_id", "created_at"),
        sa.Index("ix_workflow_decisions_finished", "tenant_id", "finished_at"),
    )

    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    verdict: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    comment: Mapped[str | None] = mapped_column(sa.String(1000))
    wanted: Mapped[list[str]] = mapped_column(sa.JSON, nullable=False, default=list)
    answers: Mapped[dict[str, str]] = mapped_column(sa.JSON, nullable=False, default=dict)
    done: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    standing: Mapped[dict[str, str] | None] = mapped_column(sa.JSON)

    @property
    def is_finished(self) -> bool:
        """Whether every step has its answer."""
        return self.finished_at is not None


class WorkflowLog(TenantModel):
    """One line of a request's timeline; never changed. `created_at` is when it happened.

    `event` is a word of wording.LOG_WORDS, `actor_id` the login that did it (None: TrainFlow itself), `for_id`
    whom it stood in for, `person_id` and `pool` whom the step went to.
    """

    __tablename__ = "workflow_logs"
    __table_args__ = (
        tenant_reference("workflow_logs", "request_id", "renewal_requests"),
        tenant_reference("workflow_logs", "step_id", "workflow_steps"),
        tenant_reference("workflow_logs", "actor_id", "ab_user"),
        tenant_reference("workflow_logs", "for_id", "employees"),
        tenant_reference("workflow_logs", "person_id", "employees"),
        sa.Index("ix_workflow_logs_request", "tenant_id", "request_id", "created_at", "id"),
        *(_found_by("workflow_logs", one) for one in ("for_id", "person_id")),
    )

    request_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    step_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    event: Mapped[str] = mapped_column(sa.String(20), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    for_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    person_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    pool: Mapped[str | None] = mapped_column(sa.String(20))
    note: Mapped[str | None] = mapped_column(sa.String(40))
    comment: Mapped[str | None] = mapped_column(sa.String(1000))

    actor: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(WorkflowLog.actor_id) == User.id", viewonly=True)
    stood_in_for: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(WorkflowLog.for_id) == Employee.id", viewonly=True)
    person: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(WorkflowLog.person_id) == Employee.id", viewonly=True)


class RenewalEvidence(TenantModel):
    """A file that somebody put to a request."""

    __tablename__ = "renewal_evidence"
    __table_args__ = (
        tenant_reference("renewal_evidence", "request_id", "renewal_requests"),
        tenant_reference("renewal_evidence", "uploaded_by_id", "ab_user"),
        sa.Index("ix_renewal_evidence_request", "tenant_id", "request_id"),
    )

    request_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    file_key: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    file_name: Mapped[str] = mapped_column(sa.String(255), nullable=False)
    media_type: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    size: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.Integer)


def _named(column: Any) -> Any:
    return relationship(Employee, primaryjoin=lambda: sa.orm.foreign(column) == Employee.id, viewonly=True)


class ApprovalChain(SoftDeletes, TenantModel):
    """Who decides about renewals of courses of one category, in which order; `category` "any": of all others.

    `step_n` is a kind of rules.STEP_KINDS or None, `person_n_id` whom a step of the kind `person` names.
    """

    __tablename__ = "approval_chains"
    __table_args__ = (
        *(tenant_reference("approval_chains", f"person_{n}_id", "employees") for n in (1, 2, 3, 4)),
        unique_while_live("approval_chains", "category"),
    )

    category: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="any")
    step_1: Mapped[str | None] = mapped_column(sa.String(20))
    step_2: Mapped[str | None] = mapped_column(sa.String(20))
    step_3: Mapped[str | None] = mapped_column(sa.String(20))
    step_4: Mapped[str | None] = mapped_column(sa.String(20))
    person_1_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    person_2_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    person_3_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    person_4_id: Mapped[UUID | None] = mapped_column(sa.Uuid)

    person_1, person_2, person_3, person_4 = (_named(column) for column in (
        person_1_id, person_2_id, person_3_id, person_4_id))
    first = property(lambda self: (self.step_1, self.person_1), doc="Kind and named person of the first step.")
    second = property(lambda self: (self.step_2, self.person_2), doc="The same of the second.")
    third = property(lambda self: (self.step_3, self.person_3), doc="The same of the third.")
    fourth = property(lambda self: (self.step_4, self.person_4), doc="The same of the fourth.")

    def steps(self) -> list[tuple[str, UUID | None]]:
        """(kind, named person) of each step in use, in order."""
        slots: list[Any] = [(getattr(self, f"step_{n}"), getattr(self, f"person_{n}_id")) for n in (1, 2, 3, 4)]
        return [(kind, person if kind == "person" else None) for kind, person in slots if kind]

    def __str__(self) -> str:
        return str(CHAIN_CATEGORIES.get(self.category, self.category))
