"""What a change of policy would move, asked of the context above that knows the certificates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.courses.rules import ValidityPolicy


@dataclass(frozen=True)
class Moves:
    """Of `total` completions of a course, how many would expire `earlier` or `later` than now.

    `expired` counts those that are in force today and would not be any more. `named` are the first of them:
    the person, the expiry now and the one to come (None: never).
    """

    total: int = 0
    earlier: int = 0
    later: int = 0
    expired: int = 0
    named: Sequence[tuple[str, date | None, date | None]] = ()

    @property
    def moved(self) -> int:
        """How many expiries would change."""
        return self.earlier + self.later


Preview = Callable[[UUID, ValidityPolicy], Moves]
_wired: list[Preview] = []


def wire(preview: Preview) -> None:
    """Called once by app.wiring."""
    _wired[:] = [preview]


def moves_of(course_id: UUID, policy: ValidityPolicy) -> Moves:
    """What giving the course this policy would move."""
    return _wired[0](course_id, policy) if _wired else Moves()
