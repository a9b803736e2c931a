"""Ask for renewals, decide about them, and everything that people do on the way."""

from __future__ import annotations

from collections.abc import Collection
from typing import IO, Any
from uuid import UUID

from flask_babel import gettext as _

from app.courses.models import Course
from app.enrollments import queries as enrollments
from app.organisation import queries as organisation
from app.platform import clock
from app.platform.collecting import without_collecting
from app.platform.db import db
from app.platform.documents import keep_document
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record
from app.renewals import deciding, events, policies, queries, rules, timeline, undoing, wording
from app.renewals.advancing import opening, plan_advance, write_advance
from app.renewals.bulk import set_values
from app.renewals.models import (
    RenewalEvidence,
    RenewalRequest,
    RequestStatus,
    StepStatus,
    WorkflowDecision,
    WorkflowStep,
)
from app.renewals.routing import Deadlines, crowd, crowd_of, step_facts, take_turn, waiting

# -- asking ----------------------------------------------------------------------------------------------


def request_renewal(actor: Any, *, enrollment_id: UUID, reason: str = "", file: IO[bytes] | None = None,
                    file_name: str = "") -> RenewalRequest:
    """Ask for an expiring or expired enrollment to be renewed, for oneself; officers ask for anybody.

    Refuses `already_requested`, and `not_due`, `newer_exists`, `already_active` as `rules.may_be_renewed` says.
    A file is evidence, taken in as `attach_evidence` does.
    """
    take_turn()
    old = enrollments.enrollment(enrollment_id)
    person = organisation.employee(old.employee_id) if old is not None else None
    if old is None or person is None or (person.user_id != actor.id and not policies.arranges(actor)):
        raise NotFound(_("There is no such entry."))
    if not person.is_active:
        raise Conflict(_("Somebody who has left can not be enrolled."), code="employee_inactive")
    _refuse_unrenewable(old)
    request = RenewalRequest(employee_id=old.employee_id, course_id=old.course_id, enrollment_id=old.id,
                             asked_by_id=actor.id, reason=reason.strip())
    db.session.add(request)
    db.session.flush()
    _add_steps(request)
    timeline.write([timeline.line(request.id, None, "requested", actor_id=actor.id, comment=request.reason or None)])
    record(events.RenewalRequested(actor_id=actor.id, subject_id=request.id, employee_id=request.employee_id,
                                   enrollment_id=request.enrollment_id, course_id=request.course_id))
    if file is not None:
        attach_evidence(actor, request.id, file=file, file_name=file_name)
    write_advance(actor.id, plan_advance([request.id], {}))
    return request


def _refuse_unrenewable(old: Any) -> None:
    if queries.live_request(old.id) is not None:
        raise Conflict(_("This renewal has been asked for already."), field="enrollment_id", code="already_requested")
    others = [one for one in enrollments.of_pair(old.employee_id, old.course_id) if one.id != old.id]
    newer = any(one.is_completion and not one.revoked_on and old.completed_on and one.completed_on > old.completed_on
                for one in others)
    refusal = rules.may_be_renewed(old.state, any(one.status == "active" for one in others), newer)
    if refusal:
        raise Conflict(str(wording.REFUSALS[refusal]), field="enrollment_id", code=refusal)


def _add_steps(request: RenewalRequest) -> None:
    course = db.session.get_one(Course, request.course_id)
    chain = queries.chain_for(course.category)
    for position, (kind, person_id) in enumerate(chain.steps() if chain else rules.DEFAULT_CHAIN, start=1):
        db.session.add(WorkflowStep(request_id=request.id, position=position, kind=kind, person_id=person_id))
    db.session.flush()


def attach_evidence(actor: Any, request_id: UUID, *, file: IO[bytes], file_name: str) -> RenewalEvidence:
    """Put a file (seekable, binary) to a live request, as the requester or an officer.

    Invalid `file_kind` unless it holds a PDF, PNG or JPEG, `file_too_large` above 10 MB; Conflict `not_live`.
    """
    request = _live(actor, request_id)
    if not policies.arranges(actor):
        policies.require_requester(actor, request)
    row = RenewalEvidence(request_id=request.id, uploaded_by_id=actor.id, **keep_document(file, file_name))
    db.session.add(row)
    db.session.flush()
    record(events.RenewalEvidenceAttached(actor_id=actor.id, subject_id=request.id, file_name=row.file_name))
    return row


