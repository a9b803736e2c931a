"""Changing the matrix: appended, previewed by name, taken back."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from app.compliance import operations, queries
from app.compliance.events import (
    RequirementAdded,
    RequirementChanged,
    RequirementChangeUndone,
    RequirementEnded,
)
from app.platform.errors import DomainError
from app.platform.unit_of_work import _reactions
from tests.compliance.conftest import TODAY
from tests.compliance.test_pairs import required, stands
from tests.conftest import NOW

D = dt.date


@pytest.fixture
def recorded():
    """What was recorded, in order."""
    found, before = [], _reactions[object]
    _reactions[object] = (*before, found.append)
    yield found
    _reactions[object] = before


def refused(matrix, operation, *args, **values):
    with pytest.raises(DomainError) as refusal:
        matrix.do(operation, *args, **values)
    return {(error.field, error.code) for error in refusal.value.errors}


def test_a_rule_says_whom_it_gains_by_name(matrix, recorded):
    matrix.completed("fire", D(2025, 9, 1), "foreman")
    plan = operations.plan_addition(matrix.officer, course_id=matrix.courses["fire"].id,
                                    department_id=matrix.places["plant"].id)
    moves = plan.moves()
    assert (moves.gained, moves.lost, moves.missing) == (2, 0, 1)
    assert [(str(one.employee), one.state) for one in moves.named] == [
        ("Employee Acme", "not_started"), ("Foreman Acme", "valid")]
    assert not required(matrix), "a preview writes nothing"
    row = matrix.require("fire", department_id=matrix.places["plant"].id)
    [event] = [one for one in recorded if isinstance(one, RequirementAdded)]
    assert (event.subject_id, event.gained) == (row.rule_id, 2)


def test_who_must_have_it_by_another_rule_neither_gains_nor_loses(matrix):
    row = matrix.require("fire", department_id=matrix.places["plant"].id)
    matrix.require("fire", job_role_id=matrix.fitter.id)
    assert operations.plan_end(matrix.officer, row.id).moves().total == 0


def test_a_change_holds_from_today_and_leaves_the_past_as_it_was(matrix, recorded):
    row = matrix.require("fire", department_id=matrix.places["plant"].id)
    new = matrix.do(operations.change_requirement, row.id, department_id=matrix.places["office"].id)
    assert required(matrix) == {("manager", "fire")}
    assert required(matrix, TODAY - dt.timedelta(days=1)) == {("foreman", "fire"), ("employee", "fire")}
    assert [(one.valid_from, one.valid_until) for one in queries.spans(row.rule_id)] == [
        (D(2026, 1, 1), D(2026, 2, 28)), (TODAY, None)]
    assert new.since_on == TODAY
    [event] = [one for one in recorded if isinstance(one, RequirementChanged)]
    assert (event.gained, event.lost) == (1, 2)
    assert event.changes["department_id"] == (matrix.places["plant"].id, matrix.places["office"].id)


def test_a_change_of_grace_alone_moves_due_days_and_keeps_since_when(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id, grace_days=0)
    plan = operations.plan_change(matrix.officer, row.id, grace_days=90)
    moves = plan.moves()
    assert (moves.gained, moves.lost, moves.moved) == (0, 0, 2)
    assert moves.named[0].due_on > moves.named[0].was_due_on
    changed = matrix.do(operations.change_requirement, row.id, grace_days=90)
    assert changed.since_on == D(2026, 1, 1)
    assert stands(matrix)["employee", "fire"].lane == "not_due"


def test_a_change_can_be_planned_for_a_day_ahead(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id)
    matrix.do(operations.change_requirement, row.id, from_on=D(2026, 6, 1), course_id=matrix.courses["crane"].id)
    assert {code for _who, code in required(matrix)} == {"fire"}
    assert {code for _who, code in required(matrix, D(2026, 6, 1))} == {"crane"}
    assert refused(matrix, operations.change_requirement, row.id, from_on=D(2026, 2, 1)) == {
        (None, "not_found")}, "another row has taken its place"
    now = queries.spans(row.rule_id)[0]
    assert refused(matrix, operations.change_requirement, now.row_id, from_on=D(2026, 2, 1), grace_days=3) == {
        ("from_on", "day_is_over")}


def test_a_rule_that_is_to_come_still_comes_on_its_day_after_a_change(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id, valid_from=D(2026, 6, 1))
    matrix.do(operations.change_requirement, row.id, grace_days=14)
    assert not required(matrix)
    assert {code for _who, code in required(matrix, D(2026, 6, 1))} == {"fire"}


def test_a_rule_that_has_ended_is_neither_changed_nor_ended_again(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id, valid_until=D(2026, 2, 28))
    for operation, values in ((operations.change_requirement, {"grace_days": 14}), (operations.end_requirement, {})):
        assert refused(matrix, operation, row.id, **values) == {(None, "requirement_ended")}


def test_removing_a_rule_removes_the_requirement_and_not_the_past(matrix, recorded):
    with time_machine.travel(NOW - dt.timedelta(days=30), tick=False):
        matrix.move("outsider", department_id=matrix.places["office"].id)
        row = matrix.require("code", department_id=matrix.places["office"].id)
    matrix.do(operations.end_requirement, row.id)
    assert required(matrix) == set()
    assert required(matrix, TODAY - dt.timedelta(days=1)) == {("outsider", "code"), ("manager", "code")}
    [event] = [one for one in recorded if isinstance(one, RequirementEnded)]
    assert event.lost == 2


def test_each_kind_of_change_can_be_taken_back(matrix, recorded):
    row = matrix.require("fire", job_role_id=matrix.fitter.id)
    was = required(matrix)
    changed = matrix.do(operations.change_requirement, row.id, course_id=matrix.courses["crane"].id)
    matrix.do(operations.undo_change, changed.change_id)
    assert required(matrix) == was
    [current] = list(queries.spans(row.rule_id))
    matrix.do(operations.end_requirement, current.row_id)
    assert required(matrix) == set()
    [ended] = [one.superseded_by_id for one in queries.rows([current.row_id])]
    matrix.do(operations.undo_change, ended)
    assert required(matrix) == was
    assert len([one for one in recorded if isinstance(one, RequirementChangeUndone)]) == 2


def test_an_addition_taken_back_was_never_there(matrix):
    row = matrix.require("fire")
    matrix.do(operations.undo_change, row.change_id)
    assert required(matrix) == set()
    assert required(matrix, D(2026, 2, 1)) == set()
    assert refused(matrix, operations.undo_change, row.change_id) == {(None, "undone_already")}


def test_undo_says_when_something_stands_in_the_way(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id)
    changed = matrix.do(operations.change_requirement, row.id, grace_days=5)
    assert refused(matrix, operations.undo_change, row.change_id) == {(None, "changed_since")}
    matrix.do(operations.change_requirement, changed.id, course_id=matrix.courses["code"].id)
    matrix.require("fire", job_role_id=matrix.fitter.id, valid_from=TODAY)
    [last] = {one.row_id for one in queries.spans(row.rule_id) if one.valid_until is None}
    [change_id] = {one.change_id for one in queries.rows([last])}
    assert refused(matrix, operations.undo_change, change_id) == {("course_id", "requirement_exists")}


def test_what_is_refused(matrix):
    from uuid import uuid4

    add = operations.add_requirement
    fire = matrix.courses["fire"].id
    assert refused(matrix, add, course_id=uuid4(), department_id=uuid4(), grade_id=uuid4(), job_role_id=uuid4()) == {
        ("course_id", "course_id_unknown"), ("department_id", "department_id_unknown"),
        ("grade_id", "grade_id_unknown"), ("job_role_id", "job_role_id_unknown")}
    assert refused(matrix, add, course_id=fire, valid_from=D(2026, 5, 1), valid_until=D(2026, 4, 1)) == {
        ("valid_until", "ends_before_start")}
    matrix.require("fire", valid_until=D(2026, 6, 30))
    assert refused(matrix, add, course_id=fire, valid_from=D(2026, 6, 30)) == {("course_id", "requirement_exists")}
    matrix.require("fire", valid_from=D(2026, 7, 1))
    assert refused(matrix, operations.undo_change, uuid4()) == {(None, "not_found")}


def test_taking_back_what_is_to_come_says_whom_it_moves_then(matrix):
    row = matrix.require("fire", job_role_id=matrix.fitter.id, valid_from=D(2026, 5, 1))
    plan = operations.plan_undo(matrix.officer, row.change_id)
    assert (plan.from_on, plan.moves().lost) == (D(2026, 5, 1), 2)
    matrix.do(operations.undo_change, row.change_id)
    assert queries.spans(row.rule_id) == []
