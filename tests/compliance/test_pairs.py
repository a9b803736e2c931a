"""Who must have what, and how it stands, on any day."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.compliance import grid, operations, queries
from app.compliance.models import Equivalence, Waiver
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.compliance.conftest import TODAY, Matrix
from tests.conftest import NOW

D = dt.date


def stands(matrix, day=None, **narrowed):
    """{(who, course code): row} of the required pairs."""
    who = {key: name for name, key in matrix.acme.employees.items()}
    codes = {course.id: code for code, course in matrix.courses.items()}
    rows = db.session.execute(queries.pair_states(day, **narrowed)).all()
    return {(who[row.employee_id], codes[row.course_id]): row for row in rows}


def required(matrix, day=None):
    return set(stands(matrix, day))


def test_a_rule_for_a_department_reaches_those_below_it(matrix):
    matrix.require("fire", department_id=matrix.places["plant"].id)
    assert required(matrix) == {("foreman", "fire"), ("employee", "fire")}


def test_all_that_a_rule_names_must_fit_and_nothing_named_is_everybody(matrix):
    matrix.move("employee", grade_id=matrix.g5.id)
    matrix.require("crane", job_role_id=matrix.fitter.id, grade_id=matrix.g5.id)
    assert required(matrix) == {("employee", "crane")}
    matrix.require("code")
    assert {who for who, code in required(matrix) if code == "code"} == set(matrix.acme.employees)


def test_two_rules_for_one_course_are_one_pair_due_at_the_earlier_day(matrix):
    matrix.require("fire", department_id=matrix.places["shop"].id, grace_days=400)
    matrix.require("fire", job_role_id=matrix.fitter.id, grace_days=0)
    row = stands(matrix)["employee", "fire"]
    assert row.due_on <= TODAY
    assert len(required(matrix)) == 2


@pytest.mark.parametrize(("on", "state", "lane"), [
    (D(2025, 9, 1), "valid", "met"), (D(2025, 3, 20), "expiring_soon", "met"), (D(2025, 2, 20), "grace", "missing"),
    (D(2025, 3, 1), "expiring_soon", "met"), (D(2025, 2, 28), "grace", "missing"),  # the last day, and the day after
    (D(2024, 6, 1), "expired", "missing"), (None, "not_started", "missing"),
])
def test_the_state_is_that_of_the_best_certificate(matrix, on, state, lane):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    if on:
        matrix.completed("fire", on)
        matrix.completed("fire", on - dt.timedelta(days=300))
    row = stands(matrix)["employee", "fire"]
    assert (row.state, row.lane) == (state, lane)


def test_newcomers_have_their_grace_in_a_lane_of_its_own(matrix):
    matrix.move("employee", hired_on=D(2026, 2, 20))
    matrix.require("code", grace_days=30, valid_from=D(2020, 1, 1))
    row = stands(matrix)["employee", "code"]
    assert row.lane == "not_due"
    assert row.due_on == D(2026, 2, 20) + dt.timedelta(days=30)
    assert stands(matrix, row.due_on)["employee", "code"].lane == "missing"


def test_a_waiver_shows_where_no_certificate_is_valid_and_only_while_it_holds(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    waive(matrix, "employee", "fire", D(2026, 2, 1), D(2026, 3, 5))
    row = stands(matrix)["employee", "fire"]
    assert (row.state, row.lane) == ("waived", "waived")
    assert stands(matrix, D(2026, 3, 6))["employee", "fire"].lane == "missing"
    matrix.completed("fire", D(2026, 2, 1))
    assert stands(matrix)["employee", "fire"].lane == "met"


def waive(matrix, who, code, starts_on, ends_on, **values):
    with unit_of_work():
        db.session.add(Waiver(employee_id=matrix.acme.employees[who], course_id=matrix.courses[code].id,
                              starts_on=starts_on, ends_on=ends_on, reason="On leave", **values))


def test_an_equivalent_course_counts_in_its_time_and_its_direction(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    matrix.require("crane", job_role_id=matrix.fitter.id)
    matrix.completed("crane", D(2026, 1, 10))
    with unit_of_work():
        db.session.add(Equivalence(course_id=matrix.courses["fire"].id, counted_id=matrix.courses["crane"].id,
                                   valid_from=D(2026, 2, 1), valid_until=D(2026, 3, 31)))
    assert stands(matrix)["employee", "fire"].state == "valid"
    assert stands(matrix, D(2026, 1, 20))["employee", "fire"].state == "not_started"
    assert stands(matrix, D(2026, 4, 1))["employee", "fire"].state == "not_started"
    matrix.completed("fire", D(2026, 2, 1), "foreman")
    assert stands(matrix)["foreman", "crane"].state == "not_started"


def test_both_ways(matrix):
    matrix.require("crane", job_role_id=matrix.fitter.id)
    matrix.completed("fire", D(2026, 2, 1))
    with unit_of_work():
        db.session.add(Equivalence(course_id=matrix.courses["fire"].id, counted_id=matrix.courses["crane"].id,
                                   both_ways=True, valid_from=D(2026, 1, 1)))
    assert stands(matrix)["employee", "crane"].state == "valid"


def test_a_past_day_is_asked_where_people_stood_then(matrix):
    with time_machine.travel(NOW - dt.timedelta(days=60), tick=False):
        matrix.move("outsider", department_id=matrix.places["shop"].id)
    matrix.require("fire", department_id=matrix.places["shop"].id)
    matrix.move("outsider", department_id=matrix.places["office"].id)
    assert ("outsider", "fire") not in required(matrix)
    assert ("outsider", "fire") in required(matrix, TODAY - dt.timedelta(days=1))
    assert ("outsider", "fire") not in required(matrix, TODAY + dt.timedelta(days=1))


def test_each_past_day_asks_for_the_place_of_that_day_and_for_no_other(matrix):
    matrix.require("fire", department_id=matrix.places["shop"].id, valid_from=D(2025, 1, 1))
    matrix.require("crane", department_id=matrix.places["office"].id, valid_from=D(2025, 1, 1))
    first, second = D(2026, 1, 10), D(2026, 2, 10)
    for day, place in ((first, "shop"), (second, "office"), (TODAY, "shop")):
        with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False):
            matrix.move("outsider", department_id=matrix.places[place].id)
    asked = {day: {code for who, code in required(matrix, day) if who == "outsider"}
             for day in (*days_around(first, second - dt.timedelta(days=1)), TODAY - dt.timedelta(days=1), TODAY)}
    assert list(asked.values()) == [set(), {"fire"}, {"fire"}, {"crane"}, {"crane"}, {"fire"}]
    assert stands(matrix)["outsider", "fire"].due_on == TODAY, "who comes back begins anew"


def test_who_left_counts_for_the_days_before(matrix):
    with time_machine.travel(NOW - dt.timedelta(days=60), tick=False):
        matrix.move("outsider", department_id=matrix.places["shop"].id)
    matrix.require("fire")
    matrix.move("outsider", is_active=False)
    assert ("outsider", "fire") not in required(matrix)
    assert ("outsider", "fire") in required(matrix, TODAY - dt.timedelta(days=1))
    assert ("outsider", "fire") not in required(matrix, D(2026, 1, 1) - dt.timedelta(days=1))


def test_what_is_put_away_later_was_there_on_past_days(matrix):
    """SPEC 7.3: any past date, though the department was closed since and the course is no longer taught."""
    matrix.require("fire", department_id=matrix.places["plant"].id)
    away, later = NOW + dt.timedelta(days=5), NOW + dt.timedelta(days=20)
    with time_machine.travel(away, tick=False):
        for who in ("foreman", "employee"):
            matrix.move(who, department_id=matrix.places["office"].id)
        for code in ("shop", "plant"):
            matrix.do(organisation.archive_department, matrix.places[code].id)
    with time_machine.travel(later, tick=False):
        assert [len(required(matrix, TODAY + dt.timedelta(days=day))) for day in (4, 5, 30)] == [2, 0, 0]
        matrix.require("code", valid_from=TODAY)
        for code in ("fire", "code"):
            matrix.do(courses.archive_course, matrix.courses[code].id)
    with time_machine.travel(later + dt.timedelta(days=1), tick=False):
        assert [len(required(matrix, TODAY + dt.timedelta(days=day))) for day in (4, 19, 20)] == [8, 6, 0]
        wanted = grid.Wanted(day=TODAY + dt.timedelta(days=4))
        assert [course.code for course in grid.courses(wanted)] == ["code", "fire"]
        assert sum(len(part.cells) for part in grid.everybody(matrix.acme.actor("officer"), wanted)) == 8


def test_a_move_starts_the_time_in_the_new_place(matrix):
    matrix.require("fire", department_id=matrix.places["shop"].id, grace_days=10)
    with time_machine.travel(NOW + dt.timedelta(days=100), tick=False):
        matrix.move("manager", department_id=matrix.places["shop"].id)
        later = TODAY + dt.timedelta(days=100)
        row = stands(matrix)["manager", "fire"]
        assert (row.due_on, row.lane) == (later + dt.timedelta(days=10), "not_due")


def test_in_progress_on_a_past_day(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    matrix.completed("fire", D(2026, 2, 10), started_on=D(2026, 2, 1))
    assert stands(matrix, D(2026, 2, 5))["employee", "fire"].state == "in_progress"
    assert stands(matrix, D(2026, 2, 10))["employee", "fire"].state == "valid"


def test_it_narrows_to_people_and_courses(matrix):
    matrix.require("fire")
    matrix.require("code")
    one = matrix.acme.employees["employee"]
    found = stands(matrix, only=lambda column: column == one,
                   courses=lambda column: column.in_([matrix.courses["code"].id]))
    assert set(found) == {("employee", "code")}


def test_as_known_at_an_instant(matrix):
    with time_machine.travel(NOW - dt.timedelta(days=10), tick=False):
        row = matrix.require("fire")
    before = NOW - dt.timedelta(days=5)
    matrix.do(operations.end_requirement, row.id)
    assert not required(matrix)
    assert stands(matrix, TODAY, known_at=before)
    assert not stands(matrix, TODAY, known_at=NOW - dt.timedelta(days=11))


def test_another_tenants_rules_and_people_are_not_in_it(matrix, globex):
    matrix.require("code")
    with tenant_scope(globex.id):
        other = Matrix(globex)
        other.require("fire")
        assert len(required(other)) == 6
        assert not db.session.scalar(sa.select(sa.func.count()).select_from(Waiver))
    assert {code for _who, code in required(matrix)} == {"code"}
    assert len(required(matrix)) == 6


# -- the first and the last day of everything that has one ------------------------------------------------


def days_around(first, last):
    """The day before, the first, the last and the day after."""
    return [first - dt.timedelta(days=1), first, last, last + dt.timedelta(days=1)]


def test_a_rule_holds_from_its_first_day_to_its_last(matrix):
    first, last = D(2026, 2, 1), D(2026, 4, 30)
    matrix.require("fire", job_role_id=matrix.fitter.id, valid_from=first, valid_until=last)
    assert [len(required(matrix, day)) for day in days_around(first, last)] == [0, 2, 2, 0]


def test_a_waiver_and_an_equivalence_count_from_their_first_day_to_their_last(matrix):
    first, last = D(2026, 3, 10), D(2026, 4, 30)
    matrix.require("fire", job_role_id=matrix.fitter.id)
    waive(matrix, "employee", "fire", first, last)
    waive(matrix, "employee", "fire", D(2026, 3, 15), D(2026, 3, 20))
    matrix.completed("crane", D(2026, 1, 10), "foreman")
    with unit_of_work():
        db.session.add(Equivalence(course_id=matrix.courses["fire"].id, counted_id=matrix.courses["crane"].id,
                                   valid_from=first, valid_until=last))
    found = [stands(matrix, day) for day in days_around(first, last)]
    assert [day["employee", "fire"].lane for day in found] == ["missing", "waived", "waived", "missing"]
    assert [day["foreman", "fire"].lane for day in found] == ["missing", "met", "met", "missing"]


def test_a_waiver_that_was_ended_counts_to_the_day_before(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    waive(matrix, "employee", "fire", D(2026, 2, 1), None, ended_on=D(2026, 3, 10))
    assert [stands(matrix, D(2026, 3, day))["employee", "fire"].lane for day in (9, 10)] == ["waived", "missing"]


def test_people_count_from_the_day_they_were_hired_to_the_day_they_leave(matrix):
    hired, left = D(2026, 3, 10), D(2026, 4, 30)
    matrix.require("fire", job_role_id=matrix.fitter.id)
    matrix.move("employee", hired_on=hired, left_on=left)
    assert [("employee", "fire") in required(matrix, day) for day in days_around(hired, left)] == [
        False, True, True, False]


def test_grace_for_newcomers_ends_the_day_before_the_course_is_due(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id, grace_days=30, valid_from=TODAY)
    due = TODAY + dt.timedelta(days=30)
    assert [stands(matrix, day)["employee", "fire"].lane for day in (due - dt.timedelta(days=1), due)] == [
        "not_due", "missing"]


def test_what_was_put_away_counts_for_nothing(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    matrix.do(enrollments.archive_enrollment, matrix.completed("fire", D(2026, 2, 1)).id)
    waive(matrix, "employee", "fire", TODAY, None, deleted_at=NOW)
    matrix.completed("crane", D(2026, 1, 10))
    with unit_of_work():
        db.session.add(Equivalence(course_id=matrix.courses["fire"].id, counted_id=matrix.courses["crane"].id,
                                   valid_from=D(2026, 1, 1), deleted_at=NOW))
    assert stands(matrix)["employee", "fire"].state == "not_started"


def test_only_certificates_of_an_equivalent_course_count_and_not_that_it_is_under_way(matrix):
    matrix.require("fire", job_role_id=matrix.fitter.id)
    with unit_of_work():
        db.session.add(Equivalence(course_id=matrix.courses["fire"].id, counted_id=matrix.courses["crane"].id,
                                   valid_from=D(2026, 1, 1)))
    for who, code in (("employee", "crane"), ("foreman", "fire")):
        matrix.do(enrollments.create_enrollment, employee_id=matrix.acme.employees[who],
                  course_id=matrix.courses[code].id)
    found = stands(matrix)
    assert (found["employee", "fire"].state, found["foreman", "fire"].state) == ("not_started", "in_progress")


def test_as_known_at_the_instant_of_a_change_is_as_it_was_changed(matrix):
    with time_machine.travel(NOW - dt.timedelta(days=10), tick=False):
        row = matrix.require("fire", job_role_id=matrix.fitter.id)
        made = NOW - dt.timedelta(days=10)
    matrix.do(operations.change_requirement, row.id, course_id=matrix.courses["code"].id)
    asked = [{code for _who, code in stands(matrix, TODAY, known_at=at)}
             for at in (made, NOW - dt.timedelta(seconds=1), NOW)]
    assert asked == [{"fire"}, {"fire"}, {"code"}]
