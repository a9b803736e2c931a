"""What will be sent in the days ahead: what the outbox holds, and what other contexts expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.notifications import kinds, queries

DAYS = 30


@dataclass(frozen=True)
class Expected:
    """That on `day` so many messages of a kind will be told, as things stand today."""

    day: date
    kind: str  # the name of a kind
    count: int


@dataclass(frozen=True)
class Outlook:
    """One line of the page: a day, what will be told or sent, and how many. `channel` is None before it is told."""

    day: date
    kind: str
    channel: str | None
    count: int

    @property
    def label(self) -> str:
        """The kind in words."""
        kind = kinds.kind_named(self.kind)
        return str(kind.label) if kind else self.kind


Provider = Callable[[date, date], Iterable[Expected]]

_providers: list[Provider] = []


def wire(providers: Iterable[Provider]) -> None:
    """Called once by app.wiring: functions that say what they expect between two days, both included.

    Each is asked once for a page and counts in the database.
    """
    _providers[:] = providers


def outlook(today: date) -> list[Outlook]:
    """What will be told and sent from `today` on for `DAYS` days, by day, if nobody acts meanwhile."""
    last = today + timedelta(days=DAYS)
    held = [Outlook(*row) for row in queries.due_by_day(today, last)]
    expected = [Outlook(one.day, one.kind, None, one.count) for provider in _providers
                for one in provider(today, last) if one.count]
    return sorted([*held, *expected], key=lambda one: (one.day, one.channel or "", one.kind))
