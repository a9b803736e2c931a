"""Decide steps: one by a tap, five thousand by a click, each exactly once.

Whatever is decided at the same moment takes turns (`routing.take_turn`) and reads the steps under a lock, so
the second of two decisions finds the step decided already.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.enrollments import operations as enrollments
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.unit_of_work import record
from app.renewals import events, policies, timeline
from app.renewals.advancing import Advance, plan_advance, write_advance
from app.renewals.bulk import set_values
from app.renewals.models import (
    LIVE,
    RenewalRequest,
    RequestStatus,
    StepStatus,
    WorkflowDecision,
    WorkflowStep,
)
from app.renewals.routing import take_turn
from app.renewals.rules import Decided

PART = 1000
"""How many steps one transaction decides; more are done by a worker, part by part."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What is decided about, as it was read under the lock."""

    id: UUID
    request_id: UUID
    enrollment_id: UUID
    assignee_id: UUID | None
    pool: str | None


def new_decision(actor: Any, verdict: str, comment: str, step_ids: Collection[UUID]) -> WorkflowDecision:
    """A decision about these steps, none of which has its answer yet."""
    decision = WorkflowDecision(actor_id=actor.id, verdict=verdict, comment=comment or None,
                                wanted=[str(step_id) for step_id in step_ids], answers={}, done=0)
    db.session.add(decision)
    db.session.flush()
    return decision


def decide_part(actor: Any, decision: WorkflowDecision, step_ids: Collection[UUID]) -> None:
    """Decide at most `PART` steps and note what happened to each in the decision's answers."""
    take_turn()
    answers, steps = _judge(actor, step_ids)
    if steps:
        decide = _approve if decision.verdict == "approved" else _reject
        answers |= decide(actor, decision, steps)
    decision.answers = {**decision.answers, **{str(step_id): answer for step_id, answer in answers.items()}}
    decision.done = len(decision.answers)
    decided = sum(answer == decision.verdict for answer in answers.values())
    record(events.StepsDecided(
        actor_id=actor.id, subject_id=next(iter(step_ids)) if len(step_ids) == 1 else None, decision_id=decision.id,
        verdict=decision.verdict, count=decided, refused=len(answers) - decided))


# -- which of them may be decided ------------------------------------------------------------------------


def _judge(actor: Any, step_ids: Collection[UUID]) -> tuple[dict[UUID, str], list[_Step]]:
    """Refused steps with the code of the refusal, and the steps that can be decided."""
    allowed = _allowed(actor, step_ids)
    answers: dict[UUID, str] = dict.fromkeys(step_ids, "not_found")
    steps: list[_Step] = []
    for row in _locked_rows(actor, step_ids):
        answers[row.id] = _refusal(row, allowed)
        if not answers[row.id]:
            del answers[row.id]
            steps.append(_Step(row.id, row.request_id, row.enrollment_id, row.assignee_id, row.pool))
    return answers, steps


def refusal_of(actor: Any, step_id: UUID) -> str | None:
    """The code of why the actor can not decide a step now; None: they can. Locks the step."""
    answers, _steps = _judge(actor, [step_id])
    return answers.get(step_id)


def _locked_rows(actor: Any, step_ids: Collection[UUID]) -> list[Any]:
    statement = (
        sa.select(WorkflowStep.id, WorkflowStep.request_id, WorkflowStep.assignee_id, WorkflowStep.pool,
                  WorkflowStep.status, RenewalRequest.enrollment_id, Employee.is_active, Employee.deleted_at)
        .join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .join(Employee, Employee.id == RenewalRequest.employee_id)
        .where(WorkflowStep.id.in_(step_ids), policies.visible(actor)).order_by(WorkflowStep.id)
        .with_for_update(of=(WorkflowStep, RenewalRequest), key_share=True))
    return list(db.session.execute(statement, execution_options={"include_deleted": True}))


def _allowed(actor: Any, step_ids: Collection[UUID]) -> set[UUID]:
    statement = (sa.select(WorkflowStep.id).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
                 .where(WorkflowStep.id.in_(step_ids), policies.decidable(actor)))
    return set(db.session.scalars(statement))


def _refusal(row: Any, allowed: Collection[UUID]) -> str:
    if row.status in (StepStatus.APPROVED, StepStatus.REJECTED):
        return "already_decided"
    if row.status != StepStatus.OPEN:
        return "not_open"
    if row.id not in allowed:
        return "not_yours"
    return "" if row.is_active and row.deleted_at is None else "employee_inactive"


