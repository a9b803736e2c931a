"""Steps that wait too long: whoever has them is reminded, then they go to the next level.

A step's own `remind_at` and `escalate_at` say what is due; acting on one clears it in the same transaction, so
that running twice, or being killed midway, tells nobody twice and forgets nobody (SPEC 4.4).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import record
from app.renewals import events, timeline
from app.renewals.bulk import set_values
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from app.renewals.routing import Deadlines, StepFacts, crowd_of, step_facts, take_turn, waiting
from app.renewals.rules import Route, Turn, raised, route

PART = 500  # steps in one transaction


def remind() -> int:
    """Remind of the next steps that have waited long enough; returns how many, 0 when there is none left."""
    take_turn()
    ids = _due(WorkflowStep.remind_at)
    if not ids:
        return 0
    steps = step_facts(WorkflowStep.id.in_(ids))
    set_values(WorkflowStep, {step.id: {"remind_at": None} for step in steps})
    timeline.write([timeline.line(step.request_id, step.id, "reminded", person_id=step.now.assignee_id,
                                  pool=step.now.pool) for step in steps])
    record(events.StepsReminded(actor_id=None, step_ids=ids))
    return len(ids)


def escalate() -> int:
    """Let the next steps that have waited too long go to the next level, training officers last; returns how
    many were looked at, 0 when there is none left."""
    take_turn()
    ids = _due(WorkflowStep.escalate_at)
    if not ids:
        return 0
    steps = step_facts(WorkflowStep.id.in_(ids))
    people, deadlines = crowd_of(steps), Deadlines.from_now()
    found = [(step, route(_raised(step), step.subject, people)) for step in steps]
    set_values(WorkflowStep, {step.id: _escalated(step, where, deadlines) for step, where in found})
    moved = [(step, where) for step, where in found if where != step.now]
    timeline.write([timeline.line(step.request_id, step.id, "escalated", person_id=where.assignee_id,
                                  pool=where.pool) for step, where in moved])
    if moved:
        record(events.StepsEscalated(actor_id=None, step_ids=[step.id for step, _where in moved]))
    return len(ids)


def _raised(step: StepFacts) -> Turn:
    return raised(step.turn, step.now.level)


def _escalated(step: StepFacts, where: Route, deadlines: Deadlines) -> dict[str, Any]:
    if where == step.now:
        return {"escalate_at": None}  # nobody is above: it stays, and is not looked at again
    return {**waiting(where, deadlines), "least_level": _raised(step).least_level}


def _due(column: Any) -> list[UUID]:
    """Open steps whose time has come; what is about somebody who has left waits until they are back."""
    return list(db.session.scalars(
        sa.select(WorkflowStep.id).join(RenewalRequest, RenewalRequest.id == WorkflowStep.request_id)
        .join(Employee, Employee.id == RenewalRequest.employee_id)
        .where(WorkflowStep.status == StepStatus.OPEN, column <= clock.now(), Employee.is_active,
               Employee.deleted_at.is_(None))
        .order_by(column, WorkflowStep.id).limit(PART)))


def reckon_anew() -> None:
    """The working calendar or the limits changed: what is still to come moves along for open steps."""
    take_turn()
    rows = db.session.execute(sa.select(
        WorkflowStep.id, WorkflowStep.waiting_since, WorkflowStep.remind_at, WorkflowStep.escalate_at).where(
            WorkflowStep.status == StepStatus.OPEN, WorkflowStep.waiting_since.isnot(None))).all()
    by_start = {row.waiting_since: Deadlines.since(row.waiting_since) for row in rows}
    set_values(WorkflowStep, {row.id: {
        "remind_at": by_start[row.waiting_since].remind_at if row.remind_at else None,
        "escalate_at": by_start[row.waiting_since].escalate_at if row.escalate_at else None} for row in rows})
