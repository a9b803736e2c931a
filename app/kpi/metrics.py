"""Every metric, defined once: screen, REST, report and snapshot count by these lines and by no other.

A *source* is a select of rows; a *counter* is a condition on them; a *metric* is what two counters say of each
other. The rows behind a number are the rows of its source that its counter counts, so they add up to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.enrollments.facts import State
from app.kpi.rules import AGES, DAYS_AHEAD, WEEKS_AHEAD, Counts, Figure, weeks_from

Condition = Callable[[Any, date], Any]
"""condition(columns of a row, day) -> SQL"""

DAY = 24 * 60  # minutes
DUE = ("met", "missing")
RUN_OUT = (State.EXPIRED.value, State.GRACE.value)


def _lane(*lanes: str) -> Condition:
    return lambda row, day: row.lane.in_(lanes)


def _expires_within(days: int) -> Condition:
    return lambda row, day: sa.and_(row.lane == "met", row.expires_on >= day,
                                    row.expires_on <= day + timedelta(days=days))


def _expires_in_week(number: int) -> Condition:
    def condition(row: Any, day: date) -> Any:
        first, last = weeks_from(day)[number]
        return sa.and_(row.lane == "met", row.expires_on >= first, row.expires_on <= last)

    return condition


def _request(*statuses: str) -> Condition:
    return lambda row, day: row.status.in_(statuses)


def _waits(first: int, last: int | None) -> Condition:
    """Requests that have waited from `first` to `last` whole days."""
    def condition(row: Any, day: date) -> Any:
        no_longer = sa.true() if last is None else row.minutes < (last + 1) * DAY
        return sa.and_(row.status == "waiting", row.minutes >= first * DAY, no_longer)

    return condition


def _all(row: Any, day: date) -> Any:
    return sa.true()


COUNTERS: dict[str, dict[str, Condition]] = {
    "pairs": {
        "required": _all, "due": _lane(*DUE), "met": _lane("met"), "missing": _lane("missing"),
        "waived": _lane("waived"), "not_due": _lane("not_due"),
        "run_out": lambda row, day: sa.and_(row.lane == "missing", row.state.in_(RUN_OUT)),
        **{f"expiring_{days}": _expires_within(days) for days in DAYS_AHEAD},
    },
    "enrollments": {"taken": _all, "passed": lambda row, day: row.outcome == "completed"},
    "requests": {
        "waiting": _request("waiting"), "decided": _request("approved", "rejected"),
        **{f"waits_{first}": _waits(first, last) for first, last in AGES},
    },
}
"""Source to the names of its counters and what each counts."""

SUMS: dict[str, dict[str, tuple[str, str]]] = {
    "requests": {"waiting_minutes": ("minutes", "waiting"), "decided_minutes": ("minutes", "decided")},
}
"""Source to the names of its sums: a column, over the rows of a counter."""

TOLD_APART = {"pairs": ("lane", "state", "expires_on"), "enrollments": ("outcome",),
              "requests": ("status", "minutes")}
"""Source to the columns that its counters and sums look at: rows that are alike in these count alike."""
MUCH_COUNTED = ("pairs",)
"""Sources of so many counters that it is quicker to put the rows that are alike together first."""
FURTHEST_AHEAD = max(*DAYS_AHEAD, 7 * WEEKS_AHEAD - 1)  # days; which day it is that lies further, no counter asks


def told_apart(row: Any, source: str, day: date) -> list[Any]:
    """The columns of `TOLD_APART`, of which an expiry has a value only where a counter tells it from others."""
    last = day + timedelta(days=FURTHEST_AHEAD)
    ahead = {"expires_on": lambda: sa.case((sa.and_(row.expires_on >= day, row.expires_on <= last), row.expires_on))}
    return [ahead[name]().label(name) if name in ahead else getattr(row, name) for name in TOLD_APART[source]]


WEEKS: dict[str, Condition] = {f"week_{number}": _expires_in_week(number) for number in range(WEEKS_AHEAD)}
"""Counters of `pairs` for the weeks ahead."""


NARROWER: dict[str, tuple[str, ...]] = {
    "expiring_90": tuple(WEEKS), "approvals_waiting": tuple(f"waits_{first}" for first, _last in AGES)}
"""Metric to the counters that count a part of its hits, each once: the bars of a chart."""


def condition(source: str, counter: str, row: Any, day: date) -> Any:
    """Whether a counter of a source counts `row` on `day`."""
    return (COUNTERS[source] | (WEEKS if source == "pairs" else {}))[counter](row, day)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number that people steer by.

    `hits` and `among` are counters of `source`; a percentage is the one of the other, a count the hits alone. Of
    days `hits` is a sum, and the number the average.
    `counts` and `of` say in words what they are. `better` is the direction that is good: up, down or ''.
    """

    name: str
    label: Any
    meaning: Any
    unit: str
    source: str
    hits: str
    among: str
    counts: Any
    of: Any
    icon: str
    state: str = ""
    better: str = ""

    @property
    def is_average(self) -> bool:
        """Whether `hits` is a sum over the rows of `among`, so that every row of the one is a row of the other."""
        return self.unit == "days"

    def figure(self, counts: Counts) -> Figure:
        """What it comes to, given the counters."""
        return Figure(counts.get(self.hits, 0), counts.get(self.among, 0), self.unit)