# -- what follows ----------------------------------------------------------------------------------------


def _approve(actor: Any, decision: WorkflowDecision, steps: list[_Step]) -> dict[UUID, str]:
    for_whom = _stood_in_for(actor, steps)
    found = plan_advance([step.request_id for step in steps], _deciders(actor, steps, for_whom))
    finished = {step.enrollment_id: step for step in steps if step.request_id in found.decided}
    renewed = enrollments.renew_enrollments(actor, finished.keys()) if finished else {}
    refused = {finished[old].id: error.code for old, error in renewed.items() if isinstance(error, Exception)}
    steps = [step for step in steps if step.id not in refused]
    found = found.without({step.request_id for step in finished.values() if step.id in refused})
    _note_decided(actor, decision, steps, for_whom)
    write_advance(actor.id, found)
    _close_approved(actor, found, {finished[old].request_id: new for old, new in renewed.items()
                                   if isinstance(new, UUID)})
    return refused | {step.id: "approved" for step in steps}


def _deciders(actor: Any, steps: list[_Step], for_whom: Mapping[UUID, UUID]) -> dict[UUID, Decided]:
    me = organisation.employee_for_user(actor.id)
    return {step.request_id: Decided(me.id if me else None, actor.id, for_whom.get(step.id)) for step in steps}


def _close_approved(actor: Any, found: Advance, new: Mapping[UUID, UUID]) -> None:
    if not found.decided:
        return
    now, ids = clock.now(), sorted(found.decided)
    set_values(RenewalRequest, {request_id: {"status": RequestStatus.APPROVED.value, "closed_at": now,
                                             "new_enrollment_id": new[request_id]} for request_id in ids})
    timeline.write([timeline.line(request_id, None, "completed", actor_id=actor.id) for request_id in ids], now)
    record(events.RenewalApproved(actor_id=actor.id, subject_id=_one(ids), request_ids=ids))


def _reject(actor: Any, decision: WorkflowDecision, steps: list[_Step]) -> dict[UUID, str]:
    _note_decided(actor, decision, steps, _stood_in_for(actor, steps))
    ids = [step.request_id for step in steps]
    end_requests(ids, RequestStatus.REJECTED)
    record(events.RenewalRejected(actor_id=actor.id, subject_id=_one(ids), request_ids=ids,
                                  comment=decision.comment or ""))
    return {step.id: "rejected" for step in steps}


def end_requests(request_ids: Collection[UUID], status: RequestStatus, outcome: str | None = None) -> None:
    """End live requests that were not approved: the steps that are left are dropped."""
    for part in parts(list(request_ids)):
        _update(WorkflowStep, {"status": StepStatus.DROPPED.value}, WorkflowStep.request_id.in_(part),
                WorkflowStep.status.in_((StepStatus.WAITING, StepStatus.OPEN, StepStatus.PAUSED)))
        _update(RenewalRequest, {"status": status.value, "outcome": outcome, "closed_at": clock.now()},
                RenewalRequest.id.in_(part), RenewalRequest.status.in_(LIVE))


def _update(model: Any, values: dict[str, Any], *conditions: Any) -> None:
    db.session.execute(sa.update(model).where(*conditions).values(values)
                       .execution_options(synchronize_session="fetch"))


def _note_decided(actor: Any, decision: WorkflowDecision, steps: list[_Step], for_whom: Mapping[UUID, UUID]) -> None:
    now = clock.now()
    same = {"status": decision.verdict, "decided_at": now, "decided_by_id": actor.id, "decision_id": decision.id,
            "comment": decision.comment, "remind_at": None, "escalate_at": None}
    set_values(WorkflowStep, {step.id: {**same, "decided_for_id": for_whom.get(step.id)} for step in steps})
    timeline.write([timeline.line(step.request_id, step.id, decision.verdict, actor_id=actor.id,
                                  for_id=for_whom.get(step.id), comment=decision.comment) for step in steps], now)


def _stood_in_for(actor: Any, steps: list[_Step]) -> dict[UUID, UUID]:
    """Step to whom the actor decides it for, where it is with somebody else (SPEC 4.4)."""
    found = policies.standing(actor)
    for_whom = {step.id: step.assignee_id if step.assignee_id else found.pools.get(step.pool or "") for step in steps}
    return {step_id: whom for step_id, whom in for_whom.items() if whom is not None and whom != found.own_id}


def _one(ids: list[UUID]) -> UUID | None:
    return ids[0] if len(ids) == 1 else None
