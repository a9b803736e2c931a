"""What a training officer means by a file: enrollments that end or run, expiries, groups of people."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.enrollments.models import Enrollment
from app.enrollments.operations import create_enrollment
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.imports.conftest import tables  # noqa: F401
from tests.imports.test_training import catalogue, course  # noqa: F401

D = dt.date
HEAD = ["Employee number", "Course", "Completed on", "Result"]


@pytest.fixture
def enrolled(catalogue):  # noqa: F811
    """E5 is under way in HSE-101 since March 2025."""
    person = db.session.scalars(sa.select(Employee).where(Employee.number == "E5")).one()
    with unit_of_work():
        row = create_enrollment(catalogue.actor, employee_id=person.id, course_id=course("HSE-101").id,
                                started_on=D(2025, 3, 1))
    catalogue.enrollment_id = row.id
    return catalogue


def found():
    db.session.expire_all()
    return {(one.status, one.completed_on) for one in db.session.scalars(sa.select(Enrollment))}


def test_a_completion_ends_the_enrollment_that_is_under_way(enrolled):
    days = D(2025, 4, 1), D(2025, 2, 1), D(2025, 6, 1)
    enrolled.upload("enrollments", [HEAD, *(["E5", "HSE-101", day, None] for day in days)])
    enrolled.check()
    assert enrolled.outcomes() == {2: "change", 3: "create", 4: "create"}
    assert enrolled.codes() == {2: ["ends_active"]}
    enrolled.commit()
    row = db.session.get(Enrollment, enrolled.enrollment_id, populate_existing=True)
    assert (row.status, row.completed_on) == ("completed", D(2025, 4, 1))
    enrolled.upload("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 4, 1), None]])
    assert enrolled.check().counts["same"] == 1


def test_ending_an_enrollment_is_taken_back_whole(enrolled, tables):  # noqa: F811
    before = tables()
    enrolled.whole("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 4, 1), "Failed"]])
    assert found() == {("failed", D(2025, 4, 1))}
    assert enrolled.undo().counts["reverted"] == 1
    assert tables() == before


def test_a_cell_of_a_tracker_ends_it_too(enrolled):
    enrolled.whole("tracker", [["Emp #", "Name", "HSE-101", "ELE-201"], ["E5", "Somebody", D(2025, 5, 1), None],
                               ["E4", "Other", D(2025, 5, 1), D(2025, 5, 2)]])
    row = db.session.get(Enrollment, enrolled.enrollment_id, populate_existing=True)
    assert (row.status, row.completed_on) == ("completed", D(2025, 5, 1))


def test_rows_in_progress_are_enrolled_once(enrolled):
    rows = [HEAD, ["E5", "HSE-101", None, "In progress"], ["E4", "HSE-101", None, "Enrolled"],
            ["E3", "HSE-101", None, "No show"], ["E2", "HSE-101", None, None]]
    enrolled.whole("enrollments", rows)
    assert enrolled.outcomes() == {2: "same", 3: "create", 4: "same", 5: "refused"}
    assert enrolled.codes() == {4: ["booked"], 5: ["missing"]}
    enrolled.upload("enrollments", rows)
    assert {name: enrolled.check().counts.get(name, 0) for name in ("create", "change")} == {"create": 0, "change": 0}


def test_something_in_progress_has_no_day_of_completion(catalogue):  # noqa: F811
    catalogue.upload("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 4, 1), "In progress"]])
    catalogue.check()
    assert catalogue.codes() == {2: ["not_completed"]}


def test_a_tracker_with_expiry_columns_states_them(catalogue):  # noqa: F811
    catalogue.upload("tracker", [
        ["Emp #", "HSE-101 completed", "HSE-101 expires", "ELE-201 completed", "ELE-201 valid until"],
        ["E5", D(2025, 3, 1), D(2026, 3, 31), D(2025, 3, 2), None],
        ["E4", None, D(2026, 3, 31), D(2025, 3, 2), D(2024, 1, 1)]])
    assert catalogue.batch.mapping["expiries"] == {"2": "HSE-101", "4": "ELE-201"}
    catalogue.check()
    assert catalogue.codes() == {3: ["expiry_before_completion"]}
    catalogue.commit()
    stated = {one.completed_on: one.granted_expires_on for one in db.session.scalars(sa.select(Enrollment))}
    assert stated == {D(2025, 3, 1): D(2026, 3, 31), D(2025, 3, 2): None}


@pytest.mark.parametrize(("heading", "day"), [
    ("Completed on (DD/MM/YYYY)", D(2025, 4, 3)), ("Completed on (mm/dd/yyyy)", D(2025, 3, 4)),
    ("تاريخ الإتمام (يوم/شهر/سنة)", D(2025, 4, 3)),
])  # fmt: skip
def test_a_heading_tells_the_order_of_its_dates(catalogue, heading, day):  # noqa: F811
    catalogue.whole("enrollments", [["Employee number", "Course", heading], ["E5", "HSE-101", "03/04/2025"]])
    assert found() == {("completed", day)}


def test_a_heading_that_its_dates_contradict_settles_nothing(catalogue):  # noqa: F811
    catalogue.whole("enrollments", [["Employee number", "Course", "Completed on (MM/DD/YYYY)"],
                                    ["E5", "HSE-101", "03/04/2025"], ["E4", "HSE-101", "25/04/2025"]])
    assert found() == {("completed", D(2025, 4, 3)), ("completed", D(2025, 4, 25))}


def test_the_department_of_a_group_is_that_of_the_people_below(importing):
    importing.whole("departments", [["Code", "Name"], ["OPS", "Operations"], ["HSE", "Safety"]])
    importing.whole("employees", [
        ["Number", "Name", "Phone"], ["Department: Operations"], ["1", "Ann", "1"], ["2", "Bob", "2"],
        ["Department: HSE"], ["3", "Cid", "3"]])
    people = db.session.scalars(sa.select(Employee).where(Employee.number.in_(["1", "2", "3"])))
    assert {one.number: one.department.code for one in people} == {"1": "OPS", "2": "OPS", "3": "HSE"}
    assert [reason for _row, reason in importing.batch.left_out] == [
        "No row of its own: what it says holds for the rows below."] * 2


def test_two_columns_for_an_optional_field_are_asked_about(importing):
    importing.upload("employees", [["Number", "Name", "Phone", "Mobile"], ["1", "Ann", "111", "222"]])
    [question] = importing.check().questions
    assert (question["key"], question["options"]) == ("phone:column", ["2", "3", "none"])
    importing.check(phone__column="3")
    importing.commit()
    assert db.session.scalars(sa.select(Employee.phone).where(Employee.number == "1")).one() == "222"


def test_a_plain_code_is_as_long_as_its_field_allows(catalogue):  # noqa: F811
    catalogue.upload("departments", [["Code", "Name"], ["A" * 39, "Long"], ["B" * 45, "Too long"]])
    catalogue.check()
    assert catalogue.codes() == {3: ["not_allowed"]}
