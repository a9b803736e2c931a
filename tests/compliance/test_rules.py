"""What becomes of a rule's spans when it changes or ends on a day: examples without a database."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from app.compliance.rules import Counting, Span, changed_from, ended_before, first_difference

COURSE, OTHER, DEPARTMENT, ROW = (UUID(int=number) for number in range(1, 5))
D = dt.date
DAY = D(2026, 3, 1)


def span(first: dt.date, last: dt.date | None = None, **values) -> Span:
    return Span(**{"course_id": COURSE, "valid_from": first, "valid_until": last, "since_on": D(2020, 1, 1),
                   "row_id": ROW, "reason": "Law"} | values)


@pytest.mark.parametrize(("last", "is_reached"), [
    (None, True), (D(2026, 3, 2), True), (DAY, True), (D(2026, 2, 28), False),
])
def test_ending_a_rule_reaches_what_holds_on_that_day_or_later(last, is_reached):
    one = span(D(2025, 1, 1), last)
    reached, left = ended_before([one], DAY)

    assert reached == ([one] if is_reached else [])
    assert [(each.valid_from, each.valid_until, each.row_id) for each in left] == (
        [(D(2025, 1, 1), D(2026, 2, 28), None)] if is_reached else [])


@pytest.mark.parametrize("first", [DAY, D(2026, 3, 2)])
def test_nothing_is_left_of_what_had_not_begun(first):
    one = span(first)
    assert ended_before([one], DAY) == ([one], [])


def test_a_change_keeps_what_was_before_and_since_when_the_same_people_are_asked():
    one = span(D(2025, 1, 1))
    replaced, (before, after) = changed_from([one], DAY, grace_days=30)

    assert replaced == [one]
    assert (before.valid_from, before.valid_until, before.grace_days) == (D(2025, 1, 1), D(2026, 2, 28), 0)
    assert (after.valid_from, after.valid_until, after.grace_days) == (DAY, None, 30)
    assert (after.since_on, after.reason, after.row_id) == (one.since_on, "Law", None)


@pytest.mark.parametrize("values", [{"course_id": OTHER}, {"department_id": DEPARTMENT}, {"grade_id": DEPARTMENT},
                                    {"job_role_id": DEPARTMENT}], ids=lambda values: next(iter(values)))
def test_whoever_is_asked_something_else_is_asked_it_from_then_on(values):
    _replaced, written = changed_from([span(D(2025, 1, 1))], DAY, **values)

    assert [each.since_on for each in written] == [D(2020, 1, 1), DAY]


def test_a_change_goes_by_what_holds_on_its_day_and_takes_the_place_of_what_was_to_come():
    now, later = span(D(2025, 1, 1), D(2026, 5, 31)), span(D(2026, 6, 1), grace_days=9)
    replaced, written = changed_from([later, now], DAY, course_id=OTHER)

    assert replaced == [later, now]
    assert [(each.course_id, each.grace_days, each.valid_from, each.valid_until) for each in written] == [
        (COURSE, 0, D(2025, 1, 1), D(2026, 2, 28)), (OTHER, 0, DAY, D(2026, 5, 31))]


def test_what_begins_on_the_day_of_its_change_is_changed_whole():
    later = span(D(2026, 6, 1), grace_days=9)
    replaced, written = changed_from([later, span(DAY)], DAY, reason="Contract")

    assert (len(replaced), [(each.grace_days, each.valid_from, each.reason) for each in written]) == (
        2, [(0, DAY, "Contract")])


def test_what_is_yet_to_begin_begins_no_earlier_for_being_changed():
    _replaced, (after,) = changed_from([span(D(2026, 6, 1))], DAY, grace_days=30, course_id=OTHER)

    assert (after.valid_from, after.since_on, after.grace_days) == (D(2026, 6, 1), D(2026, 6, 1), 30)


def test_of_what_has_ended_nothing_is_left_to_change():
    assert changed_from([span(D(2025, 1, 1), D(2026, 2, 28))], DAY, grace_days=30) == ([], [])


def counting(first: dt.date, last: dt.date | None = None, **values) -> Counting:
    return Counting(**{"course_id": COURSE, "counted_id": OTHER, "both_ways": False, "valid_from": first,
                       "valid_until": last} | values)


OLD = D(2025, 1, 1)


@pytest.mark.parametrize("make", [span, counting])
@pytest.mark.parametrize(("before", "after", "first"), [
    ([], [(OLD, None)], DAY), ([(OLD, None)], [], DAY),  # from now on
    ([], [(D(2026, 4, 1), None)], D(2026, 4, 1)), ([(D(2026, 4, 1), None)], [], D(2026, 4, 1)),
    ([(OLD, None)], [(OLD, D(2026, 5, 5))], D(2026, 5, 6)), ([(OLD, D(2026, 5, 5))], [(OLD, None)], D(2026, 5, 6)),
    ([(OLD, DAY)], [(OLD, D(2026, 5, 5))], D(2026, 3, 2)), ([(OLD, D(2026, 2, 1))], [], DAY),  # over long ago
    ([(OLD, None)], [(D(2025, 6, 1), None)], DAY),  # the past stays what it was: nothing differs any more
])
def test_the_first_day_that_a_change_makes_a_difference(make, before, after, first):
    assert first_difference([make(*one) for one in before], [make(*one) for one in after], DAY) == first


@pytest.mark.parametrize(("make", "values"), [
    (span, {"grace_days": 3}), (span, {"since_on": D(2026, 1, 1)}), (span, {"department_id": DEPARTMENT}),
    (counting, {"both_ways": True}), (counting, {"course_id": OTHER, "counted_id": COURSE})])
def test_whatever_somebody_could_notice_is_a_difference(make, values):
    soon = D(2026, 4, 1)
    assert first_difference([make(OLD)], [make(OLD, D(2026, 3, 31)), make(soon, **values)], DAY) == soon
    assert first_difference([make(OLD)], [make(OLD, D(2026, 3, 31)), make(soon)], DAY) == DAY


def test_an_equivalence_holds_on_its_first_and_last_day():
    one = counting(DAY, D(2026, 3, 5))
    held = [one.holds_on(D(2026, 3, day)) for day in (1, 5, 6)] + [one.holds_on(D(2026, 2, 28))]
    assert held == [True, True, False, False]
    assert counting(DAY).holds_on(D(2099, 1, 1))
