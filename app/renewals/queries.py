"""Reads of requests, steps, decisions and timelines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.renewals import policies
from app.renewals.models import (
    LIVE,
    ApprovalChain,
    RenewalEvidence,
    RenewalRequest,
    StepStatus,
    WorkflowDecision,
    WorkflowLog,
    WorkflowStep,
)

RECENT = timedelta(days=2)  # an undo begins within ten minutes, and is over soon after
WITH_SUBJECT = (joinedload(RenewalRequest.employee), joinedload(RenewalRequest.course),
                joinedload(RenewalRequest.enrollment))
OF_INBOX = (joinedload(WorkflowStep.request).options(*WITH_SUBJECT), joinedload(WorkflowStep.assignee))


def request(request_id: UUID, *, lock: bool = False) -> RenewalRequest | None:
    """The request with this id; `lock` holds it until the transaction ends."""
    statement = sa.select(RenewalRequest).where(RenewalRequest.id == request_id)
    return db.session.scalar(statement.with_for_update(key_share=True) if lock else statement,
                             execution_options={"populate_existing": lock})


def visible_request(actor: Any, request_id: UUID) -> RenewalRequest | None:
    """The request with this id with person, course and enrollment, if the actor sees it."""
    return db.session.scalar(sa.select(RenewalRequest).options(*WITH_SUBJECT).where(
        RenewalRequest.id == request_id, policies.visible(actor)))


def live_request(enrollment_id: UUID) -> RenewalRequest | None:
    """The request for an enrollment that is neither decided nor withdrawn nor overtaken."""
    return db.session.scalar(sa.select(RenewalRequest).where(
        RenewalRequest.enrollment_id == enrollment_id, RenewalRequest.status.in_(LIVE)))


def live_by_enrollment(enrollment_ids: Collection[UUID]) -> dict[UUID, RenewalRequest]:
    """Enrollment to its live request, of those that have one."""
    rows = db.session.scalars(sa.select(RenewalRequest).where(
        RenewalRequest.enrollment_id.in_(enrollment_ids), RenewalRequest.status.in_(LIVE)))
    return {row.enrollment_id: row for row in rows}


def requests_of(employee_id: UUID) -> list[RenewalRequest]:
    """Everything that was asked for one person, newest first."""
    return list(db.session.scalars(sa.select(RenewalRequest).options(*WITH_SUBJECT).where(
        RenewalRequest.employee_id == employee_id).order_by(RenewalRequest.id.desc())))


# -- steps -----------------------------------------------------------------------------------------------


def step(step_id: UUID, *, lock: bool = False) -> WorkflowStep | None:
    """The step with this id; `lock` holds it until the transaction ends."""
    statement = sa.select(WorkflowStep).where(WorkflowStep.id == step_id)
    return db.session.scalar(statement.with_for_update(key_share=True) if lock else statement,
                             execution_options={"populate_existing": lock})


def steps_of(request_id: UUID) -> list[WorkflowStep]:
    """The steps of a request in order, each with who it waits for and who decided."""
    return list(db.session.scalars(
        sa.select(WorkflowStep).where(WorkflowStep.request_id == request_id).order_by(WorkflowStep.position)
        .options(joinedload(WorkflowStep.assignee), joinedload(WorkflowStep.decided_by),
                 joinedload(WorkflowStep.decided_for))))


def step_with_subject(step_id: UUID) -> WorkflowStep:
    """The step with its request, person, course and enrollment. NoResultFound for an unknown one."""
    return db.session.scalars(_with_subject().where(WorkflowStep.id == step_id)).one()


def waiting_step(actor: Any, step_id: UUID) -> WorkflowStep | None:
    """The step with this id in the same way, if it waits for the actor."""
    return db.session.scalar(_with_subject().join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
                             .where(WorkflowStep.id == step_id, policies.decidable(actor)))


def _with_subject() -> Any:
    return (sa.select(WorkflowStep).options(joinedload(WorkflowStep.request).options(*WITH_SUBJECT),
                                            joinedload(WorkflowStep.assignee))
            .execution_options(populate_existing=True))


def open_step(request_id: UUID) -> WorkflowStep | None:
    """The step of a request that somebody has to decide now."""
    return db.session.scalar(sa.select(WorkflowStep).where(
        WorkflowStep.request_id == request_id, WorkflowStep.status == StepStatus.OPEN))


def step_meant(actor: Any, request_id: UUID, step_id: UUID | None = None) -> UUID | None:
    """The step of a request that somebody decides: the one that they name, if it is one of it, else the one
    that they must mean.

    Of those that were or are with them; the one that they, or whoever was faster, decided comes before one
    that is open: a retried call must not decide the next step too.
    """
    steps = steps_of(request_id)
    if step_id is not None:
        return step_id if step_id in {one.id for one in steps} else None
    found, begun = policies.standing(actor), [one for one in steps if one.opened_at is not None]
    decided = [one for one in begun if one.decided_at and (one.decided_by_id == actor.id or found.covers(one))]
    has_decided = any(one.decided_by_id == actor.id for one in decided)
    current = begun[-1] if begun else None
    if current is not None and found.covers(current) and not has_decided:
        return current.id
    last = decided[-1] if decided else current
    return last.id if last else None


def inbox(actor: Any) -> Any:
    """What waits for the actor, as a select of WorkflowStep that can be narrowed, counted and cut into pages.

    Longest waiting and nearest to expiry first: what is due soonest by either. Requests of people who have
    left wait out of sight.
    """
    return _in_order(actor).options(*OF_INBOX)


def _in_order(actor: Any) -> Any:
    expires_on = sa.func.coalesce(Enrollment.expires_on, sa.literal(date.max, sa.Date))
    return (_open_steps(actor).join(Enrollment, Enrollment.id == RenewalRequest.enrollment_id)
            .order_by(expires_on, RenewalRequest.created_at, WorkflowStep.id))


def waiting_steps(actor: Any, limit: int = 100) -> list[WorkflowStep]:
    """The first `limit` steps of the inbox, each with its request, person, course and enrollment."""
    return list(db.session.scalars(inbox(actor).limit(limit)))


def inbox_ids(actor: Any) -> list[UUID]:
    """The ids of all steps of the inbox, in its order."""
    return list(db.session.scalars(_in_order(actor).with_only_columns(WorkflowStep.id)))


def steps_called(ids: Sequence[UUID]) -> list[WorkflowStep]:
    """The steps with these ids, in their order and with what the inbox shows of them."""
    found = {step.id: step for step in db.session.scalars(
        sa.select(WorkflowStep).where(WorkflowStep.id.in_(ids)).options(*OF_INBOX))}
    return [found[step_id] for step_id in ids if step_id in found]


def waiting_ids(actor: Any) -> list[UUID]:
    """The ids of everything that waits for the actor."""
    return list(db.session.scalars(_open_steps(actor).with_only_columns(WorkflowStep.id)))


def waiting_count(actor: Any, limit: int = 100) -> int:
    """How many steps wait for the actor, counted up to `limit`: for a badge."""
    counted = _open_steps(actor).with_only_columns(WorkflowStep.id).limit(limit).subquery()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0)


def _open_steps(actor: Any) -> Any:
    return (sa.select(WorkflowStep).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
            .join(Employee, Employee.id == RenewalRequest.employee_id)
            .where(policies.decidable(actor), Employee.is_active, Employee.deleted_at.is_(None)))


# -- decisions, timelines, evidence, chains --------------------------------------------------------------


def decision(decision_id: UUID, *, lock: bool = False) -> WorkflowDecision | None:
    """The decision with this id; `lock` holds it until the transaction ends."""
    statement = sa.select(WorkflowDecision).where(WorkflowDecision.id == decision_id)
    return db.session.scalar(statement.with_for_update(key_share=True) if lock else statement,
                             execution_options={"populate_existing": lock})


def ended_by(decision_id: UUID) -> set[UUID]:
    """The requests whose end a decision was, as their timelines say."""
    ended = sa.select(WorkflowLog.request_id).join(WorkflowDecision, WorkflowDecision.id == decision_id).where(
        WorkflowLog.created_at >= WorkflowDecision.created_at, WorkflowLog.event.in_(("completed", "rejected")),
        WorkflowLog.actor_id == WorkflowDecision.actor_id)
    return set(db.session.scalars(ended))


def unfinished_decisions() -> list[UUID]:
    """The decisions that a worker has to go on with."""
    return list(db.session.scalars(sa.select(WorkflowDecision.id).where(WorkflowDecision.finished_at.is_(None))))


def undo_left(decision: WorkflowDecision, limit: int) -> list[UUID]:
    """Up to `limit` steps of a decision that is being undone which nobody has looked at yet."""
    ids = db.session.scalars(sa.select(WorkflowStep.id).where(WorkflowStep.decision_id == decision.id)
                             .order_by(WorkflowStep.id))
    standing = decision.standing or {}
    return list(islice((one for one in ids if str(one) not in standing), limit))


def unfinished_undos() -> list[UUID]:
    """The decisions of the last days that a worker has to go on taking back."""
    recent = db.session.scalars(sa.select(WorkflowDecision).where(
        WorkflowDecision.undone_at.isnot(None), WorkflowDecision.finished_at >= clock.now() - RECENT))
    return [one.id for one in recent if undo_left(one, 1)]


def log_of(request_id: UUID) -> list[WorkflowLog]:
    """The timeline of a request, oldest first, with the names in it."""
    return list(db.session.scalars(
        sa.select(WorkflowLog).where(WorkflowLog.request_id == request_id)
        .order_by(WorkflowLog.created_at, WorkflowLog.id)
        .options(joinedload(WorkflowLog.actor), joinedload(WorkflowLog.stood_in_for),
                 joinedload(WorkflowLog.person))))


def evidence_of(request_id: UUID) -> list[RenewalEvidence]:
    """The files of a request, oldest first."""
    return list(db.session.scalars(sa.select(RenewalEvidence).where(RenewalEvidence.request_id == request_id)
                                   .order_by(RenewalEvidence.id)))


def evidence(file_id: UUID) -> RenewalEvidence | None:
    """The file with this id."""
    return db.session.get(RenewalEvidence, file_id)


def chain_for(category: str) -> ApprovalChain | None:
    """The chain for a category of courses: its own, else the one for all others; None: the built-in one."""
    rows = db.session.scalars(sa.select(ApprovalChain).where(ApprovalChain.category.in_((category, "any"))))
    return min(rows, key=lambda row: row.category == "any", default=None)


def chain(chain_id: UUID, include_deleted: bool = False) -> ApprovalChain | None:
    """The chain with this id."""
    return db.session.scalar(sa.select(ApprovalChain).where(ApprovalChain.id == chain_id),
                             execution_options={"include_deleted": include_deleted})
