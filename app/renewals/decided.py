"""What became of a decision, in words: for the bar that offers to take it back, and the answer for each request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import joinedload

from app.platform import clock
from app.platform.db import db
from app.renewals import queries, rules, wording
from app.renewals.models import WorkflowDecision, WorkflowStep

SHOWN = 200  # answers on one page

@dataclass(frozen=True)
class Answer:
    """One request of a decision and what happened to it."""

    id: UUID
    name: str
    words: str
    is_done: bool


@dataclass(frozen=True)
class Decided:
    """A decision for its page: `count` of `total` steps are answered, `more` are not among `answers`."""

    id: UUID
    words: str
    is_finished: bool
    count: int
    total: int
    answers: list[Answer]
    more: int
    undo_url: str
    undo_until: str
    url: str
    stage: str = "deciding"


def last(actor: Any) -> Decided | None:
    """What the actor decided last, while it can be taken back."""
    since = clock.now() - (rules.undo_until(clock.now()) - clock.now())
    row = db.session.scalar(
        sa.select(WorkflowDecision).where(
            WorkflowDecision.actor_id == actor.id, WorkflowDecision.created_at >= since,
            WorkflowDecision.finished_at.isnot(None), WorkflowDecision.undone_at.is_(None))
        .order_by(WorkflowDecision.id.desc()).limit(1))
    return summary(row) if row is not None and done_ids(row) else None


def summary(row: WorkflowDecision) -> Decided:
    """A decision without what became of each request."""
    until = rules.undo_until(row.finished_at or row.created_at)
    may_undo = row.is_finished and row.undone_at is None and clock.now() < until and bool(done_ids(row))
    left = len(queries.undo_left(row, len(row.wanted))) if row.undone_at is not None else 0
    done = len(row.wanted) - left if left else row.done
    return Decided(row.id, _words(row, left), row.is_finished and not left, done, len(row.wanted), [], 0,
                   url_for("ApprovalsView.undo", pk=row.id) if may_undo else "",
                   clock.local(until).strftime("%H:%M"), url_for("ApprovalsView.decision", pk=row.id),
                   "undoing" if left else "deciding")


def _words(row: WorkflowDecision, left: int) -> str:
    """What has become of a decision by now, `left` of which are still to be taken back."""
    if left:
        return _("%(count)s decisions are being taken back.", count=f"{len(done_ids(row)):,}")
    if not row.is_finished:
        return _("%(count)s requests are being decided.", count=f"{len(row.wanted):,}")
    return " ".join(words for words, _kind in undone(row)) if row.undone_at is not None else sentence(row)


def detail(row: WorkflowDecision) -> Decided:
    """A decision with what became of each request, those that were refused first."""
    found = summary(row)
    ids = sorted(row.answers, key=lambda one: row.answers[one] == row.verdict)[:SHOWN]
    names = _names([UUID(one) for one in ids])
    answers = [Answer(UUID(one), names.get(UUID(one), "–"), _answer(row, one), row.answers[one] == row.verdict)
               for one in ids]
    return Decided(**{**found.__dict__, "answers": answers, "more": max(len(row.answers) - len(ids), 0)})


def told(row: WorkflowDecision) -> dict[str, Any]:
    """The same for the page's script: which steps are decided, which are refused and why."""
    found = summary(row)
    return {"words": found.words, "undo": found.undo_url, "url": found.url, "is_finished": row.is_finished,
            "decided": done_ids(row), "refused": {one: _answer(row, one) for one in row.answers
                                                  if row.answers[one] != row.verdict}}


def undone(row: WorkflowDecision) -> list[tuple[str, str]]:
    """What taking a decision back did: (sentence, kind of note)."""
    standing = len(row.standing or {})
    back = len(done_ids(row)) - standing
    found = [(ngettext("%(num)s decision was taken back.", "%(num)s decisions were taken back.", back), "success")]
    if standing:
        found.append((ngettext("%(num)s stands: something was decided after it.",
                               "%(num)s stand: something was decided after them.", standing), "warning"))
    return found if back else found[1:]


def done_ids(row: WorkflowDecision) -> list[str]:
    """The steps that the decision decided, as texts."""
    return [one for one, answer in row.answers.items() if answer == row.verdict]


def sentence(row: WorkflowDecision) -> str:
    """How many requests were approved or rejected, and how many could not be."""
    done, refused = len(done_ids(row)), len(row.answers) - len(done_ids(row))
    if row.verdict == "approved":
        words = ngettext("%(num)s request approved.", "%(num)s requests approved.", done)
    else:
        words = ngettext("%(num)s request rejected.", "%(num)s requests rejected.", done)
    left = ngettext("%(num)s could not be decided.", "%(num)s could not be decided.", refused) if refused else ""
    return f"{words} {left}".strip() if done or not refused else left


def _answer(row: WorkflowDecision, step_id: str) -> str:
    if row.undone_at is not None and row.answers[step_id] == row.verdict:
        left = (row.standing or {}).get(step_id)
        return wording.answer(left) if left else _("Taken back")
    return wording.answer(row.answers[step_id])


def _names(step_ids: list[UUID]) -> dict[UUID, str]:
    rows = db.session.scalars(sa.select(WorkflowStep).where(WorkflowStep.id.in_(step_ids)).options(
        joinedload(WorkflowStep.request).options(*queries.WITH_SUBJECT)))
    return {row.id: str(row.request) for row in rows}