def withdraw_request(actor: Any, request_id: UUID, *, reason: str = "") -> RenewalRequest:
    """No longer ask for it, as the requester. Conflict `not_live` when it is decided already."""
    take_turn()
    request = _live(actor, request_id)
    policies.require_requester(actor, request)
    deciding.end_requests([request.id], RequestStatus.WITHDRAWN)
    timeline.write([timeline.line(request.id, None, "withdrawn", actor_id=actor.id, comment=reason.strip() or None)])
    record(events.RenewalWithdrawn(actor_id=actor.id, subject_id=request.id))
    return _fresh(request)


# -- deciding --------------------------------------------------------------------------------------------


def approve_step(actor: Any, step_id: UUID, *, comment: str = "") -> WorkflowStep:
    """Approve a step. The last one enrols the person again.

    NotFound for a step that the actor does not see; Conflict `already_decided`, `not_open`, `employee_inactive`
    or what forbids the new enrollment; NotAllowed `not_yours`.
    """
    return _decide_one(actor, step_id, "approved", comment)


def reject_step(actor: Any, step_id: UUID, *, comment: str) -> WorkflowStep:
    """Reject a step, and the request with it. Refuses as `approve_step`, and `comment_missing`."""
    return _decide_one(actor, step_id, "rejected", comment)


def _decide_one(actor: Any, step_id: UUID, verdict: str, comment: str) -> WorkflowStep:
    decision = decide_steps(actor, [step_id], verdict=verdict, comment=comment)
    answer = decision.answers[str(step_id)]
    if answer != verdict:
        raise wording.refusal(answer)
    return db.session.get_one(WorkflowStep, step_id, populate_existing=True)


def decide_steps(actor: Any, step_ids: Collection[UUID], *, verdict: str, comment: str = "") -> WorkflowDecision:
    """Approve or reject (`verdict`: approved, rejected) many steps with one comment.

    Never refuses a single step: the decision's `answers` say per step what happened. More than
    `deciding.PART` steps are left to a worker, which the edge enqueues: then the decision is not finished yet.
    Invalid `comment_missing` (to reject), `verdict_unknown`, `nothing_chosen`.
    """
    if verdict not in (StepStatus.APPROVED, StepStatus.REJECTED):
        raise Invalid(_("Approve or reject."), field="verdict", code="verdict_unknown")
    if verdict == StepStatus.REJECTED and not comment.strip():
        raise Invalid(_("Say why, so that the person knows what to do."), field="comment", code="comment_missing")
    wanted = list(dict.fromkeys(step_ids))
    if not wanted:
        raise Invalid(_("Choose at least one request."), field="step_ids", code="nothing_chosen")
    decision = deciding.new_decision(actor, verdict, comment.strip(), wanted)
    if len(wanted) <= deciding.PART:
        deciding.decide_part(actor, decision, wanted)
        decision.finished_at = clock.now()
        db.session.flush()
    return decision


def continue_decision(actor: Any, decision_id: UUID) -> WorkflowDecision:
    """Decide the next part of a large decision; run until it is finished. A finished one stays as it is."""
    decision = _found(queries.decision(decision_id, lock=True))
    if not decision.is_finished:
        left = [step_id for step_id in decision.wanted if step_id not in decision.answers]
        if left:
            with without_collecting():
                deciding.decide_part(actor, decision, [UUID(step_id) for step_id in left[:deciding.PART]])
        if len(left) <= deciding.PART:
            decision.finished_at = clock.now()
        db.session.flush()
    return decision


def undo_decision(actor: Any, decision_id: UUID) -> WorkflowDecision:
    """Take a decision of one's own back, within ten minutes; what stands in the way is in `standing`.

    More than `deciding.PART` steps are left to a worker, which the edge enqueues: then `queries.undo_left` has some.
    NotFound for somebody else's; Conflict `undo_too_late`, `already_undone`, `not_finished`.
    """
    decision = queries.decision(decision_id, lock=True)
    if decision is None or decision.actor_id != actor.id:
        raise NotFound(_("There is no such entry."))
    return undoing.undo_decision(actor, decision)


def continue_undo(actor: Any, decision_id: UUID) -> WorkflowDecision:
    """Take the next part of a large decision back; run until nothing is left. One that nobody undoes stays."""
    decision = _found(queries.decision(decision_id, lock=True))
    with without_collecting():
        return undoing.undo_part(actor, decision) if decision.undone_at is not None else decision


# -- on the way ------------------------------------------------------------------------------------------


