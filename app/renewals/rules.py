"""Whose decision a step is, which steps are skipped, what may be asked for and undone. Pure.

Whoever is responsible follows from the data at every moment (SPEC 4.1, 4.4): the same function routes a step
when it opens, when somebody leaves, is away or comes back, and when it has waited too long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

STEP_KINDS = ("foreman", "manager", "officers", "person")
DEFAULT_CHAIN: tuple[tuple[str, UUID | None], ...] = (("foreman", None), ("manager", None))

OWN, NEXT, OFFICERS, ADMINISTRATORS = range(4)
LEVELS = ("own", "next", "officers", "administrators")
"""How far a step is from the chain's own person. Escalation raises it, up to the training officers."""
POOLS = {OFFICERS: "officers", ADMINISTRATORS: "administrators"}

RENEWABLE = frozenset({"expiring_soon", "grace", "expired"})
UNDO_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a step may fall to. `is_able`: works here and can sign in; `stand_in_id`: the delegate of
    somebody who is away."""

    id: UUID
    user_id: int | None
    is_able: bool
    manager_id: UUID | None = None
    is_away: bool = False
    stand_in_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose certificate it is, who leads them, and which login asked."""

    employee_id: UUID
    user_id: int | None
    foreman_id: UUID | None
    manager_id: UUID | None
    asked_by_id: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What decides whose turn a step is, besides the people."""

    kind: str
    person_id: UUID | None = None
    chosen_id: UUID | None = None
    least_level: int = OWN


@dataclass(frozen=True, slots=True)
class Route:
    """Where a step is: with one person, with the members of a pool, or (both None) with nobody."""

    level: int
    assignee_id: UUID | None = None
    pool: str | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether nobody at all can decide."""
        return self.assignee_id is None and self.pool is None


NOBODY = Route(ADMINISTRATORS)


@dataclass(frozen=True)
class Crowd:
    """The people that routes are found among; `pools` maps a pool to the logins of its able members."""

    people: Mapping[UUID, Person]
    pools: Mapping[str, frozenset[int]]

    def may_decide(self, person_id: UUID | None, subject: Subject) -> bool:
        """Whether somebody is able to decide, and it would not be about a request of their own."""
        person = self.people.get(person_id) if person_id else None
        return bool(person and person.is_able and person.id != subject.employee_id
                    and (person.user_id != subject.asked_by_id))

    def is_reachable(self, person_id: UUID, subject: Subject) -> bool:
        """Whether somebody who may decide is here, or a delegate who may decide is."""
        person = self.people[person_id]
        if not person.is_away:
            return True
        stand_in = self.people.get(person.stand_in_id) if person.stand_in_id else None
        return bool(stand_in and not stand_in.is_away and self.may_decide(stand_in.id, subject))

    def members(self, pool: str, subject: Subject) -> frozenset[int]:
        """The logins of the members of a pool who may decide about the subject."""
        return self.pools.get(pool, frozenset()) - {subject.user_id, subject.asked_by_id}  # type: ignore[arg-type]


def route(turn: Turn, subject: Subject, crowd: Crowd) -> Route:
    """Where a step belongs now.

    The first of those in line who may decide and can be reached; else the first who may decide at all; else,
    where escalation has passed everybody by, whoever is left below. NOBODY when there is not one.
    """
    line = [one for one in _line(turn, subject, crowd) if _may_take(one, subject, crowd)]
    raised = [one for one in line if one.level >= turn.least_level]
    reachable = [one for one in raised if one.pool or crowd.is_reachable(_assignee(one), subject)]
    return next(iter(reachable or raised or line), NOBODY)


def _line(turn: Turn, subject: Subject, crowd: Crowd) -> Iterator[Route]:
    own = own_person(turn, subject)
    yield Route(OWN, turn.chosen_id)
    yield Route(OWN, own)
    yield Route(NEXT, _manager_of(turn.chosen_id, crowd))
    if turn.kind == "foreman":
        yield Route(NEXT, subject.manager_id)
    yield Route(NEXT, _manager_of(own, crowd))
    yield Route(OFFICERS, pool=POOLS[OFFICERS])
    yield Route(ADMINISTRATORS, pool=POOLS[ADMINISTRATORS])


