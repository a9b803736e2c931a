"""Waivers and equivalent courses: who may, what is refused, what is recorded."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from app.compliance import arrangements, waivers
from app.compliance.events import WaiversGranted
from app.platform.errors import DomainError
from tests.compliance.conftest import TODAY
from tests.compliance.test_operations import recorded, refused  # noqa: F401
from tests.compliance.test_pairs import stands

D = dt.date


@pytest.fixture
def waive(matrix):
    """waive('employee', 'fire', …) -> the waiver."""
    def _waive(who, code, **values):
        return matrix.do(waivers.grant_waiver, employee_id=matrix.acme.employees[who],
                         course_id=matrix.courses[code].id, **{"reason": "On loan"} | values)
    return _waive


def test_many_at_once_are_one_event_with_everybody_in_it(matrix, recorded):  # noqa: F811
    pairs = [(matrix.acme.employees[who], matrix.courses["fire"].id) for who in ("employee", "foreman")]
    rows = matrix.do(waivers.grant_waivers, pairs=pairs, reason="Plant is shut", ends_on=D(2026, 4, 1))
    assert {row.approved_by_id for row in rows} == {matrix.officer.id}
    [event] = [one for one in recorded if isinstance(one, WaiversGranted)]
    assert (event.count, event.pairs, event.starts_on) == (2, pairs, TODAY)


def test_nobody_waives_for_themselves(matrix, waive):
    with pytest.raises(DomainError) as refusal:
        waive("officer", "fire")
    assert (refusal.value.code, refusal.value.status) == ("waives_self", 403)


def test_all_or_none_and_each_refusal_names_its_person(matrix, waive):
    waive("employee", "fire")
    pairs = [(matrix.acme.employees[who], matrix.courses["fire"].id) for who in ("employee", "foreman")]
    with pytest.raises(DomainError) as refusal:
        matrix.do(waivers.grant_waivers, pairs=pairs, reason="Again")
    assert refusal.value.code == "waiver_overlaps"
    assert str(refusal.value).startswith("Employee Acme (E5): ")
    matrix.require("fire", job_role_id=matrix.fitter.id)
    assert stands(matrix)["foreman", "fire"].lane == "missing"


def test_an_end_makes_room_for_another(matrix, waive):
    row = waive("employee", "fire", starts_on=D(2026, 1, 1))
    assert refused(matrix, waivers.end_waiver, row.id, ended_on=D(2026, 2, 1)) == {("ended_on", "day_is_over")}
    matrix.do(waivers.end_waiver, row.id)
    matrix.require("fire", job_role_id=matrix.fitter.id)
    assert stands(matrix)["employee", "fire"].lane == "missing"
    assert stands(matrix, D(2026, 2, 28))["employee", "fire"].lane == "waived"
    assert refused(matrix, waivers.end_waiver, row.id, ended_on=D(2026, 5, 1)) == {(None, "waiver_over")}
    waive("employee", "fire")


def test_what_is_refused(matrix, waive):
    assert refused(matrix, waivers.grant_waivers, pairs=[(uuid4(), uuid4())], reason="x") == {
        ("employee_id", "employee_id_unknown"), ("course_id", "course_id_unknown")}
    assert refused(matrix, waivers.grant_waiver, employee_id=matrix.acme.employees["employee"],
                   course_id=matrix.courses["fire"].id, reason="x", starts_on=D(2026, 3, 2),
                   ends_on=D(2026, 3, 1)) == {("ends_on", "ends_before_start")}


def test_put_away_and_brought_back_unless_its_place_is_taken(matrix, waive):
    row = waive("employee", "fire")
    matrix.do(waivers.archive_waiver, row.id)
    other = waive("employee", "fire")
    assert refused(matrix, waivers.restore_waiver, row.id) == {("starts_on", "waiver_overlaps")}
    matrix.do(waivers.archive_waiver, other.id)
    assert not matrix.do(waivers.restore_waiver, row.id).is_deleted


def test_equivalences_are_checked(matrix):
    fire, crane = matrix.courses["fire"].id, matrix.courses["crane"].id
    add = arrangements.add_equivalence
    assert refused(matrix, add, course_id=fire, counted_id=fire) == {("counted_id", "same_course")}
    row = matrix.do(add, course_id=fire, counted_id=crane, valid_until=D(2026, 6, 30))
    assert refused(matrix, add, course_id=fire, counted_id=crane) == {("counted_id", "equivalence_exists")}
    assert refused(matrix, add, course_id=crane, counted_id=fire, both_ways=True) == {
        ("counted_id", "equivalence_exists")}
    matrix.do(add, course_id=crane, counted_id=fire)
    matrix.do(add, course_id=fire, counted_id=crane, valid_from=D(2026, 7, 1))
    assert refused(matrix, arrangements.change_equivalence, row.id, valid_until=D(2026, 7, 1)) == {
        ("counted_id", "equivalence_exists")}
    matrix.do(arrangements.change_equivalence, row.id, valid_until=D(2026, 5, 31))
    matrix.do(arrangements.archive_equivalence, row.id)
    assert not matrix.do(arrangements.restore_equivalence, row.id).is_deleted


@pytest.mark.parametrize(("starts_on", "ends_on", "is_refused"), [
    (D(2026, 3, 1), D(2026, 3, 9), False), (D(2026, 3, 1), D(2026, 3, 10), True),
    (D(2026, 3, 20), None, True), (D(2026, 3, 21), None, False)])
def test_two_waivers_may_touch_and_share_no_day(matrix, waive, starts_on, ends_on, is_refused):
    waive("employee", "fire", starts_on=D(2026, 3, 10), ends_on=D(2026, 3, 20))
    again = {"employee_id": matrix.acme.employees["employee"], "course_id": matrix.courses["fire"].id,
             "reason": "Again", "starts_on": starts_on, "ends_on": ends_on}
    if is_refused:
        assert refused(matrix, waivers.grant_waiver, **again) == {("starts_on", "waiver_overlaps")}
    else:
        matrix.do(waivers.grant_waiver, **again)


def test_a_waiver_ends_on_its_last_day_at_the_latest_and_what_is_cut_off_is_free(matrix, waive):
    row = waive("employee", "fire", starts_on=D(2026, 3, 1), ends_on=D(2026, 3, 20))
    assert refused(matrix, waivers.end_waiver, row.id, ended_on=D(2026, 3, 21)) == {(None, "waiver_over")}
    matrix.do(waivers.end_waiver, row.id, ended_on=D(2026, 3, 20))
    matrix.do(waivers.end_waiver, row.id, ended_on=D(2026, 3, 10))
    waive("employee", "fire", starts_on=D(2026, 3, 10), ends_on=D(2026, 3, 12))
