"""Why, as data: the reasons that the validity rules give beside each date and state.

Pure. Nothing is decided here; `wording` has a sentence for each code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.courses.rules import ValidityPolicy, add_days
from app.enrollments.facts import SOURCES, Attempt, Completion, Period, State, Waiver


class Code(StrEnum):
    """Every reason there is."""

    # the record
    COMPLETED = "completed"
    EQUIVALENT = "equivalent"
    CERTIFICATE = "certificate"
    FROM_SCREEN = "from_screen"
    FROM_IMPORT = "from_import"
    FROM_SYNC = "from_sync"
    FROM_RENEWAL = "from_renewal"
    FROM_OTHER = "from_other"
    IN_BATCH = "in_batch"
    IN_ROW = "in_row"
    # the policy
    POLICY_NEVER = "policy_never"
    POLICY_ROLLING_MONTHS = "policy_rolling_months"
    POLICY_ROLLING_DAYS = "policy_rolling_days"
    POLICY_ANNIVERSARY_MONTHS = "policy_anniversary_months"
    POLICY_ANNIVERSARY_DAYS = "policy_anniversary_days"
    POLICY_FIXED = "policy_fixed"
    # the rule behind an expiry
    FIRST = "first"
    NO_ANNIVERSARY = "no_anniversary"
    KEPT_EARLY = "kept_early"
    KEPT_ON_THE_DAY = "kept_on_the_day"
    KEPT_LATE = "kept_late"
    KEPT_ALREADY = "kept_already"
    ROLLED_EARLY = "rolled_early"
    ROLLED_LATE = "rolled_late"
    FIXED_NEXT = "fixed_next"
    FIXED_PASSED = "fixed_passed"
    FIXED_LEAD = "fixed_lead"
    FIXED_ON_THE_DAY = "fixed_on_the_day"
    SHORT_MONTH = "short_month"
    ANCHOR_DAY = "anchor_day"
    STATED = "stated"
    STATED_NEVER = "stated_never"
    # the state on a day
    VALID = "valid"
    VALID_ALWAYS = "valid_always"
    EXPIRING = "expiring"
    LAST_VALID_DAY = "last_valid_day"
    GRACE = "grace"
    EXPIRED = "expired"
    EXPIRED_AFTER_GRACE = "expired_after_grace"
    REVOKED = "revoked"
    WAIVED_UNTIL = "waived_until"
    WAIVED_OPEN = "waived_open"
    LONGEST = "longest"
    OTHER_REVOKED = "other_revoked"
    COMPLETION_AHEAD = "completion_ahead"
    NOT_COMPLETED = "not_completed"
    IN_TRAINING = "in_training"
    STARTS_LATER = "starts_later"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Reason:
    """One step of an explanation: a code and the values that its sentence names.

    Values are dates, (month, day) pairs, whole numbers and names; `wording` says how each is written.
    """

    code: Code
    params: Mapping[str, Any] = field(default_factory=dict)


def record(completion: Completion) -> Iterator[Reason]:
    """Which record: the completion and where it came from."""
    yield Reason(Code.COMPLETED, {"completed_on": completion.completed_on})
    if completion.equivalent_code:
        yield Reason(Code.EQUIVALENT, {"course": completion.equivalent_code})
    if completion.certificate_number:
        yield Reason(Code.CERTIFICATE, {"number": completion.certificate_number})
    source = completion.source
    yield Reason(Code(f"from_{source}") if source in SOURCES else Code.FROM_OTHER, {"source": source})
    if completion.source_batch:
        code = Code.IN_BATCH if completion.source_row is None else Code.IN_ROW
        yield Reason(code, {"batch": completion.source_batch, "row": completion.source_row})


def policy_in_words(policy: ValidityPolicy) -> Reason:
    """Which policy."""
    unit = "" if policy.kind in ("never", "fixed") else "_days" if policy.months is None else "_months"
    return Reason(Code(f"policy_{policy.kind}{unit}"), {
        "months": policy.months, "days": policy.days, "before_days": policy.window_before_days,
        "after_days": policy.window_after_days, "day_of_year": (policy.fixed_month, policy.fixed_day)})


def kept(policy: ValidityPolicy, old: date, on: date) -> Reason:
    """A renewal `on` that day keeps the anniversary of the expiry `old`."""
    if on == old:
        return Reason(Code.KEPT_ON_THE_DAY, {"old_expires_on": old, "day_of_year": (old.month, old.day)})
    return _distance(policy, old, on, early=Code.KEPT_EARLY, late=Code.KEPT_LATE)


def rolled(policy: ValidityPolicy, old: date, on: date) -> Reason:
    """A completion `on` that day is too far from the expiry `old` to keep its anniversary."""
    return _distance(policy, old, on, early=Code.ROLLED_EARLY, late=Code.ROLLED_LATE)


def _distance(policy: ValidityPolicy, old: date, on: date, *, early: Code, late: Code) -> Reason:
    code, window = (late, policy.window_after_days) if on > old else (early, policy.window_before_days)
    return Reason(code, {"old_expires_on": old, "days": abs((on - old).days), "window_days": window,
                         "day_of_year": (old.month, old.day)})


def short_month(day: int, found: date) -> Iterator[Reason]:
    """The wanted `day` of the month does not exist in the month of `found`."""
    if found.day < day:
        yield Reason(Code.SHORT_MONTH, {"day": day, "month": found})


def phase(state: State, day: date, period: Period, policy: ValidityPolicy, window: int) -> Reason:
    """Why `period` gives `state` on `day`; `window` in days."""
    expires_on, grace = period.expires_on, policy.grace_days
    if state == State.REVOKED:
        return Reason(Code.REVOKED, {"revoked_on": period.revoked_on})
    if expires_on is None:
        return Reason(Code.VALID_ALWAYS)
    left = (expires_on - day).days
    code = {
        State.VALID: Code.VALID,
        State.EXPIRING_SOON: Code.EXPIRING if left else Code.LAST_VALID_DAY,
        State.GRACE: Code.GRACE,
        State.EXPIRED: Code.EXPIRED_AFTER_GRACE if grace else Code.EXPIRED,
    }[state]
    return Reason(code, {"expires_on": expires_on, "days": left, "window_days": window, "grace_days": grace,
                         "grace_until": add_days(expires_on, grace)})


def other_periods(day: date, held: Period | None, periods: Iterable[Period]) -> Iterator[Reason]:
    """What the person's periods other than `held` have to do with the state on `day`."""
    others = [each for each in periods if each is not held]
    counted = [each for each in others if each.completed_on <= day and not each.is_revoked(day)]
    if counted and held and not held.is_revoked(day):
        yield Reason(Code.LONGEST, {"count": len(counted) + 1})
    for each in others:
        if each.completed_on > day:
            yield Reason(Code.COMPLETION_AHEAD, {"completed_on": each.completed_on})
        elif each.is_revoked(day):
            yield Reason(Code.OTHER_REVOKED, {"completed_on": each.completed_on,
                                              "revoked_on": each.revoked_on})


def attempts_since(day: date, held: Period | None, attempts: Iterable[Attempt]) -> Iterator[Reason]:
    """Attempts that run or are to come on `day`, and those without success since `held` was completed."""
    for each in attempts:
        ended_on = each.ended_on or each.started_on
        if each.started_on > day:
            yield Reason(Code.STARTS_LATER, {"starts_on": each.started_on})
        elif not each.has_ended(day):
            yield Reason(Code.IN_TRAINING, {"started_on": each.started_on})
        elif each.outcome in ("failed", "withdrawn") and (held is None or ended_on >= held.completed_on):
            yield Reason(Code(each.outcome), {"ended_on": ended_on})


def waived(waiver: Waiver) -> Reason:
    """Until when, by whom and why the course is waived."""
    code = Code.WAIVED_UNTIL if waiver.ends_on else Code.WAIVED_OPEN
    return Reason(code, {"ends_on": waiver.ends_on, "approver": waiver.approver, "reason": waiver.reason})
