"""Filling gaps with enrollments."""

from __future__ import annotations

import datetime as dt

from app.compliance import assigning
from app.compliance.events import PeopleAssigned
from app.courses import operations as courses
from tests.compliance.test_operations import recorded  # noqa: F401
from tests.compliance.test_pairs import stands


def test_everybody_who_can_be_is_enrolled_and_the_rest_is_named(matrix, recorded):  # noqa: F811
    for code in ("fire", "crane"):
        matrix.require(code, job_role_id=matrix.fitter.id)
    employee, foreman = matrix.acme.employees["employee"], matrix.acme.employees["foreman"]
    fire, crane = matrix.courses["fire"].id, matrix.courses["crane"].id
    matrix.do(assigning.enrol_pairs, pairs=[(employee, fire)])
    matrix.do(courses.update_course, crane, is_active=False)
    outcome = matrix.do(assigning.enrol_pairs, pairs=[(employee, fire), (foreman, fire), (employee, crane)])
    assert outcome.enrolled == 1
    assert outcome.refused == ["Employee Acme (E5) is enrolled already.",
                               "Employee Acme (E5): Nobody can be enrolled in a course that is not active."]
    assert stands(matrix)["foreman", "fire"].state == "in_progress"
    assert [(one.enrolled, one.refused) for one in recorded if isinstance(one, PeopleAssigned)] == [(1, 0), (1, 2)]


def test_one_who_can_not_be_enrolled_keeps_nobody_else_out(matrix):
    fire, crane, people = matrix.courses["fire"].id, matrix.courses["crane"].id, matrix.acme.employees
    matrix.do(courses.update_course, crane, prerequisite_ids=[fire])
    matrix.completed("fire", dt.date(2026, 1, 5), "foreman")
    outcome = matrix.do(assigning.enrol_pairs, pairs=[(people[who], crane) for who in ("employee", "foreman")])
    assert (outcome.enrolled, outcome.refused) == (
        1, ["Employee Acme (E5): To be completed first: Fire fire (Not started)."])
