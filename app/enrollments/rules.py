"""Until when a completion counts, and what state that puts a person in on any day.

Pure: plain values in, plain values out; which day it is, is an argument. Every answer carries the reasons
for it. In plain words, with the decisions: docs/validity.md (SPEC 3.3, 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from app.courses.rules import ValidityPolicy, add_days, add_validity, fixed_day_from
from app.enrollments import reasons
from app.enrollments.facts import LAST_DAY, VALID_STATES, Attempt, Completion, Period, State, Waiver
from app.enrollments.reasons import Code, Reason

EXPIRING_WINDOW_DAYS = 30  # unless the tenant sets its own


@dataclass(frozen=True)
class Expiry:
    """The last valid day (None: does not expire), with the record, the policy and the rule behind it."""

    expires_on: date | None
    reasons: tuple[Reason, ...]


def expiry(policy: ValidityPolicy, history: Iterable[Period], completion: Completion) -> Expiry:
    """Until when `completion` counts under `policy`, and why.

    `history` holds the person's other periods for the course and its equivalents, in any order; only those
    completed on an earlier day bear on the answer, by the expiry that they were given at the time.
    """
    expires_on, why = _computed(policy, history, completion.completed_on)
    stated = completion.granted_expires_on
    if stated == LAST_DAY:
        expires_on, why = None, (Reason(Code.STATED_NEVER),)
    elif stated is not None:
        expires_on, why = stated, (Reason(Code.STATED, {"expires_on": stated}),)
    return Expiry(expires_on, (*reasons.record(completion), reasons.policy_in_words(policy), *why))


def replay(policy: ValidityPolicy, completions: Iterable[Completion]) -> list[Period]:
    """The whole history of one person and course computed anew, oldest completion first.

    Shows what an older record that came in late, or a changed policy, moves: no expiry is taken as given
    except those that certificates state.
    """
    periods: list[Period] = []
    for completion in sorted(completions, key=_completed_on):
        periods.append(with_expiry(completion, expiry(policy, periods, completion).expires_on))
    return periods


def with_expiry(completion: Completion, expires_on: date | None) -> Period:
    """`completion` as the period that is valid to the end of `expires_on`."""
    return Period(**{**vars(completion), "expires_on": expires_on})


def _computed(policy: ValidityPolicy, history: Iterable[Period],
              on: date) -> tuple[date | None, tuple[Reason, ...]]:
    match policy.kind:
        case "never":
            return None, ()
        case "rolling":
            return add_validity(policy, on), tuple(_day_moved(policy, on, 1))
        case "fixed":
            return _fixed(policy, on)
    turn = _next_turn(policy, _turns(policy, history), on)
    return turn.expires_on, turn.reasons


def _fixed(policy: ValidityPolicy, on: date) -> tuple[date, tuple[Reason, ...]]:
    due = expires_on = fixed_day_from(policy, on)
    code = Code.FIXED_NEXT if due.year == on.year else Code.FIXED_PASSED
    if (due - on).days <= policy.window_before_days:  # so on the day itself too: nobody learns for one day
        code = Code.FIXED_LEAD if due > on else Code.FIXED_ON_THE_DAY
        expires_on = fixed_day_from(policy, add_days(due, 1))
    why = Reason(code, {"due_on": due, "expires_on": expires_on, "lead_days": policy.window_before_days})
    return expires_on, (why, *reasons.short_month(policy.fixed_day or 0, expires_on))


@dataclass(frozen=True)
class _Turn:
    """A completion's place in a chain of renewals: its expiry is `count` validities after `anchor`."""

    completed_on: date
    expires_on: date | None
    anchor: date
    count: int
    renewed: _Turn | None
    reasons: tuple[Reason, ...]
    revoked_on: date | None = None


def _turns(policy: ValidityPolicy, history: Iterable[Period]) -> list[_Turn]:
    turns: list[_Turn] = []
    for period in sorted(history, key=_completed_on):
        turn = replace(_next_turn(policy, turns, period.completed_on), revoked_on=period.revoked_on)
        if turn.expires_on != period.expires_on:  # stated, or given by another policy: it stands
            turn = replace(turn, expires_on=period.expires_on, anchor=period.expires_on or LAST_DAY, count=0)
        turns.append(turn)
    return turns


def _next_turn(policy: ValidityPolicy, turns: Iterable[_Turn], on: date) -> _Turn:
    renewed, why = _renewed(policy, turns, on)
    # Counted from the anchor, not from the old expiry: 29 February comes back in leap years.
    anchor, count = (renewed.anchor, renewed.count + 1) if renewed else (on, 1)
    return _Turn(on, add_validity(policy, anchor, count), anchor, count, renewed,
                 (why, *_day_moved(policy, anchor, count)))


def _renewed(policy: ValidityPolicy, turns: Iterable[_Turn], on: date) -> tuple[_Turn | None, Reason]:
    """Whose anniversary a completion `on` that day keeps, if any."""
    standing = [each for each in turns
                if each.completed_on < on and not (each.revoked_on and each.revoked_on <= on)]
    held = max(standing, key=lambda each: (each.expires_on or LAST_DAY, each.completed_on), default=None)
    if held is None:
        return None, Reason(Code.FIRST)
    if held.expires_on is None:
        return None, Reason(Code.NO_ANNIVERSARY)
    if _in_window(policy, held, on):
        return held, reasons.kept(policy, held.expires_on, on)
    # A second renewal in one window keeps the same anniversary: two must not add up to two validities.
    if held.renewed and _in_window(policy, held.renewed, on):
        return held.renewed, Reason(Code.KEPT_ALREADY, {"old_expires_on": held.renewed.expires_on,
                                                        "renewed_on": held.completed_on})
    return None, reasons.rolled(policy, held.expires_on, on)


