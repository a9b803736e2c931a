"""What runs by itself, and decisions that are too large for a click."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM
from app.platform import progress
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work
from app.renewals import absences, deadlines, operations, queries, routing


@job("default")
def decide(decision_id: UUID) -> None:
    """Decide the rest of a large decision, part by part."""
    finished = False
    while not finished:
        with unit_of_work():
            decision = queries.decision(decision_id)
            if decision is None:
                return
            decision = operations.continue_decision(_actor(decision), decision_id)
            finished = decision.is_finished
            done, total = decision.done, len(decision.wanted)
        progress.report(decision_id, done, total, "deciding")


@job("default")
def undo(decision_id: UUID) -> None:
    """Take the rest of a large decision back, part by part."""
    left = 1
    while left:
        with unit_of_work():
            decision = queries.decision(decision_id)
            if decision is None:
                return
            decision = operations.continue_undo(_actor(decision), decision_id)
            left, total = len(queries.undo_left(decision, 100_000)), len(decision.wanted)
        progress.report(decision_id, total - left, total, "undoing")


def _actor(decision: Any) -> Any:
    return (accounts.login(decision.actor_id) if decision.actor_id else None) or SYSTEM


@job("default")
def chase_approvals() -> None:
    """Every few minutes: follow absences that begin or end, remind, escalate."""
    for follow in (routing.route_anew, absences.hand_over):
        with unit_of_work():
            follow()
    for step in (deadlines.remind, deadlines.escalate):
        count = 1
        while count:
            with unit_of_work():
                count = step()


def sweep() -> None:
    """Enqueue the large decisions, and what is taken back of them, that a killed worker or a lost Redis left behind
    in the current tenant."""
    for decision_id in queries.unfinished_decisions():
        decide.enqueue_if_idle(decision_id)
    for decision_id in queries.unfinished_undos():
        undo.enqueue_if_idle(decision_id)
