"""When a batch needs a second person, and until when it can be undone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

UNDO_DAYS = 30


@dataclass(frozen=True)
class Limits:
    """How many rows one person may create, change or deactivate with one batch."""

    create: int
    change: int
    deactivate: int


def exceeded(limits: Limits, counts: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """(what, rows, limit) for each limit that the batch is above; empty when one person is enough."""
    return [(what, counts.get(what, 0), limit) for what, limit in vars(limits).items() if counts.get(what, 0) > limit]


def can_undo(committed_at: datetime | None, now: datetime) -> bool:
    """Whether the batch is recent enough to be taken back."""
    return committed_at is not None and now - committed_at <= timedelta(days=UNDO_DAYS)
