"""What a change of a rule does to its spans of days. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

EPOCH = date(1900, 1, 1)  # 'always': earlier than any record

LANES = ("met", "waived", "not_due", "missing")
"""How a required pair counts: a certificate is valid; a waiver covers it; the grace for newcomers still runs; none of
these. Every required pair is in exactly one."""

NARROWING = ("department", "grade", "job_role")
"""What a rule may name of where somebody stands."""
STANDING = tuple(f"{name}_id" for name in NARROWING)
SINCE = {f"{name}_id": f"{name}_since" for name in NARROWING}
"""Column of where somebody stands to the column of the day since when that counts."""

LACKING = ("not_due", "missing")
"""The lanes of those who still have to get what they must have, at once or within their grace."""


@dataclass(frozen=True, kw_only=True)
class Span:
    """A rule for a span of days: what it asks of whom from `valid_from` to `valid_until` inclusive (None: open)."""

    course_id: UUID
    department_id: UUID | None = None
    grade_id: UUID | None = None
    job_role_id: UUID | None = None
    grace_days: int = 0
    valid_from: date
    valid_until: date | None = None
    since_on: date
    reason: str | None = None
    row_id: UUID | None = None

    @property
    def asks(self) -> tuple[Any, ...]:
        """Which course of whom."""
        return self.course_id, self.department_id, self.grade_id, self.job_role_id

    @property
    def terms(self) -> tuple[Any, ...]:
        """Everything that somebody could notice of it."""
        return *self.asks, self.grace_days, self.since_on


@dataclass(frozen=True, kw_only=True)
class Counting:
    """That certificates of `counted_id` count as ones of `course_id`, for a span of days as `Span`."""

    course_id: UUID
    counted_id: UUID
    both_ways: bool
    valid_from: date
    valid_until: date | None = None

    @property
    def terms(self) -> tuple[Any, ...]:
        """Everything that somebody could notice of it."""
        return self.course_id, self.counted_id, self.both_ways

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)


def first_difference(before: Iterable[Span | Counting], after: Iterable[Span | Counting], day: date) -> date:
    """The first day from `day` on for which `after` asks something else than `before`; `day` where none does."""
    before, after = list(before), list(after)
    edges = {edge for one in (*before, *after)
             for edge in (one.valid_from, one.valid_until and one.valid_until + timedelta(days=1)) if edge}
    return next((one for one in sorted({day, *edges}) if one >= day and _asked(before, one) != _asked(after, one)), day)


def _asked(spans: Iterable[Span | Counting], day: date) -> set[tuple[Any, ...]]:
    return {one.terms for one in spans
            if one.valid_from <= day and (one.valid_until is None or one.valid_until >= day)}


def ended_before(spans: Iterable[Span], day: date) -> tuple[list[Span], list[Span]]:
    """The spans that reach `day` or begin later, and what is left of them when the rule ends the day before."""
    reached = [one for one in spans if one.valid_until is None or one.valid_until >= day]
    return reached, [replace(one, valid_until=day - timedelta(days=1), row_id=None) for one in reached
                     if one.valid_from < day]


def changed_from(spans: Iterable[Span], day: date, **values: Any) -> tuple[list[Span], list[Span]]:
    """The spans that a change from `day` on takes the place of, and those that stand for them then; none where the
    rule has ended by that day.

    Whoever is asked the same as before keeps the day since when it has been asked; what is yet to begin begins no
    earlier.
    """
    reached, left = ended_before(spans, day)
    if not reached:
        return [], []
    before = min(reached, key=lambda one: one.valid_from)
    after = replace(before, **values, valid_from=max(day, before.valid_from), row_id=None)
    return reached, [*left, after if after.asks == before.asks else replace(after, since_on=after.valid_from)]
