"""The timeline of requests: what happened to each, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.platform import clock, drafts
from app.platform.drafts import Draft
from app.renewals.models import WorkflowLog

_EMPTY: dict[str, Any] = {"step_id": None, "actor_id": None, "for_id": None, "person_id": None, "pool": None,
                          "note": None, "comment": None}


def line(request_id: UUID, step_id: UUID | None, event: str, **more: Any) -> dict[str, Any]:
    """One line: `event` is a word of wording.LOG_WORDS, `more` further columns of WorkflowLog."""
    return {**_EMPTY, "request_id": request_id, "step_id": step_id, "event": event, **more}


def write(lines: Sequence[dict[str, Any]], at: datetime | None = None) -> None:
    """Add lines, in their order, as of the instant `at` (now unless given)."""
    if lines:
        drafts.write(WorkflowLog, [Draft.new(one) for one in lines], at or clock.now())
