"""Whose turn is next: skip what is not needed, open the next step, or find that all is decided.

For one request as for five thousand: what follows is worked out for all of them at once and written with a few
statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.platform import drafts
from app.platform.drafts import Draft
from app.platform.unit_of_work import record
from app.renewals import events, timeline
from app.renewals.bulk import set_values
from app.renewals.models import StepStatus, WorkflowStep
from app.renewals.routing import Deadlines, StepFacts, crowd, crowd_of, step_facts, waiting
from app.renewals.rules import Crowd, Decided, Route, Subject, Turn, route, skip_reason


@dataclass
class Advance:
    """What follows for some requests: steps skipped (with the reason) and opened (with the place), requests
    that every step of is decided, and requests that no step is left of, whom nobody has decided about."""

    skipped: list[tuple[StepFacts, str]] = field(default_factory=list)
    opened: list[tuple[StepFacts, Route]] = field(default_factory=list)
    decided: set[UUID] = field(default_factory=set)
    empty: dict[UUID, tuple[int, Subject]] = field(default_factory=dict)

    def without(self, request_ids: Collection[UUID]) -> Advance:
        """The same for the other requests only."""
        return Advance([one for one in self.skipped if one[0].request_id not in request_ids],
                       [one for one in self.opened if one[0].request_id not in request_ids],
                       self.decided - set(request_ids),
                       {key: value for key, value in self.empty.items() if key not in request_ids})


def plan_advance(request_ids: Collection[UUID], decided: Mapping[UUID, Decided]) -> Advance:
    """What comes next for these requests; `decided` says who has just decided a step of which. Writes nothing."""
    by_request: dict[UUID, list[StepFacts]] = defaultdict(list)
    steps = step_facts(WorkflowStep.request_id.in_(request_ids), WorkflowStep.status == StepStatus.WAITING)
    for step in steps:
        by_request[step.request_id].append(step)
    found, people = Advance(), crowd_of(steps)
    for request_id in request_ids:
        _advance(request_id, by_request[request_id], decided.get(request_id), people, found)
    return found


def _advance(request_id: UUID, steps: Iterable[StepFacts], before: Decided | None, people: Crowd,
             found: Advance) -> None:
    last: StepFacts | None = None
    for step in steps:
        reason = skip_reason(step.turn, step.subject, people, before)
        if reason is None:
            found.opened.append((step, route(step.turn, step.subject, people)))
            return
        found.skipped.append((step, reason))
        last = step
    if before is not None:
        found.decided.add(request_id)
    elif last is not None:
        found.empty[request_id] = (last.position, last.subject)


def write_advance(actor_id: int | None, found: Advance) -> None:
    """Write what `plan_advance` found, with the lines in the timelines; says whose turn it is.

    A chain of which nothing is left goes to the training officers (SPEC 4.1).
    """
    deadlines = Deadlines.from_now()
    set_values(WorkflowStep, {step.id: {"status": StepStatus.SKIPPED.value, "note": reason}
                              for step, reason in found.skipped})
    lines = [timeline.line(step.request_id, step.id, "skipped", note=reason) for step, reason in found.skipped]
    set_values(WorkflowStep, {step.id: opening(where, deadlines) for step, where in found.opened})
    opened = [(step.request_id, step.id, where) for step, where in found.opened]
    opened += _add_officers(found.empty, deadlines)
    lines += [timeline.line(request_id, step_id, "blocked" if where.is_blocked else "opened",
                            person_id=where.assignee_id, pool=where.pool) for request_id, step_id, where in opened]
    timeline.write(lines, deadlines.now)
    if opened:
        record(events.StepsOpened(actor_id=actor_id, step_ids=[step_id for _request, step_id, _where in opened]))


def opening(where: Route, deadlines: Deadlines) -> dict[str, Any]:
    """The columns of a step that is opened at `where`."""
    return {**waiting(where, deadlines), "status": StepStatus.OPEN.value, "opened_at": deadlines.now}


def _add_officers(empty: Mapping[UUID, tuple[int, Subject]], deadlines: Deadlines) -> list[tuple[UUID, UUID, Route]]:
    if not empty:
        return []
    people, turn, made = crowd(()), Turn("officers"), []
    for request_id, (position, subject) in empty.items():
        where = route(turn, subject, people)
        made.append((Draft.new({"request_id": request_id, "position": position + 1, "kind": "officers",
                                **opening(where, deadlines)}), where))
    drafts.write(WorkflowStep, [draft for draft, _where in made], deadlines.now)
    return [(draft.values["request_id"], draft.id, where) for draft, where in made]