_DUE_WORDS = _l("Required pairs of person and course that are due: neither waived nor within the newcomers' grace")
_MET_WORDS = _l("Required pairs of person and course with a valid certificate")
_WAITING_WORDS = _l("Requests for a renewal that wait")
_ALL_WORDS = _l("All required pairs of person and course")


def _expiring(days: int, label: Any, counts: Any) -> Metric:
    return Metric(
        name=f"expiring_{days}", label=label, unit="count", source="pairs", hits=f"expiring_{days}", among="met",
        meaning=_l("Required certificates that are valid now and run out soon, unless something newer replaces them."),
        counts=counts, of=_MET_WORDS, icon="clock-alert", state="expiring_soon", better="down")


METRICS: dict[str, Metric] = {metric.name: metric for metric in (
    Metric(
        name="compliance", label=_l("Compliance"), unit="percent", source="pairs", hits="met", among="due",
        meaning=_l("How much of what is required and due is covered by a valid certificate on the day. What is waived "
                   "and what is not due yet is counted beside it, not in it."),
        counts=_MET_WORDS, of=_DUE_WORDS, icon="shield-check", state="valid", better="up"),
    Metric(
        name="overdue", label=_l("Overdue"), unit="count", source="pairs", hits="missing", among="due",
        meaning=_l("Required courses that somebody must have by the day and has no valid certificate for: never "
                   "taken, failed, in progress, revoked or run out."),
        counts=_l("Required pairs of person and course without a valid certificate"), of=_DUE_WORDS,
        icon="circle-x", state="expired", better="down"),
    Metric(
        name="expired_ratio", label=_l("Expired"), unit="percent", source="pairs", hits="run_out", among="due",
        meaning=_l("How much of what is required and due has run out, in grace or beyond, and nothing newer has "
                   "replaced it."),
        counts=_l("Required pairs of person and course whose certificate has run out"), of=_DUE_WORDS,
        icon="hourglass", state="grace", better="down"),
    _expiring(30, _l("Expiring in 30 days"), _l("Required certificates that run out within 30 days")),
    _expiring(60, _l("Expiring in 60 days"), _l("Required certificates that run out within 60 days")),
    _expiring(90, _l("Expiring in 90 days"), _l("Required certificates that run out within 90 days")),
    Metric(
        name="waived", label=_l("Waived"), unit="count", source="pairs", hits="waived", among="required",
        meaning=_l("Required courses that a dated waiver lets somebody off, and that no certificate covers."),
        counts=_l("Required pairs of person and course that a waiver covers"), of=_ALL_WORDS,
        icon="shield-minus", state="waived"),
    Metric(
        name="not_due", label=_l("Not due yet"), unit="count", source="pairs", hits="not_due", among="required",
        meaning=_l("Required courses that somebody has not taken and whose grace for newcomers still runs."),
        counts=_l("Required pairs of person and course within the newcomers' grace"), of=_ALL_WORDS,
        icon="circle-dashed", state="not_started"),
    Metric(
        name="training_completion", label=_l("Training completed"), unit="percent", source="enrollments",
        hits="passed", among="taken",
        meaning=_l("How many of the enrollments that ended in the twelve months to the day, or still run, were "
                   "completed. Withdrawn ones are left out."),
        counts=_l("Enrollments completed within twelve months"),
        of=_l("Enrollments that ended within twelve months, or still run"), icon="graduation-cap", state="completed",
        better="up"),
    Metric(
        name="approvals_waiting", label=_l("Requests waiting"), unit="count", source="requests", hits="waiting",
        among="waiting", meaning=_l("Requests for a renewal that wait for a decision or for an answer."),
        counts=_WAITING_WORDS, of=_WAITING_WORDS, icon="inbox", state="in_progress", better="down"),
    Metric(
        name="approvals_age", label=_l("Waiting for"), unit="days", source="requests", hits="waiting_minutes",
        among="waiting", meaning=_l("How long the waiting requests have waited on average, in days."),
        counts=_l("The time that they have waited"), of=_WAITING_WORDS, icon="clock", better="down"),
    Metric(
        name="renewal_turnaround", label=_l("Renewal turnaround"), unit="days", source="requests",
        hits="decided_minutes", among="decided",
        meaning=_l("How long it took on average from asking for a renewal to the last decision, in days, over the "
                   "requests approved or rejected in ninety days."),
        counts=_l("The time that it took"), of=_l("Requests approved or rejected within ninety days"),
        icon="refresh-cw", better="down"),
)}  # fmt: skip

LANES = {"met": "compliance", "missing": "overdue", "waived": "waived", "not_due": "not_due"}
"""Lane of a required pair to the metric that counts it: together they are all that is required."""


def figures(counts: Counts) -> dict[str, Figure]:
    """Every metric; a counter that `counts` does not have is nought."""
    return {name: metric.figure(counts) for name, metric in METRICS.items()}
