"""The grid: who is on the page, what stands in the cells, and what it costs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from app.compliance import drawing, explaining, grid, waivers
from app.compliance.grid import Wanted
from app.organisation import operations as organisation
from app.platform.unit_of_work import unit_of_work
from tests.compliance.conftest import TODAY

D = dt.date
ALL = Wanted(day=TODAY)


def names(found):
    return [one.name.split()[0].lower() for one in found.people]


def page(matrix, wanted=ALL, who="officer", **values):
    return grid.page(matrix.acme.actor(who), wanted, **{"size": 50} | values)


@pytest.fixture
def filled(matrix):
    """Fire is required of the shop, code of everybody; the employee has an expiring fire certificate and crane."""
    matrix.require("fire", department_id=matrix.places["plant"].id)
    matrix.require("code")
    matrix.completed("fire", D(2025, 3, 13))
    matrix.completed("crane", D(2026, 1, 1))
    return matrix


def test_a_page_has_everybody_in_sight_and_the_required_courses(filled):
    found = page(filled)
    assert names(found) == ["admin", "employee", "foreman", "manager", "officer", "outsider"]
    assert [course.code for course in found.courses] == ["code", "fire"]
    assert names(page(filled, who="foreman")) == ["employee", "foreman"]
    assert names(page(filled, who="outsider")) == ["outsider"]


def test_cells_tell_required_from_held(filled):
    found = page(filled, replace(ALL, shows="all"))
    cells = {course.code: cell for course, cell in found.row(filled.acme.employees["employee"])}
    assert {code: (cell.state, cell.lane) for code, cell in cells.items()} == {
        "fire": ("expiring_soon", "met"), "crane": ("valid", None), "code": ("not_started", "missing")}
    assert drawing.sign(cells["fire"], TODAY) == "12"
    assert drawing.words(cells["fire"], TODAY) == "Expiring, 12 days left"
    assert drawing.words(cells["crane"], TODAY).endswith("not required")
    manager = {course.code: cell for course, cell in found.row(filled.acme.employees["manager"])}
    assert manager["crane"] is None


def test_filters(filled):
    filled.move("employee", grade_id=filled.g5.id)
    for changes, expected in (
        ({"department_id": filled.places["plant"].id}, ["employee", "foreman"]),
        ({"grade_id": filled.g5.id}, ["employee"]),
        ({"job_role_id": filled.fitter.id}, ["employee", "foreman"]),
        ({"term": "fore"}, ["foreman"]),
        ({"term": "E5"}, ["employee"]),
        ({"state": "expiring_soon"}, ["employee"]),
        ({"state": "revoked"}, []),
    ):
        assert names(page(filled, replace(ALL, **changes))) == expected, changes
    assert [one.code for one in page(filled, replace(ALL, category="safety")).courses] == []


def test_only_gaps(filled):
    for who in filled.acme.employees:
        if who != "manager":
            filled.completed("code", D(2026, 1, 1), who)
    assert names(page(filled, replace(ALL, shows="gaps"))) == ["foreman", "manager"]
    filled.do(waivers.grant_waiver, employee_id=filled.acme.employees["manager"],
              course_id=filled.courses["code"].id, reason="On loan")
    assert names(page(filled, replace(ALL, shows="gaps"))) == ["foreman"]


@pytest.mark.parametrize("wanted", [ALL, replace(ALL, shows="gaps")])
def test_pages_follow_each_other_without_gap_or_repeat(filled, wanted, monkeypatch):
    monkeypatch.setattr(grid, "CHUNK", 3)
    seen, after = [], None
    for _turn in range(10):
        found = page(filled, wanted, size=2, after=after)
        seen += names(found)
        after = found.after
        if after is None:
            break
    assert seen == ["admin", "employee", "foreman", "manager", "officer", "outsider"]


def test_columns_are_paged_too(filled, monkeypatch):
    monkeypatch.setattr(grid, "MOST_COURSES", 1)
    first, second = page(filled), page(filled, first_course=1)
    assert ([one.code for one in first.courses], first.more_courses) == (["code"], 1)
    assert ([one.code for one in second.courses], second.more_courses) == (["fire"], 0)


def test_a_page_costs_the_same_whoever_else_there_is(filled, statements):
    with statements() as before:
        page(filled, size=3)
    with unit_of_work():
        for number in range(30):
            organisation.create_employee(filled.officer, number=f"X{number}", name=f"Zed {number}",
                                         department_id=filled.places["shop"].id)
    with statements() as after:
        page(filled, size=3)
    assert len(before) == len(after) <= 8


def test_why_names_the_rule_the_certificate_and_the_waiver(filled):
    employee = filled.acme.employee("employee")
    found = explaining.explain(employee, filled.courses["fire"], TODAY)
    assert found.reasons[0] == "Required of: Plant, since 1 January 2026."
    assert any("Completed on 13 March 2025." in reason for reason in found.reasons)
    assert found.enrollment is not None
    code = explaining.explain(employee, filled.courses["code"], TODAY)
    assert code.reasons[0] == "Required of: Everybody, since 1 January 2026."
    filled.do(waivers.grant_waiver, employee_id=employee.id, course_id=filled.courses["code"].id, reason="On loan")
    code = explaining.explain(employee, filled.courses["code"], TODAY)
    assert (code.cell.state, any("On loan" in reason for reason in code.reasons)) == ("waived", True)
    crane = explaining.explain(employee, filled.courses["crane"], TODAY)
    assert crane.reasons[0] == "Nobody requires this course of this person."
