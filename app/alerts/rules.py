"""When what is due, on plain dates. The statements of `app.alerts.statements` say the same for whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

LOOK_BACK = timedelta(days=14)
"""What ran out longer ago was not noticed by anybody then, and is a matter for reports, not for a warning."""

TRACKED = timedelta(days=120)
"""How long after an expiry its escalation is still looked at."""


def threshold(days_left: int, thresholds: Iterable[int]) -> int | None:
    """The threshold that a certificate with so many days left stands at: the smallest that it has reached.

    After the expiry it stays at the last one. None: it has reached none yet. SPEC 5.1: after an outage one
    message with the current threshold, so those that were passed meanwhile are never told.
    """
    reached = [one for one in thresholds if days_left <= one]
    return min(reached, default=None)


def since(today: date, last_round: date | None) -> date:
    """The first expiry that a round looks at: `LOOK_BACK`, or as far as the rounds have been missing."""
    back = today - LOOK_BACK
    return back if last_round is None else min(back, last_round)


def warning_days(expires_on: date, thresholds: Iterable[int]) -> Iterator[date]:
    """The days on which warnings of an expiry come, when nothing covers it before."""
    return (expires_on - timedelta(days=one) for one in thresholds)
