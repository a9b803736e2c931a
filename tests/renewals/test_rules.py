"""Whose a step is: examples without a database."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from uuid import UUID

import pytest

from app.renewals.rules import (
    ADMINISTRATORS,
    NEXT,
    NOBODY,
    OFFICERS,
    OWN,
    Crowd,
    Decided,
    Person,
    Route,
    Subject,
    Turn,
    Waiting,
    dues_ahead,
    may_be_renewed,
    raised,
    route,
    skip_reason,
    undo_until,
)

WORKER, FOREMAN, MANAGER, HEAD, OTHER = (UUID(int=n) for n in range(1, 6))
ASKED = Subject(WORKER, 1, FOREMAN, MANAGER, asked_by_id=1)
POOLS = {"officers": frozenset({10, 11}), "administrators": frozenset({20})}


def crowd(pools=POOLS, **changes):
    """Everybody able and here; `changes`: name to what is otherwise about them."""
    lines = {"worker": (WORKER, 1, FOREMAN), "foreman": (FOREMAN, 2, MANAGER), "manager": (MANAGER, 3, HEAD),
             "head": (HEAD, 4, None), "other": (OTHER, 5, None)}
    people = [Person(row[0], **{"user_id": row[1], "is_able": True, "manager_id": row[2]} | changes.get(name, {}))
              for name, row in lines.items()]
    return Crowd({person.id: person for person in people}, pools)


AWAY, GONE, NO_LOGIN = {"is_away": True}, {"is_able": False}, {"user_id": None}
TO_OFFICERS, TO_ADMINS = Route(OFFICERS, pool="officers"), Route(ADMINISTRATORS, pool="administrators")


@pytest.mark.parametrize("turn, people, where", [
    (Turn("foreman"), crowd(), Route(OWN, FOREMAN)),
    (Turn("manager"), crowd(), Route(OWN, MANAGER)),
    (Turn("officers"), crowd(), TO_OFFICERS),
    (Turn("person", OTHER), crowd(), Route(OWN, OTHER)),
    (Turn("foreman"), crowd(foreman=GONE), Route(NEXT, MANAGER)),
    (Turn("foreman"), crowd(foreman=GONE, manager=GONE), TO_OFFICERS),
    (Turn("manager"), crowd(manager=GONE), Route(NEXT, HEAD)),
    (Turn("manager"), crowd({**POOLS, "officers": frozenset()}, manager=GONE, head=GONE), TO_ADMINS),
    (Turn("foreman"), crowd(foreman=AWAY), Route(NEXT, MANAGER)),
    (Turn("foreman"), crowd(foreman=AWAY | {"stand_in_id": OTHER}), Route(OWN, FOREMAN)),
    (Turn("foreman"), crowd(foreman=AWAY | {"stand_in_id": WORKER}), Route(NEXT, MANAGER)),  # would decide their own
    (Turn("foreman"), crowd(foreman=AWAY | {"stand_in_id": OTHER}, other=GONE), Route(NEXT, MANAGER)),
    (Turn("foreman"), crowd(foreman=AWAY | {"stand_in_id": OTHER}, other=AWAY), Route(NEXT, MANAGER)),
    (Turn("foreman"), crowd({}, foreman=AWAY, manager=GONE), Route(OWN, FOREMAN)),  # better somebody away than nobody
    (Turn("foreman", least_level=NEXT), crowd(), Route(NEXT, MANAGER)),
    (Turn("foreman", least_level=NEXT), crowd(foreman={"manager_id": HEAD}), Route(NEXT, MANAGER)),  # the subject's own
    (Turn("foreman", least_level=NEXT), crowd({}, manager=AWAY), Route(NEXT, MANAGER)),  # not back down to the foreman
    (Turn("foreman", chosen_id=OTHER, least_level=NEXT), crowd(other={"manager_id": HEAD}), Route(NEXT, HEAD)),
    (Turn("person", OTHER, least_level=NEXT), crowd(other={"manager_id": HEAD}), Route(NEXT, HEAD)),
    (Turn("foreman", least_level=OFFICERS), crowd(), TO_OFFICERS),
    (Turn("foreman", least_level=OFFICERS), crowd({}), Route(OWN, FOREMAN)),  # nobody above: whoever is left below
    (Turn("foreman", chosen_id=OTHER), crowd(), Route(OWN, OTHER)),
    (Turn("foreman", chosen_id=OTHER), crowd(other=GONE), Route(OWN, FOREMAN)),
    (Turn("officers", chosen_id=OTHER), crowd(), Route(OWN, OTHER)),
    (Turn("foreman"), crowd({}, foreman=GONE, manager=GONE, head=GONE), NOBODY),
])
def test_route(turn, people, where):
    assert route(turn, ASKED, people) == where


@pytest.mark.parametrize("subject, where", [
    (Subject(FOREMAN, 2, FOREMAN, MANAGER, 2), Route(NEXT, MANAGER)),  # about the foreman
    (Subject(FOREMAN, 2, FOREMAN, MANAGER, 10), Route(NEXT, MANAGER)),  # about the foreman, asked by an officer
    (Subject(WORKER, 1, FOREMAN, MANAGER, 2), Route(NEXT, MANAGER)),  # asked by the foreman
    (Subject(WORKER, 1, None, None, 10), TO_OFFICERS),  # asked by one of two officers
])
def test_nobody_decides_about_their_own_request(subject, where):
    assert route(Turn("foreman"), subject, crowd()) == where


def test_the_only_officer_does_not_decide_what_they_asked_for():
    subject, people = Subject(WORKER, 1, None, None, 10), crowd({**POOLS, "officers": frozenset({10})})
    assert route(Turn("foreman"), subject, people) == TO_ADMINS


@pytest.mark.parametrize("turn, subject, people, before, reason", [
    (Turn("foreman"), ASKED, crowd(), None, None),
    (Turn("foreman"), Subject(WORKER, 1, None, MANAGER, 1), crowd(), None, "missing"),
    (Turn("foreman"), ASKED, crowd(foreman=GONE), None, "missing"),
    (Turn("foreman"), ASKED, crowd(foreman=AWAY), None, None),
    (Turn("manager"), Subject(MANAGER, 3, None, MANAGER, 3), crowd(), None, "is_requester"),
    (Turn("foreman"), Subject(WORKER, 1, FOREMAN, MANAGER, 2), crowd(), None, "is_requester"),
    (Turn("manager"), Subject(MANAGER, 3, None, MANAGER, 10), crowd(), None, "is_requester"),  # an officer asked
    (Turn("manager"), Subject(WORKER, 1, None, MANAGER, None), crowd(manager=GONE | NO_LOGIN), None, "missing"),
    (Turn("manager"), Subject(WORKER, 1, None, UUID(int=99), 1), crowd(), None, "missing"),
    (Turn("manager"), ASKED, crowd(), Decided(MANAGER, 3), "same_person"),
    (Turn("manager"), ASKED, crowd(), Decided(OTHER, 5, for_id=MANAGER), "same_person"),
    (Turn("manager"), ASKED, crowd(), Decided(FOREMAN, 2), None),
    (Turn("officers"), ASKED, crowd(), Decided(None, 10), "same_person"),
    (Turn("officers"), ASKED, crowd(), Decided(MANAGER, 3), None),
    (Turn("officers"), ASKED, crowd(), None, None),
    (Turn("officers"), ASKED, crowd({}), None, "missing"),
])
def test_skip_reason(turn, subject, people, before, reason):
    assert skip_reason(turn, subject, people, before) == reason


@pytest.mark.parametrize("state, running, newer, refusal", [
    ("expiring_soon", False, False, None), ("grace", False, False, None), ("expired", False, False, None),
    ("valid", False, False, "not_due"), ("revoked", False, False, "not_due"), ("in_progress", False, False, "not_due"),
    ("expired", True, False, "already_active"), ("expired", False, True, "newer_exists"),
])
def test_may_be_renewed(state, running, newer, refusal):
    assert may_be_renewed(state, running, newer) == refusal


def test_a_step_is_blocked_when_neither_a_person_nor_a_pool_has_it():
    assert [one.is_blocked for one in (NOBODY, TO_OFFICERS, Route(OWN, FOREMAN))] == [True, False, False]


def test_a_decision_can_be_undone_for_ten_minutes():
    assert undo_until(dt.datetime(2026, 3, 1, 9, 55)) == dt.datetime(2026, 3, 1, 10, 5)


@pytest.mark.parametrize(("level", "least"), [(OWN, NEXT), (NEXT, OFFICERS), (OFFICERS, OFFICERS)])
def test_a_step_that_waits_too_long_goes_one_further_up_and_never_past_the_officers(level, least):
    assert raised(Turn("person", OTHER, FOREMAN), level) == Turn("person", OTHER, FOREMAN, least)


@pytest.mark.parametrize(("people", "remind", "escalate", "dues"), [
    (crowd(), 1, 2, [(1, FOREMAN), (2, MANAGER), (3, MANAGER), (4, "officers"), (5, "officers")]),
    (crowd(), 2, 2, [(2, FOREMAN), (2, MANAGER), (3, MANAGER), (4, "officers"), (5, "officers")]),
    (crowd(), 3, 2, [(2, MANAGER), (3, MANAGER), (4, "officers"), (5, "officers")]),  # passed on before it was due
    (crowd(), None, 2, [(2, MANAGER), (3, MANAGER), (4, "officers"), (5, "officers")]),
    (crowd(), 1, None, [(1, FOREMAN)]), (crowd(), None, None, []),
    (crowd({}, manager=GONE), 1, 2, [(1, FOREMAN)]),  # nobody is above: it stays
])
def test_dues_ahead(people, remind, escalate, dues):
    def at(hours):
        return None if hours is None else dt.datetime(2026, 3, 1, hours)

    def begin(where, since):
        return Waiting(where, since + dt.timedelta(hours=1),
                       since + dt.timedelta(hours=2) if where.level < OFFICERS else None)

    now = Waiting(Route(OWN, FOREMAN), at(remind), at(escalate))
    found = list(dues_ahead(Turn("foreman"), ASKED, people, now, begin))
    assert [(due.at.hour, due.where.pool or due.where.assignee_id) for due in found] == dues
    whose = [FOREMAN, *(who for _hour, who in dues)]
    assert [due.is_passed_on for due in found] == [before != after for before, after in pairwise(whose)]
