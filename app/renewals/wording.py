"""What requests, steps and their refusals are called."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.platform.errors import Conflict, DomainError, NotAllowed, NotFound
from app.renewals.models import WorkflowLog

REQUEST_STATUSES: dict[str, Any] = {
    "pending": _l("Waiting for approval"), "returned": _l("Question to answer"), "approved": _l("Approved"),
    "rejected": _l("Rejected"), "withdrawn": _l("Withdrawn"), "closed": _l("Overtaken"),
}

STEP_STATUSES: dict[str, Any] = {
    "waiting": _l("Not yet"), "open": _l("Waiting"), "paused": _l("Waiting for an answer"),
    "approved": _l("Approved"), "rejected": _l("Rejected"), "skipped": _l("Skipped"), "dropped": _l("Not needed"),
}

STEP_KINDS: dict[str, Any] = {
    "foreman": _l("Foreman"), "manager": _l("Manager"), "officers": _l("Training officers"),
    "person": _l("A named person"),
}


def step_words(step: tuple[str | None, Any]) -> str:
    """Whose turn a place of a chain is: a kind, or the person whom it names. '' for a place that is not used."""
    kind, person = step
    return str(person) if kind == "person" and person is not None else str(STEP_KINDS.get(kind or "", ""))


POOLS: dict[str, Any] = {"officers": _l("Training officers"), "administrators": _l("Administrators")}

NOTES: dict[str, Any] = {
    "missing": _l("There is nobody who could decide this step."),
    "is_requester": _l("Nobody decides about their own request."),
    "same_person": _l("The same person has decided the step before."),
    "nobody": _l("Nobody in the organisation can decide this at present."),
}
"""Why a step was skipped, or stands still."""

OUTCOMES: dict[str, Any] = {
    "newer_certificate": _l("There is a newer certificate."),
    "enrollment_deleted": _l("The enrollment was deleted."),
    "revoked": _l("The certificate was revoked."),
}
"""Why a request was overtaken."""

LOG_WORDS: dict[str, Any] = {
    "requested": _l("Asked for"), "opened": _l("Waits for"), "skipped": _l("Step skipped"),
    "rerouted": _l("Went to"), "blocked": _l("Nobody can decide"), "approved": _l("Approved"),
    "rejected": _l("Rejected"), "returned": _l("Asked back"), "answered": _l("Answered"),
    "withdrawn": _l("Withdrawn"), "reassigned": _l("Reassigned to"), "reminded": _l("Reminded"),
    "escalated": _l("Escalated to"), "undone": _l("Decision undone"), "completed": _l("Enrolled again"),
    "closed": _l("Overtaken"),
}

REFUSALS: dict[str, Any] = {
    "already_active": _l("There is an active enrollment in this course already."),
    "newer_exists": _l("There is a newer certificate for this course."),
    "not_due": _l("This certificate is not about to expire yet."),
    "not_found": _l("There is no such entry."),
    "already_decided": _l("This has been decided already."),
    "not_open": _l("It is nobody's turn to decide this step now."),
    "not_yours": _l("This step waits for somebody else."),
    "employee_inactive": _l("Somebody who has left can not be enrolled."),
    "course_inactive": _l("Nobody can be enrolled in a course that is not active."),
    "not_completed": _l("This enrollment was not completed."),
    "decided_later": _l("A later step has been decided since."),
    "asked_again": _l("The person has asked again since."),
    "enrollment_changed": _l("The new enrollment has changed since."),
    "request_moved_on": _l("The request has gone on since."),
}
"""Code of a refusal to a sentence: also for the answers of a decision and what stands in the way of an undo."""

_KINDS: dict[str, type[DomainError]] = {"not_found": NotFound, "not_yours": NotAllowed}


def refusal(code: str) -> DomainError:
    """The refusal with this code."""
    return _KINDS.get(code, Conflict)(str(REFUSALS.get(code, code)), code=code)


def answer(code: str) -> str:
    """What happened to one step of a decision, in words."""
    return str(STEP_STATUSES.get(code) or REFUSALS.get(code, code))


def log_line(row: WorkflowLog) -> dict[str, Any]:
    """A line of the timeline in words, as `ui.timeline` takes it: when, title, text, state; and who."""
    to = str(row.person) if row.person else str(POOLS[row.pool]) if row.pool in POOLS else ""
    notes = {**NOTES, **OUTCOMES}
    text = [str(notes[row.note])] if row.note in notes else []
    who = row.actor.get_full_name() if row.actor else "TrainFlow"
    if row.stood_in_for:
        who = str(_l("%(who)s for %(whom)s", who=who, whom=str(row.stood_in_for)))
    return {"when": row.created_at, "title": " ".join(filter(None, [str(LOG_WORDS.get(row.event, row.event)), to])),
            "text": " · ".join(filter(None, [who, *text, row.comment])), "state": row.event, "who": who}
