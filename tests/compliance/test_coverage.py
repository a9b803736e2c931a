"""How many certificates a place has, and which expiry breaks that."""

from __future__ import annotations

import datetime as dt

import pytest

from app.compliance import arrangements, coverage, policies, stand_ins
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.errors import DomainError
from tests.compliance.conftest import TODAY

D = dt.date


@pytest.fixture
def need(matrix):
    """need('fire', 2, department='plant') -> the row."""
    def _need(code, minimum, department=None, foreman=None, **values):
        return matrix.do(arrangements.add_coverage_need, course_id=matrix.courses[code].id, minimum=minimum,
                         department_id=matrix.places[department].id if department else None,
                         foreman_id=matrix.acme.employees[foreman] if foreman else None, **values)
    return _need


def test_a_department_counts_those_below_it_and_only_who_is_valid(matrix, need):
    need("fire", 1, department="plant")
    matrix.completed("fire", D(2025, 9, 1))
    matrix.completed("fire", D(2025, 2, 20), "foreman")  # in grace
    matrix.completed("fire", D(2025, 9, 1), "manager")  # elsewhere
    [one] = coverage.standings()
    assert (one.members, one.valid, one.spare, one.is_short) == (2, 1, 0, False)


def test_the_day_on_which_it_breaks_and_by_whom(matrix, need):
    need("fire", 1, department="shop")
    matrix.completed("fire", D(2025, 4, 1))
    matrix.completed("fire", D(2025, 6, 1), "foreman")
    [one] = coverage.standings()
    assert one.breaks_on == D(2026, 6, 2)
    assert one.breakers == [matrix.acme.employees["foreman"]]
    assert coverage.at_risk(D(2026, 6, 1)) == []
    assert [found.need.id for found in coverage.at_risk(D(2026, 6, 2))] == [one.need.id]
    need("crane", 1, department="shop")  # nobody has it: short already
    assert [found.need.course.code for found in coverage.at_risk(D(2026, 6, 2))] == ["crane", "fire"]
    then = coverage.standings(D(2026, 5, 1))[1]
    assert (then.valid, then.breaks_on) == (1, D(2026, 6, 2))


def test_a_crew_and_a_certificate_without_end(matrix, need):
    need("code", 1, foreman="foreman")
    [one] = coverage.standings()
    assert (one.members, one.valid, one.is_short, one.breaks_on) == (1, 0, True, TODAY)
    matrix.completed("code", D(2026, 1, 1))
    assert coverage.standings()[0].breaks_on is None


def test_what_an_expiry_would_break(matrix, need):
    need("fire", 2, department="shop")
    need("fire", 1)
    fire = matrix.courses["fire"].id
    employee, foreman = matrix.acme.employees["employee"], matrix.acme.employees["foreman"]
    matrix.completed("fire", D(2025, 4, 1))
    matrix.completed("fire", D(2025, 6, 1), "foreman")
    found = coverage.breaks_of([(employee, fire), (foreman, fire), (employee, matrix.courses["code"].id)])
    assert [(one.left, one.on) for one in found[employee, fire]] == [(1, D(2026, 4, 2))]
    assert sorted(one.left for one in found[foreman, fire]) == [0, 0]
    assert set(found) == {(employee, fire), (foreman, fire)}


def test_a_need_that_is_short_stands_first(matrix, need):
    need("fire", 1, department="shop")
    need("crane", 1, department="shop")
    matrix.completed("fire", D(2026, 2, 1))
    assert [one.need.course.code for one in coverage.standings()] == ["crane", "fire"]


def test_a_place_is_a_department_or_a_crew(matrix, need):
    with pytest.raises(DomainError) as refusal:
        need("fire", 1, department="shop", foreman="foreman")
    assert refusal.value.code == "two_places"
    row = need("fire", 1, department="shop")
    changed = matrix.do(arrangements.change_coverage_need, row.id, minimum=3)
    assert changed.minimum == 3
    matrix.do(arrangements.archive_coverage_need, row.id)
    assert coverage.standings() == []
    matrix.do(arrangements.restore_coverage_need, row.id)
    assert coverage.standings()[0].is_short


def test_who_could_step_in_is_on_the_way_or_has_one_elsewhere(matrix, need):
    need("fire", 1, department="shop")
    need("code", 1, department="office")
    matrix.completed("fire", D(2025, 4, 1))  # breaks on 2 April
    matrix.completed("fire", D(2025, 3, 15), "manager")  # ends before
    people = matrix.acme.employees
    seen = stand_ins.with_stand_ins(matrix.acme.actor("officer"), coverage.standings())
    assert {one.need.course.code: list(one.stand_ins) for one in seen} == {"fire": [], "code": []}
    matrix.completed("fire", D(2026, 2, 1), "outsider")
    matrix.do(enrollments.create_enrollment, employee_id=people["foreman"], course_id=matrix.courses["fire"].id)
    [_code, fire] = stand_ins.with_stand_ins(matrix.acme.actor("officer"), coverage.standings())
    assert [(one.employee_id, one.until) for one in fire.stand_ins] == [
        (people["foreman"], None), (people["outsider"], D(2027, 2, 1))]
    [fire] = stand_ins.with_stand_ins(
        matrix.acme.actor("foreman"), coverage.standings(visible=policies.visible_needs(matrix.acme.actor("foreman"))))
    assert [one.employee_id for one in fire.stand_ins] == [people["foreman"]]


def test_whoever_is_nearer_stands_first(matrix, need):
    need("fire", 1, department="shop")
    near = matrix.do(organisation.create_department, code="yard", name="Yard", parent_id=matrix.places["plant"].id)
    matrix.completed("fire", D(2026, 2, 1), "outsider")
    matrix.completed("fire", D(2026, 1, 1), "manager")
    matrix.move("manager", department_id=near.id)
    [fire] = stand_ins.with_stand_ins(matrix.acme.actor("officer"), coverage.standings())
    assert [one.employee_id for one in fire.stand_ins] == [
        matrix.acme.employees[who] for who in ("manager", "outsider")]


def test_a_number_tells_nobody_of_people_whom_they_do_not_see(matrix, need):
    need("fire", 1, department="plant")
    need("fire", 1, department="office")

    def seen_by(who):
        return [str(one.need.department) for one in coverage.standings(
            visible=policies.visible_needs(matrix.acme.actor(who)))]

    assert seen_by("foreman") == ["Plant"]
    matrix.move("outsider", department_id=matrix.places["shop"].id)
    assert seen_by("foreman") == []
    assert len(seen_by("officer")) == 2
