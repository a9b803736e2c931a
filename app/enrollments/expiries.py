"""Expiries of many completions at once: the rules applied to whatever is needed, and no row read twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.courses.rules import ValidityPolicy
from app.enrollments.facts import Completion, Period
from app.enrollments.rules import boundaries, expiry, replay, with_expiry


class Dates(NamedTuple):
    """The last valid day and the first day after grace; both None for what does not expire."""

    expires_on: date | None
    expired_from: date | None


class CourseExpiries:
    """Expiries under one policy. Only an anniversary looks at history; for the rest the day alone decides."""

    def __init__(self, policy: ValidityPolicy) -> None:
        self._policy = policy
        self._known: dict[tuple[date, date | None], Dates] = {}
        self.needs_history = policy.kind == "anniversary"

    def alone(self, completed_on: date, granted_expires_on: date | None) -> Dates:
        """The dates of a completion without a history; remembered, for thousands share a day."""
        key = (completed_on, granted_expires_on)
        known = self._known.get(key)
        if known is None:
            completion = Completion(completed_on=completed_on, granted_expires_on=granted_expires_on)
            known = self._known[key] = self._dates(
                with_expiry(completion, expiry(self._policy, (), completion).expires_on))
        return known

    def all(self, completions: Iterable[Completion]) -> dict[UUID | None, Dates]:
        """Enrollment id to dates, of every completion that one person has for the course."""
        if self.needs_history:
            return {period.enrollment_id: self._dates(period) for period in replay(self._policy, completions)}
        return {one.enrollment_id: self.alone(one.completed_on, one.granted_expires_on) for one in completions}

    def _dates(self, period: Period) -> Dates:
        bounds = boundaries(period, self._policy)
        return Dates(period.expires_on, bounds.expired_from if bounds else None)
