"""How long a course is valid: its policy, and the calendar arithmetic under it.

Pure: plain values in, plain values out. In plain words, with the decisions: docs/validity.md (SPEC 3.4).
"""

from __future__ import annotations

import dataclasses
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Any, TypeGuard

_VALIDITY = frozenset({"months", "days"})
FIELDS_OF_KIND: dict[str, frozenset[str]] = {
    "never": frozenset(),
    "rolling": _VALIDITY,
    "anniversary": _VALIDITY | {"window_before_days", "window_after_days"},
    "fixed": frozenset({"fixed_month", "fixed_day", "window_before_days"}),
}
"""The fields that each kind of policy uses, besides `grace_days`; all others must be empty or 0."""

LIMITS: dict[str, tuple[int, int]] = {
    "months": (1, 600),
    "days": (1, 18_250),
    "fixed_month": (1, 12),
    "fixed_day": (1, 31),
    "window_before_days": (0, 18_250),
    "window_after_days": (0, 18_250),
    "grace_days": (0, 366),
}
"""The lowest and highest value of each field: fifty years of validity, a year and a day of grace."""

_SHORTEST_MONTH, _SHORTEST_YEAR = 28, 365  # days
_SOME_LEAP_YEAR = 2000


@dataclass(frozen=True, kw_only=True)
class PolicyFields:
    """A validity policy as somebody entered it, unchecked: see `policy_problems`.

    `kind` is never, rolling, anniversary or fixed. Rolling and anniversary last `months` calendar months
    or `days` days. A fixed policy ends on `fixed_day` of `fixed_month`, every year. `window_before_days`
    and `window_after_days` say how far from the expiry a renewal keeps the anniversary; for a fixed policy
    `window_before_days` says how shortly before the fixed day a completion counts for the next year's.
    `grace_days` follow the expiry under every kind, because a certificate may state an expiry of its own.
    """

    kind: str
    months: int | None = None
    days: int | None = None
    fixed_month: int | None = None
    fixed_day: int | None = None
    window_before_days: int = 0
    window_after_days: int = 0
    grace_days: int = 0


@dataclass(frozen=True)
class PolicyProblem:
    """One thing wrong with one field: a stable `code`, and `params` for the sentence about it."""

    field: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


class InvalidPolicy(ValueError):
    """No certificate can be judged by such a policy; `problems` has every reason, field by field."""

    def __init__(self, problems: list[PolicyProblem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class ValidityPolicy(PolicyFields):
    """A policy that holds together; making one from fields that do not raises `InvalidPolicy`."""

    def __post_init__(self) -> None:
        problems = policy_problems(self)
        if problems:
            raise InvalidPolicy(problems)


def policy_problems(policy: PolicyFields) -> list[PolicyProblem]:
    """Everything that is wrong with `policy`, at once; an empty list when it can be used.

    Codes: unknown_kind, not_used, missing, validity_missing, validity_twice, not_whole, out_of_range,
    no_such_day, window_too_long.
    """
    if policy.kind not in FIELDS_OF_KIND:
        return [PolicyProblem("kind", "unknown_kind", {"kind": policy.kind})]
    return [*_unused(policy), *_missing(policy), *_out_of_range(policy), *_no_such_day(policy),
            *_window_too_long(policy)]


def _unused(policy: PolicyFields) -> Iterator[PolicyProblem]:
    # A number that is silently ignored would be believed by whoever reads the form.
    for name in sorted(LIMITS.keys() - FIELDS_OF_KIND[policy.kind] - {"grace_days"}):
        if getattr(policy, name):
            yield PolicyProblem(name, "not_used", {"kind": policy.kind})


def _missing(policy: PolicyFields) -> Iterator[PolicyProblem]:
    used = FIELDS_OF_KIND[policy.kind]
    given = {name for name in used | {"grace_days"} if getattr(policy, name) is not None}
    if used >= _VALIDITY and not given & _VALIDITY:
        yield PolicyProblem("months", "validity_missing")
    if given >= _VALIDITY:
        yield PolicyProblem("days", "validity_twice")
    for name in sorted((used | {"grace_days"}) - _VALIDITY - given):
        yield PolicyProblem(name, "missing")


def _out_of_range(policy: PolicyFields) -> Iterator[PolicyProblem]:
    for name in sorted(FIELDS_OF_KIND[policy.kind] | {"grace_days"}):
        value = getattr(policy, name)
        lowest, highest = LIMITS[name]
        if value is None:
            continue
        if not _is_whole(value):
            yield PolicyProblem(name, "not_whole", {"value": value})
        elif not lowest <= value <= highest:
            yield PolicyProblem(name, "out_of_range", {"value": value, "lowest": lowest, "highest": highest})


def _no_such_day(policy: PolicyFields) -> Iterator[PolicyProblem]:
    month, day = policy.fixed_month, policy.fixed_day
    if _is_whole(month) and _is_whole(day) and 1 <= month <= 12:
        last = monthrange(_SOME_LEAP_YEAR, month)[1]
        if last < day <= 31:
            yield PolicyProblem("fixed_day", "no_such_day", {"day": day, "month": month, "last": last})


def _window_too_long(policy: PolicyFields) -> Iterator[PolicyProblem]:
    # Windows that touch each other would let one completion renew two expiries.
    used = [name for name in sorted(FIELDS_OF_KIND[policy.kind]) if name.startswith("window_")]
    windows = {name: getattr(policy, name) for name in used if _is_whole(getattr(policy, name))}
    shortest, together = _shortest_validity(policy), sum(windows.values())
    if shortest > 0 and together >= shortest:
        wider = max(windows, key=lambda name: windows[name])
        yield PolicyProblem(wider, "window_too_long", {"days": together, "longest": shortest - 1})


def _shortest_validity(policy: PolicyFields) -> int:
    if policy.kind == "fixed":
        return _SHORTEST_YEAR
    if _is_whole(policy.days):
        return policy.days
    return policy.months * _SHORTEST_MONTH if _is_whole(policy.months) else 0


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def add_days(day: date, days: int) -> date:
    """`day` moved by `days` (negative: back), held to the calendar's first and last day.

    People write 31.12.9999 for 'always'; a day after it must not be an error.
    """
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` calendar months on, or that month's last day where it is shorter.

    31 January + 1 month is the last day of February; 29 February + 12 months is 28 February, and + 48
    months is 29 February again. So count several periods from where the first began, not step by step.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day_in_month(year, month + 1, day.day)


def day_in_month(year: int, month: int, day: int) -> date:
    """That day, or the month's last day where the month is shorter, or the calendar's last day."""
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_validity(policy: ValidityPolicy, start: date, times: int = 1) -> date:
    """The last valid day of `times` validities that begin on `start` (rolling and anniversary).

    Completed on 1 January 2025 with 12 months is valid to 1 January 2026, that day included.
    """
    if policy.months is not None:
        return add_months(start, policy.months * times)
    return add_days(start, (policy.days or 0) * times)


def fixed_day_from(policy: ValidityPolicy, day: date) -> date:
    """The policy's fixed day on or next after `day`; 29 February is 28 February in common years."""
    month, fixed = policy.fixed_month or 1, policy.fixed_day or 1
    this_year = day_in_month(day.year, month, fixed)
    return this_year if this_year >= day else day_in_month(day.year + 1, month, fixed)
