"""Courses, training history and the tracker, read as people keep them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.courses.models import Course
from app.courses.operations import update_course
from app.enrollments.models import Enrollment
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work

D = dt.date
COURSES = [["Code", "Name", "Validity (months)"], ["HSE-101", "Orientation", 12], ["ELE-201", "Electrical", 24]]
HEAD = ["Emp No", "Course", "Completed on", "Result", "Score", "Certificate no"]


@pytest.fixture
def catalogue(importing):
    importing.whole("courses", COURSES)
    return importing


def course(code):
    return db.session.scalars(sa.select(Course).where(Course.code == code),
                              execution_options={"populate_existing": True}).one()


def history():
    rows = db.session.scalars(sa.select(Enrollment).order_by(Enrollment.completed_on, Enrollment.course_id),
                              execution_options={"populate_existing": True})
    return [(row.employee.number, row.course.code, row.completed_on, row.expires_on) for row in rows]


# -- courses ---------------------------------------------------------------------------------------------


def test_months_say_that_a_course_expires_and_none_that_it_does_not(importing):
    importing.whole("courses", [*COURSES, ["SOFT-1", "Talking", None]])
    assert [(course(code).validity_kind, course(code).validity_months) for code in ("HSE-101", "SOFT-1")] == [
        ("rolling", 12), ("never", None)]


def test_a_dash_ends_a_courses_expiry_and_months_keep_its_kind(catalogue):
    catalogue.whole("courses", [["Code", "Valid for months", "Validity"], ["HSE-101", 12, "Keeps the anniversary"]])
    catalogue.whole("courses", [["Code", "Valid for months"], ["HSE-101", 6], ["ELE-201", "-"]])
    assert (course("HSE-101").validity_kind, course("HSE-101").validity_months) == ("anniversary", 6)
    assert (course("ELE-201").validity_kind, course("ELE-201").validity_months) == ("never", None)


def test_a_contradiction_of_the_policy_refuses_the_row_as_the_form_does(importing):
    importing.upload("courses", [["Code", "Name", "Valid for months", "Valid for days"], ["A", "A", 12, 30]])
    importing.check()
    assert importing.codes() == {2: ["validity_twice"]}


# -- one row per completion ------------------------------------------------------------------------------


def test_a_completion_comes_in_with_its_expiry_and_where_it_came_from(catalogue):
    catalogue.whole("enrollments", [HEAD, ["E5", "hse-101", D(2025, 4, 9), "pass ", "92%", "C-1"]])
    row = db.session.scalars(sa.select(Enrollment)).one()
    assert history() == [("E5", "HSE-101", D(2025, 4, 9), D(2026, 4, 9))]
    assert (row.score, row.certificate_number, row.source) == (Decimal(92), "C-1", "import")
    assert row.source_detail == {"batch": str(catalogue.id), "row": 2}


def test_the_same_history_twice_changes_nothing_and_a_new_score_is_a_change(catalogue):
    rows = [HEAD, ["E5", "HSE-101", D(2025, 4, 9), "Passed", 80, "C-1"],
            ["E5", "HSE-101", D(2024, 4, 9), "Failed", 20, None]]
    catalogue.whole("enrollments", rows)
    catalogue.upload("enrollments", rows)
    assert catalogue.check().counts["same"] == 2
    catalogue.upload("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 4, 9), "Passed", 85, None]])
    catalogue.check()
    assert catalogue.rows()[0].changes == {"score": ["80.00", "85"]}


@pytest.mark.parametrize(("row", "code"), [
    (["99", "HSE-101", D(2025, 1, 1)], "employee_id_unknown"),
    (["E5", "NONE", D(2025, 1, 1)], "course_id_unknown"),
    (["E5", "HSE-101", None], "missing"),
    (["E5", "HSE-101", "booked"], "booked"),
    (["E5", "HSE-101", D(2027, 1, 1)], "completed_in_future"),
    (["E5", "HSE-101", D(2025, 1, 1), "perhaps"], "not_a_result"),
    (["E5", "HSE-101", D(2025, 1, 1), "Passed", 140], "not_a_score"),
])  # fmt: skip
def test_a_bad_completion_says_why(catalogue, row, code):
    good = ["E4", "HSE-101", D(2025, 1, 1), None, None, "X"]
    catalogue.upload("enrollments", [HEAD, [*row, *[None] * (6 - len(row))], good])
    catalogue.check()
    assert catalogue.codes() == {2: [code]}


def test_fractions_beside_points_are_asked(catalogue):
    catalogue.upload("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 1, 1), None, 0.78, None],
                                     ["E4", "HSE-101", D(2025, 1, 1), None, 87, None]])
    assert [question["key"] for question in catalogue.check().questions] == ["score:fractions"]
    catalogue.check(score__fractions="yes")
    catalogue.commit()
    assert sorted(db.session.scalars(sa.select(Enrollment.score))) == [Decimal(78), Decimal(87)]


def test_what_an_older_completion_moves_is_shown(catalogue):
    """A completion shortly before the anniversary keeps it, once the one before is known."""
    catalogue.whole("courses", [["Code", "Valid for months", "Validity"], ["HSE-101", 12, "Keeps the anniversary"]])
    with unit_of_work():
        update_course(catalogue.actor, course("HSE-101").id, window_before_days=60)
    catalogue.whole("enrollments", [HEAD, ["E5", "HSE-101", D(2026, 1, 20), None, None, None]])
    catalogue.upload("enrollments", [HEAD, ["E5", "HSE-101", D(2025, 2, 10), None, None, None]])
    assert catalogue.check().counts["follows"] == 1
    moved = next(row for row in catalogue.rows() if row.outcome == "follows")
    assert moved.changes["expires_on"] == ["2027-01-20", "2027-02-10"]


# -- the tracker -----------------------------------------------------------------------------------------

TRACKER = [["HSE TRAINING TRACKER (do not sort!)"], ["Emp #", "Name", "Orientation (HSE-101)", "Electrical [ELE-201]"],
           ["E5", "Somebody", D(2025, 3, 1), "29-Jan-25"], ["E4", "Other", "N/A", "booked"],
           ["77", "Unknown", D(2025, 3, 1), None], ["E3", "Third", "01/22/2025", "07/08/2025"]]


def test_a_tracker_is_one_completion_per_cell(catalogue):
    catalogue.upload("tracker", TRACKER)
    assert catalogue.batch.mapping == {"employee_id": [0], "across": {"2": "HSE-101", "3": "ELE-201"}}
    batch = catalogue.check()
    assert {name: batch.counts.get(name, 0) for name in ("create", "same", "refused")} == {
        "create": 4, "same": 1, "refused": 1}
    assert catalogue.codes() == {4: ["booked"], 5: ["employee_id_unknown"]}
    catalogue.commit()
    assert sorted(history()) == [
        ("E3", "ELE-201", D(2025, 7, 8), D(2027, 7, 8)), ("E3", "HSE-101", D(2025, 1, 22), D(2026, 1, 22)),
        ("E5", "ELE-201", D(2025, 1, 29), D(2027, 1, 29)), ("E5", "HSE-101", D(2025, 3, 1), D(2026, 3, 1))]
    catalogue.upload("tracker", TRACKER)
    assert "create" not in catalogue.check().counts