def _manager_of(person_id: UUID | None, crowd: Crowd) -> UUID | None:
    person = crowd.people.get(person_id) if person_id else None
    return person.manager_id if person else None


def _may_take(one: Route, subject: Subject, crowd: Crowd) -> bool:
    if one.pool:
        return bool(crowd.members(one.pool, subject))
    return crowd.may_decide(one.assignee_id, subject)


def _assignee(one: Route) -> UUID:
    assert one.assignee_id is not None
    return one.assignee_id


def raised(turn: Turn, level: int) -> Turn:
    """The turn of a step that has waited too long at `level`: one further up, training officers at most."""
    return Turn(turn.kind, turn.person_id, turn.chosen_id, min(level + 1, OFFICERS))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Where an open step is, and when it is reminded of and goes to the next level."""

    where: Route
    remind_at: datetime | None
    escalate_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """That at an instant a step is reminded of where it is, or passed on to where it then is."""

    at: datetime
    where: Route
    is_passed_on: bool


def dues_ahead(turn: Turn, subject: Subject, crowd: Crowd, now: Waiting,
               begin: Callable[[Route, datetime], Waiting]) -> Iterator[Due]:
    """What becomes of an open step that nobody decides, in order; `begin` says how it waits from an instant on."""
    if now.remind_at and (now.escalate_at is None or now.remind_at <= now.escalate_at):
        yield Due(now.remind_at, now.where, False)
        now = Waiting(now.where, None, now.escalate_at)
    elif now.escalate_at:
        where, at = route(raised(turn, now.where.level), subject, crowd), now.escalate_at
        now = Waiting(now.where, now.remind_at, None)
        if where != now.where:
            yield Due(at, where, True)
            now = begin(where, at)
    else:
        return
    yield from dues_ahead(turn, subject, crowd, now, begin)


def own_person(turn: Turn, subject: Subject) -> UUID | None:
    """Whom the chain itself means: the foreman or manager of the subject, or the person it names."""
    return {"foreman": subject.foreman_id, "manager": subject.manager_id, "person": turn.person_id}.get(turn.kind)


@dataclass(frozen=True, slots=True)
class Decided:
    """Who has just decided the step before: the person and login, and whom they stood in for."""

    employee_id: UUID | None = None
    user_id: int | None = None
    for_id: UUID | None = None


def skip_reason(turn: Turn, subject: Subject, crowd: Crowd, before: Decided | None) -> str | None:
    """Why a step whose turn has come is not asked for; None: it is.

    `missing` (nobody there, or they can not sign in), `is_requester`, `same_person` (decided the step before).
    """
    if turn.kind == "officers":
        if before and before.user_id in crowd.pools.get(POOLS[OFFICERS], ()):
            return "same_person"
        return None if crowd.members(POOLS[OFFICERS], subject) else "missing"
    own = own_person(turn, subject)
    person = crowd.people.get(own) if own else None
    if own == subject.employee_id or (person and person.user_id == subject.asked_by_id
                                      and person.user_id is not None):
        return "is_requester"
    if person is None or not person.is_able:
        return "missing"
    if before and own in (before.employee_id, before.for_id):
        return "same_person"
    return None


def may_be_renewed(state: str, is_active_again: bool, has_newer: bool) -> str | None:
    """Why an enrollment in `state` can not be asked for; None: it can.

    `already_active`: the person is enrolled in the course again already; `newer_exists`: another certificate
    is valid longer; `not_due`: it neither expires soon nor has expired.
    """
    if is_active_again:
        return "already_active"
    if has_newer:
        return "newer_exists"
    return None if state in RENEWABLE else "not_due"


def undo_until(decided_at: datetime) -> datetime:
    """Until when a decision can be undone."""
    return decided_at + timedelta(minutes=UNDO_MINUTES)
