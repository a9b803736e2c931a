"""When what is due, on plain dates. The statements of `app.alerts.statements` say the same for whole tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

LOOK_BACK = timedelta(days=14)
"""What ran out longer before the first round was not noticed by anybody then, and is a matter for reports."""

TRACKED = timedelta(days=120)
"""How long after an expiry it is still told, and its escalation looked at."""


def threshold(days_left: int, thresholds: Iterable[int]) -> int | None:
    """The threshold that a certificate with so many days left stands at: the smallest that it has reached.

    After the expiry it stays at the last one. None: it has reached none yet. SPEC 5.1: after an outage one
    message with the current threshold, so those that were passed meanwhile are never told.
    """
    reached = [one for one in thresholds if days_left <= one]
    return min(reached, default=None)


def since(today: date, rounds: tuple[date, date] | None) -> date:
    """The first expiry that a round looks at, by the days of the first and the last `rounds` so far.

    The first one looks `LOOK_BACK`. Later ones look at all that ran out since then, for `TRACKED`: somebody comes
    back after months, a waiver ends, a newer certificate is revoked. And as far as rounds have been missing.
    """
    if rounds is None:
        return today - LOOK_BACK
    first, last = rounds
    return min(last, max(first - LOOK_BACK, today - TRACKED))


# -- the days ahead ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """That somebody was told of an expiry: on which day, whether it was read, and which leader that was."""

    on: date
    is_read: bool = False
    to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """A certificate that nothing else covers, whose foreman and manager work here, and what was told of it so far.

    `warned` maps each threshold that the person was warned at, `led` each level that was told besides. `is_acted`:
    a renewal of it is being decided. `is_booked`: a booking covers it until it runs out. `left_on` is the first day
    on which the person works here no more.
    """

    expires_on: date
    foreman_id: UUID | None = None
    manager_id: UUID | None = None
    left_on: date | None = None
    is_acted: bool = False
    is_booked: bool = False
    warned: Mapping[int, Said] = field(default_factory=dict)
    led: Mapping[str, Said] = field(default_factory=dict)

    @property
    def counts_from(self) -> date:
        """The first day on which anybody is told of it."""
        return self.expires_on + timedelta(days=1) if self.is_booked else date.min

    def has_left(self, day: date) -> bool:
        """Whether the person works here no more on `day`."""
        return self.left_on is not None and self.left_on <= day


def warnings_ahead(one: Expiry, thresholds: Iterable[int], first: date, back_to: date) -> dict[int, Said]:
    """Threshold to when the person will be warned at it, by daily rounds from `first` on, as long as nobody acts.

    The first round makes up for what was missed, for expiries from `back_to` on.
    """
    days, lowest, first = list(thresholds), min(one.warned, default=None), max(first, one.counts_from)
    found = {at: one.expires_on - timedelta(days=at) for at in days}
    found = {at: day for at, day in found.items() if day > first}
    stands_at = threshold((one.expires_on - first).days, days)
    if stands_at is not None and one.expires_on >= back_to:
        found[stands_at] = first
    return {at: Said(day) for at, day in found.items() if (lowest is None or at < lowest) and not one.has_left(day)}


def leader_ahead(one: Expiry, warned: Mapping[int, Said], patience: int, first: date) -> date | None:
    """When the first leader, or the training officers, will be told, as long as nobody reads or acts; None: never.

    `warned` are all warnings of the person, past and to come.
    """
    if one.is_acted or one.led or not warned:
        return None
    wait, last_read = timedelta(days=patience), min((at for at, said in warned.items() if said.is_read), default=None)
    unread = [said.on + wait for at, said in warned.items() if last_read is None or at < last_read]
    told_before = min(said.on for said in warned.values()) + timedelta(days=1)
    return _in_time(one, max(first, min([*unread, max(one.expires_on + wait, told_before)])))


def manager_ahead(one: Expiry, foreman: Said | None, patience: int, first: date) -> date | None:
    """When the manager will be told after the foreman, on the same terms; None: never."""
    if foreman is None or one.is_acted or "manager" in one.led or one.manager_id in (None, foreman.to):
        return None
    day = foreman.on + timedelta(days=patience)
    return _in_time(one, max(first, day, one.expires_on + timedelta(days=1) if foreman.is_read else day))


def _in_time(one: Expiry, day: date) -> date | None:
    day = max(day, one.counts_from)
    return day if day <= one.expires_on + TRACKED and not one.has_left(day) else None