def return_for_information(actor: Any, step_id: UUID, *, question: str) -> WorkflowStep:
    """Ask the requester something first; the step waits for the answer. Refuses as `approve_step`."""
    if not question.strip():
        raise Invalid(_("Say what you need to know."), field="question", code="question_missing")
    step = _decidable(actor, step_id)
    set_values(WorkflowStep, {step.id: {"status": StepStatus.PAUSED.value, "remind_at": None, "escalate_at": None}})
    set_values(RenewalRequest, {step.request_id: {"status": RequestStatus.RETURNED.value,
                                                  "question": question.strip()}})
    timeline.write([timeline.line(step.request_id, step.id, "returned", actor_id=actor.id,
                                  comment=question.strip())])
    record(events.RenewalReturned(actor_id=actor.id, subject_id=step.request_id, step_id=step.id,
                                  question=question.strip()))
    return db.session.get_one(WorkflowStep, step.id, populate_existing=True)


def answer_request(actor: Any, request_id: UUID, *, answer: str) -> RenewalRequest:
    """Answer what was asked, as the requester: the step is open again. Conflict `not_returned`."""
    take_turn()
    request = _live(actor, request_id)
    policies.require_requester(actor, request)
    if request.status != RequestStatus.RETURNED:
        raise Conflict(_("Nobody has asked anything about this request."), code="not_returned")
    if not answer.strip():
        raise Invalid(_("Fill this in."), field="answer", code="answer_missing")
    [step] = step_facts(WorkflowStep.request_id == request.id, WorkflowStep.status == StepStatus.PAUSED)
    where = rules.route(step.turn, step.subject, crowd_of([step]))
    set_values(WorkflowStep, {step.id: opening(where, Deadlines.from_now()) | {"opened_at": step.opened_at}})
    set_values(RenewalRequest, {request.id: {"status": RequestStatus.PENDING.value, "question": None}})
    timeline.write([timeline.line(request.id, step.id, "answered", actor_id=actor.id, comment=answer.strip(),
                                  person_id=where.assignee_id, pool=where.pool)])
    record(events.RenewalAnswered(actor_id=actor.id, subject_id=request.id, step_id=step.id, answer=answer.strip()))
    return _fresh(request)


def reassign_step(actor: Any, step_id: UUID, *, employee_id: UUID, comment: str = "") -> WorkflowStep:
    """Let somebody else decide an open step, as a training officer.

    Invalid `employee_id_unknown`; Conflict `employee_unable` for somebody who can not sign in or whose own request
    it is; refuses as `approve_step` otherwise.
    """
    policies.require_arranger(actor)
    take_turn()
    step = _open(actor, step_id)
    if organisation.employee(employee_id) is None:
        raise Invalid(_("There is no such employee."), field="employee_id", code="employee_id_unknown")
    [facts] = step_facts(WorkflowStep.id == step.id)
    if not crowd([employee_id]).may_decide(employee_id, facts.subject):
        raise Conflict(_("This person can not decide it: they can not sign in, or it is about them."),
                       field="employee_id", code="employee_unable")
    where = rules.Route(rules.OWN, employee_id)
    set_values(WorkflowStep, {step.id: {**waiting(where, Deadlines.from_now()), "chosen_id": employee_id,
                                        "least_level": rules.OWN}})
    timeline.write([timeline.line(step.request_id, step.id, "reassigned", actor_id=actor.id,
                                  person_id=employee_id, comment=comment.strip() or None)])
    record(events.StepReassigned(actor_id=actor.id, subject_id=step.id, request_id=step.request_id,
                                 employee_id=employee_id))
    return db.session.get_one(WorkflowStep, step.id, populate_existing=True)


# -- shared ----------------------------------------------------------------------------------------------


def _decidable(actor: Any, step_id: UUID) -> WorkflowStep:
    take_turn()
    answer = deciding.refusal_of(actor, step_id)
    if answer:
        raise wording.refusal(answer)
    return _found(queries.step(step_id, lock=True))


def _open(actor: Any, step_id: UUID) -> WorkflowStep:
    step = _found(queries.step(step_id, lock=True))
    if step.status != StepStatus.OPEN:
        raise wording.refusal("already_decided" if step.decided_at else "not_open")
    return step


def _live(actor: Any, request_id: UUID) -> RenewalRequest:
    if queries.visible_request(actor, request_id) is None:
        raise NotFound(_("There is no such entry."))
    request = _found(queries.request(request_id, lock=True))
    if not request.is_live:
        raise Conflict(_("This request is over already."), code="not_live")
    return request


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def _fresh(request: RenewalRequest) -> RenewalRequest:
    return db.session.get_one(RenewalRequest, request.id, populate_existing=True)
