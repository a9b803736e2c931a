"""A request told: whose decisions it takes, and what happened so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.accounts.models import User
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform.look.dates import instant
from app.renewals import queries, wording
from app.renewals.models import RenewalRequest, WorkflowStep
from app.renewals.routing import POOL_ROLES, members

NAMED = 4  # members of a pool that are named; the rest are counted
ICONS = {"open": "circle-play", "waiting": "circle-dashed", "paused": "circle-question-mark",
         "approved": "circle-check", "rejected": "circle-x", "skipped": "circle-minus", "dropped": "circle-minus"}


@dataclass(frozen=True)
class Stage:
    """One step of the chain: `who` it is with or was decided by, `words` what became of it, `also` who else may."""

    status: str
    icon: str
    who: str
    words: str
    also: str
    comment: str


def stages(request: RenewalRequest, steps: list[WorkflowStep]) -> list[Stage]:
    """The steps of a request, in order."""
    return [Stage(step.status, ICONS[step.status], _who(request, step), _words(step), " ".join(_also(request, step)),
                  step.comment or "") for step in steps]


def lines(request_id: UUID) -> list[dict[str, Any]]:
    """The timeline, oldest first: when, title, text."""
    return [wording.log_line(row) for row in queries.log_of(request_id)]


def _who(request: RenewalRequest, step: WorkflowStep) -> str:
    if step.decided_by is not None:
        name = _name(step.decided_by, organisation.employee_for_user(step.decided_by_id))
        return _("%(who)s for %(whom)s", who=name, whom=str(step.decided_for)) if step.decided_for else name
    if step.status in ("open", "paused"):
        return str(step.assignee or wording.POOLS.get(step.pool or "", _("Nobody")))
    coming = organisation.employee(step.chosen_id or step.person_id)
    if coming is None and step.kind in ("foreman", "manager"):
        coming = getattr(request.employee, step.kind)
    return str(coming or wording.STEP_KINDS.get(step.kind, step.kind))


def _words(step: WorkflowStep) -> str:
    if step.status == "open" and step.waiting_since is not None:
        since = instant(step.waiting_since)
        return (_("have to decide, since %(time)s", time=since) if step.pool in POOL_ROLES
                else _("has to decide, since %(time)s", time=since))
    if step.status == "waiting":
        return _("comes next")
    words = str(wording.STEP_STATUSES[step.status])
    if step.decided_at is not None:
        return f"{words} · {instant(step.decided_at)}"
    return f"{words}: {wording.NOTES[step.note]}" if step.note in wording.NOTES else words


def _also(request: RenewalRequest, step: WorkflowStep) -> Iterator[str]:
    """Who else could decide an open step: a delegate, or the members of its pool, but never who asked."""
    if step.status != "open":
        return
    if step.pool in POOL_ROLES:
        names = [_name(user, person) for user, person in members([step.pool], User, Employee)
                 if user.id != request.asked_by_id and (person is None or person.id != request.employee_id)]
        more = len(names) - NAMED
        shown = ", ".join(names[:NAMED])
        yield _("Any of them may: %(names)s and %(count)s more.", names=shown, count=more) if more > 0 else _(
            "Any of them may: %(names)s.", names=shown)
    delegate = _delegate(step.assignee)
    if delegate is not None:
        yield _("%(name)s stands in while %(whom)s is away.", name=str(delegate), whom=str(step.assignee))


def _name(user: User, person: Employee | None) -> str:
    """In the reader's language, where the person of a login is known."""
    return str(person) if person is not None else str(user.get_full_name())


def _delegate(person: Employee | None) -> Employee | None:
    if person is None:
        return None
    return organisation.employee(organisation.away_today([person.id]).get(person.id))