def _in_window(policy: ValidityPolicy, turn: _Turn, on: date) -> bool:
    if turn.expires_on is None:
        return False
    return -policy.window_before_days <= (on - turn.expires_on).days <= policy.window_after_days


def _day_moved(policy: ValidityPolicy, anchor: date, count: int) -> Iterator[Reason]:
    """Where the month has no such day, and where the day comes back after a month that had not."""
    if policy.months is None:
        return
    before, expires_on = add_validity(policy, anchor, count - 1), add_validity(policy, anchor, count)
    yield from reasons.short_month(anchor.day, expires_on)
    if before.day < anchor.day == expires_on.day:
        yield Reason(Code.ANCHOR_DAY, {"anchor_on": anchor})


def _completed_on(completion: Completion) -> date:
    return completion.completed_on


class Boundaries(NamedTuple):
    """The first days of what follows 'valid': plain dates, so that SQL can compare the same ones.

    Without grace days `grace_from` and `expired_from` are the same day and there is no grace.
    """

    expiring_from: date
    grace_from: date
    expired_from: date


def boundaries(period: Period, policy: ValidityPolicy,
               window: int = EXPIRING_WINDOW_DAYS) -> Boundaries | None:
    """The days from which `period` is expiring soon, in grace and expired; None when it does not expire.

    `window` is how many days before its last valid day a period begins to be expiring soon.
    """
    if period.expires_on is None:
        return None
    return Boundaries(expiring_from=add_days(period.expires_on, -window),
                      grace_from=add_days(period.expires_on, 1),
                      expired_from=add_days(period.expires_on, 1 + policy.grace_days))


def phase_on(day: date, period: Period, policy: ValidityPolicy,
             window: int = EXPIRING_WINDOW_DAYS) -> State:
    """The state that `period` alone gives on `day`; not started before its completion."""
    if day < period.completed_on:
        return State.NOT_STARTED
    if period.is_revoked(day):
        return State.REVOKED
    bounds = boundaries(period, policy, window)
    if bounds is None:
        return State.VALID
    if day >= bounds.expired_from:
        return State.EXPIRED
    if day >= bounds.grace_from:
        return State.GRACE
    return State.EXPIRING_SOON if day >= bounds.expiring_from else State.VALID


def best_period(day: date, periods: Iterable[Period], policy: ValidityPolicy) -> Period | None:
    """Of what was completed by `day`, the period that decides: the one valid longest.

    One that still counts comes before one that is over; of those over, the one that ended last decides
    whether the person is expired or revoked. None when nothing was completed by `day`.
    """
    def rank(period: Period) -> tuple[bool, date, date]:
        counts = phase_on(day, period, policy) not in (State.EXPIRED, State.REVOKED)
        return counts, _last_valid_day(day, period), period.completed_on

    return max((each for each in periods if each.completed_on <= day), key=rank, default=None)


def _last_valid_day(day: date, period: Period) -> date:
    ends_on = period.expires_on or LAST_DAY
    if period.revoked_on and period.is_revoked(day):
        return min(ends_on, add_days(period.revoked_on, -1))
    return ends_on


@dataclass(frozen=True)
class StateExplained:
    """A person's state for a course on a day, the reasons, and the period that decided, if one did."""

    state: State
    reasons: tuple[Reason, ...]
    period: Period | None


def state_on(day: date, *, policy: ValidityPolicy, periods: Iterable[Period],
             attempts: Iterable[Attempt] = (), waivers: Iterable[Waiver] = (),
             expiring_window_days: int = EXPIRING_WINDOW_DAYS) -> StateExplained:
    """What a person is for a course on `day`, past or future, from dates alone, and why.

    `periods` are the completions of the course and its equivalents, `attempts` the enrollments of whatever
    outcome, `waivers` those of this person for this course. A certificate outweighs an attempt: one that
    runs, failed or was withdrawn takes nothing from it. A waiver shows only where no certificate is valid.
    """
    periods, attempts = tuple(periods), tuple(attempts)
    held = best_period(day, periods, policy)
    if held:
        state = phase_on(day, held, policy, expiring_window_days)
        why = [reasons.phase(state, day, held, policy, expiring_window_days), *reasons.record(held)]
    else:
        state, why = _without_certificate(day, attempts), [Reason(Code.NOT_COMPLETED)]
    why += [*reasons.other_periods(day, held, periods), *reasons.attempts_since(day, held, attempts)]
    waiver = _waiver_on(day, waivers)
    if waiver and state not in VALID_STATES:
        state, why = State.WAIVED, [reasons.waived(waiver), *why]
    return StateExplained(state, tuple(why), held)


def _without_certificate(day: date, attempts: Iterable[Attempt]) -> State:
    running = any(each.started_on <= day and not each.has_ended(day) for each in attempts)
    return State.IN_PROGRESS if running else State.NOT_STARTED


def _waiver_on(day: date, waivers: Iterable[Waiver]) -> Waiver | None:
    in_force = (each for each in waivers if each.covers(day))
    return max(in_force, key=lambda each: each.ends_on or LAST_DAY, default=None)
