"""Thresholds and days, without a database."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from app.alerts import rules

USUAL = (30, 14, 7, 1, 0)
DAY = dt.date(2026, 3, 1)
FOREMAN, MANAGER = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize(("left", "stands_at"), [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7),
                                                (1, 1), (0, 0), (-1, 0), (-9, 0)])
def test_a_certificate_stands_at_the_last_threshold_that_it_reached(left, stands_at):
    assert rules.threshold(left, USUAL) == stands_at


def test_without_a_last_day_the_last_threshold_goes_on_after_the_expiry():
    assert rules.threshold(-2, (30, 7)) == 7


def test_the_first_round_looks_two_weeks_back():
    assert rules.since(DAY, None) == dt.date(2026, 2, 15)


@pytest.mark.parametrize(("first", "last", "since"), [
    ("2026-02-28", "2026-02-28", "2026-02-14"),  # as far as the first one did
    ("2026-01-10", "2026-02-28", "2025-12-27"),
    ("2024-01-10", "2026-02-28", "2025-11-01"),  # no further than four months
    ("2024-01-10", "2025-09-05", "2025-09-05"),  # rounds were missing for longer
])
def test_later_rounds_look_at_all_that_ran_out_since_the_first(first, last, since):
    rounds = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert rules.since(DAY, rounds) == dt.date.fromisoformat(since)


def said(day, is_read=False):
    return rules.Said(DAY + dt.timedelta(days=day), is_read)


@pytest.mark.parametrize(("expiry", "warned", "days"), [
    (20, {}, {30: 0, 14: 6, 7: 13, 1: 19, 0: 20}),  # the round that comes first makes up for the threshold of 30
    (20, {30: said(-10)}, {14: 6, 7: 13, 1: 19, 0: 20}),
    (40, {}, {30: 10, 14: 26, 7: 33, 1: 39, 0: 40}),
    (14, {30: said(-16)}, {14: 0, 7: 7, 1: 13, 0: 14}),
    (3, {1: said(-1)}, {0: 3}),  # warned early, of an expiry that was later put back
    (10, {30: said(-20), 14: said(-4)}, {7: 3, 1: 9, 0: 10}),  # nothing that comes before the last one told
    (-5, {}, {0: 0}), (-5, {0: said(-5)}, {}), (-14, {}, {0: 0}), (-15, {}, {}), (-20, {}, {}),
])
def test_warnings_ahead(expiry, warned, days):
    one = rules.Expiry(DAY + dt.timedelta(days=expiry), warned=warned)
    found = rules.warnings_ahead(one, USUAL, DAY, DAY - rules.LOOK_BACK)
    assert {at: (told.on - DAY).days for at, told in found.items()} == days


@pytest.mark.parametrize(("expiry", "warned", "days", "leader"), [
    (20, {}, {0: 21}, 27), (20, {30: said(-10)}, {0: 21}, 21), (0, {0: said(0)}, {}, 7), (-1, {}, {0: 0}, 6)])
def test_of_whoever_is_booked_nobody_is_told_before_the_certificate_ran_out(expiry, warned, days, leader):
    one = rules.Expiry(DAY + dt.timedelta(days=expiry), FOREMAN, is_booked=True, warned=warned)
    found = rules.warnings_ahead(one, USUAL, DAY, DAY - rules.LOOK_BACK)
    assert {at: (told.on - DAY).days for at, told in found.items()} == days
    assert rules.leader_ahead(one, {**warned, **found}, 7, DAY) == DAY + dt.timedelta(days=leader)


def test_who_leaves_is_warned_until_then():
    one = rules.Expiry(DAY + dt.timedelta(days=14), left_on=DAY + dt.timedelta(days=7))
    assert list(rules.warnings_ahead(one, USUAL, DAY, DAY)) == [14]
    assert rules.leader_ahead(one, {14: said(0)}, 7, DAY) is None


@pytest.mark.parametrize(("expiry", "warned", "day"), [
    (20, {30: said(-10), 14: said(6)}, 0),  # unread for longer than the patience already
    (20, {30: said(-3)}, 4),
    (20, {30: said(-10, True), 14: said(6)}, 13),
    (20, {30: said(-10), 14: said(-4, True), 7: said(13)}, 20),  # a later one was read
    (2, {1: said(1, True), 0: said(2, True)}, 9),  # all read: so long after the expiry
    (-30, {0: said(0, True)}, 1),  # told late: not on the same day
    (10, {30: said(-20, True), 14: said(-4, True), 7: said(3)}, 10),  # the last of those read counts
    (-9, {1: said(-12, True), 0: said(0, True)}, 0),  # told of it days ago
    (-118, {0: said(0)}, 1), (-119, {0: said(0)}, 1), (-119, {0: said(1)}, None), (20, {}, None),
])
def test_leader_ahead(expiry, warned, day):
    found = rules.leader_ahead(rules.Expiry(DAY + dt.timedelta(days=expiry)), warned, 7, DAY)
    assert found == (None if day is None else DAY + dt.timedelta(days=day))


@pytest.mark.parametrize(("expiry", "foreman", "day"), [
    (20, said(-3), 4), (20, said(-30), 0), (20, said(-3, True), 21), (-5, said(-3, True), 4), (-119, said(0), None),
    (20, None, None), (20, rules.Said(DAY, to=MANAGER), None)])
def test_manager_ahead(expiry, foreman, day):
    one = rules.Expiry(DAY + dt.timedelta(days=expiry), FOREMAN, MANAGER)
    found = rules.manager_ahead(one, foreman, 7, DAY)
    assert found == (None if day is None else DAY + dt.timedelta(days=day))


@pytest.mark.parametrize("more", [{"is_acted": True}, {"led": {"foreman": said(-9), "manager": said(-1)}}])
def test_nobody_is_told_of_what_is_acted_on_or_what_they_know(more):
    one = rules.Expiry(DAY, FOREMAN, MANAGER, **more)
    assert rules.leader_ahead(one, {0: said(-9)}, 7, DAY) is None
    assert rules.manager_ahead(one, said(-9), 7, DAY) is None
