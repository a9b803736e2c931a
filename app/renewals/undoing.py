"""Take decisions back, for ten minutes, as far as nothing later stands in the way.

What is left to take back are the steps that still name the decision and are not among its `standing`: so a large
undo goes on wherever a killed worker left it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import aliased

from app.enrollments import operations as enrollments
from app.enrollments.models import Enrollment
from app.platform import clock
from app.platform.db import db
from app.platform.errors import Conflict
from app.platform.unit_of_work import record
from app.renewals import deciding, events, queries, rules, timeline
from app.renewals.advancing import opening
from app.renewals.bulk import set_values
from app.renewals.models import (
    LIVE,
    RenewalRequest,
    RequestStatus,
    StepStatus,
    WorkflowDecision,
    WorkflowStep,
)
from app.renewals.routing import Deadlines, crowd_of, step_facts, take_turn

_CLEARED = {"status": StepStatus.WAITING.value, "note": None, "assignee_id": None, "pool": None, "level": rules.OWN,
            "least_level": rules.OWN, "opened_at": None, "waiting_since": None, "remind_at": None,
            "escalate_at": None}
_UNDECIDED = {"decided_at": None, "decided_by_id": None, "decided_for_id": None, "decision_id": None,
              "comment": None}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step of the decision, with what is in the way of taking it back (None: nothing)."""

    step_id: UUID
    request_id: UUID
    made_enrollment_id: UUID | None
    obstacle: str | None


def undo_decision(actor: Any, decision: WorkflowDecision) -> WorkflowDecision:
    """Begin to take a decision back: `deciding.PART` steps now, the rest by `undo_part`."""
    _require_undoable(decision)
    decision.undone_at, decision.standing = clock.now(), {}
    return undo_part(actor, decision)


def undo_part(actor: Any, decision: WorkflowDecision) -> WorkflowDecision:
    """Open the next steps again; `standing` of the decision says which could not be, and the code of why."""
    take_turn()
    found = _taken(decision, queries.undo_left(decision, deciding.PART))
    if not found:
        return decision
    free = [one for one in found if one.obstacle is None]
    made = [one.made_enrollment_id for one in free if one.made_enrollment_id]
    enrollments.discard_enrollments(actor, made)
    _open_again(free)
    timeline.write([timeline.line(one.request_id, one.step_id, "undone", actor_id=actor.id) for one in free])
    decision.standing = {**(decision.standing or {}),
                         **{str(one.step_id): one.obstacle for one in found if one.obstacle}}
    db.session.flush()
    record(events.DecisionUndone(actor_id=actor.id, decision_id=decision.id, count=len(free),
                                 request_ids=[one.request_id for one in free], standing=len(found) - len(free)))
    return decision


def _require_undoable(decision: WorkflowDecision) -> None:
    if decision.undone_at is not None:
        raise Conflict(_("This was undone already."), code="already_undone")
    if decision.finished_at is None:
        raise Conflict(_("This is still under way."), code="not_finished")
    if clock.now() > rules.undo_until(decision.finished_at):
        raise Conflict(_("A decision can be undone for %(minutes)s minutes.", minutes=rules.UNDO_MINUTES),
                       code="undo_too_late")


def _taken(decision: WorkflowDecision, step_ids: Collection[UUID]) -> list[_Taken]:
    statement = (
        sa.select(WorkflowStep.id, WorkflowStep.position, RenewalRequest.id.label("request_id"),
                  RenewalRequest.status, RenewalRequest.enrollment_id, RenewalRequest.new_enrollment_id,
                  Enrollment.status.label("new_status"), Enrollment.source, Enrollment.created_at.label("made_at"),
                  Enrollment.updated_at.label("changed_at"))
        .join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .outerjoin(Enrollment, Enrollment.id == RenewalRequest.new_enrollment_id)
        .where(WorkflowStep.id.in_(step_ids)).order_by(WorkflowStep.id)
        .with_for_update(of=(WorkflowStep, RenewalRequest), key_share=True))
    rows = list(db.session.execute(statement, execution_options={"include_deleted": True}))
    later, asked = _decided_later(decision), _asked_again(decision)
    return [_Taken(row.id, row.request_id, _made(decision, row),
                   _obstacle(decision, row, row.request_id in later, row.enrollment_id in asked)) for row in rows]


def _made(decision: WorkflowDecision, row: Any) -> UUID | None:
    """The enrollment that the decision made; one that was there before is left alone."""
    is_made = row.source == "renewal" and row.made_at is not None and row.made_at >= decision.created_at
    return row.new_enrollment_id if is_made else None


def _obstacle(decision: WorkflowDecision, row: Any, is_decided_later: bool, is_asked_again: bool) -> str | None:
    if is_decided_later:
        return "decided_later"
    if is_asked_again:
        return "asked_again"
    if row.new_enrollment_id is not None:
        return "enrollment_changed" if row.new_status != "active" or row.changed_at != row.made_at else None
    expected = RequestStatus.PENDING if decision.verdict == StepStatus.APPROVED else RequestStatus.REJECTED
    return None if row.status == expected else "request_moved_on"


def _decided_later(decision: WorkflowDecision) -> set[UUID]:
    """The requests that somebody decided a later step of."""
    own, later = aliased(WorkflowStep), aliased(WorkflowStep)
    return set(db.session.scalars(
        sa.select(own.request_id).join(later, sa.and_(later.request_id == own.request_id,
                                                      later.position > own.position))
        .where(own.decision_id == decision.id, later.status.in_((StepStatus.APPROVED, StepStatus.REJECTED,
                                                                 StepStatus.PAUSED)))))


def _asked_again(decision: WorkflowDecision) -> set[UUID]:
    """The enrollments that somebody asked for anew since the decision ended their request."""
    own, other = aliased(RenewalRequest), aliased(RenewalRequest)
    return set(db.session.scalars(
        sa.select(own.enrollment_id).join(WorkflowStep, WorkflowStep.request_id == own.id)
        .join(other, sa.and_(other.enrollment_id == own.enrollment_id, other.id != own.id))
        .where(WorkflowStep.decision_id == decision.id, other.status.in_(LIVE))))


def _open_again(free: list[_Taken]) -> None:
    if not free:
        return
    ids = [one.step_id for one in free]
    positions = _positions(ids)
    following = [step for step in step_facts(WorkflowStep.request_id.in_([one.request_id for one in free]))
                 if step.position > positions[step.request_id]]
    set_values(WorkflowStep, {step.id: _CLEARED for step in following})
    steps, deadlines = step_facts(WorkflowStep.id.in_(ids)), Deadlines.from_now()
    people = crowd_of(steps)
    set_values(WorkflowStep, {step.id: {**opening(rules.route(step.turn, step.subject, people), deadlines),
                                        "opened_at": step.opened_at, **_UNDECIDED} for step in steps})
    set_values(RenewalRequest, {one.request_id: {"status": RequestStatus.PENDING.value, "closed_at": None,
                                                 "new_enrollment_id": None} for one in free})


def _positions(step_ids: list[UUID]) -> Mapping[UUID, int]:
    return {step.request_id: step.position for step in step_facts(WorkflowStep.id.in_(step_ids))}
