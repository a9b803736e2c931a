"""Who comes under a rule because the whole department moves gets the grace that somebody who moves alone gets."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from alembic.migration import MigrationContext
from alembic.operations import Operations

from app.compliance import branches, moving
from app.compliance.models import Branch
from app.compliance.pairs import pair_states
from app.compliance.rules import EPOCH
from app.organisation import moves
from app.organisation import operations as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW
from tests.trail import by_hand

D = dt.date
MOVED, LATER = NOW + dt.timedelta(days=10), NOW + dt.timedelta(days=25)  # 11 and 26 March 2026


@pytest.fixture
def plant(matrix):
    """Fire is required of the plant within 20 days, of everybody in it since January; the manager is in the office."""
    matrix.require("fire", department_id=matrix.places["plant"].id, grace_days=20)
    return matrix


def put(plant, code, under, at):
    with time_machine.travel(at, tick=False):
        parent = plant.places[under].id if under else None
        plant.do(organisation.update_department, plant.places[code].id, parent_id=parent)


def due(plant, day=None, who="manager"):
    """(due day, lane) of fire, if it is required."""
    found = db.session.execute(pair_states(day, only=lambda column: column == plant.acme.employees[who])).all()
    return [(row.due_on, row.lane) for row in found]


def test_people_of_a_branch_that_moves_get_the_grace_of_newcomers(plant):
    put(plant, "office", "plant", MOVED)
    with time_machine.travel(MOVED, tick=False):
        assert due(plant) == [(D(2026, 3, 31), "not_due")]
        assert due(plant, D(2026, 3, 31)) == [(D(2026, 3, 31), "missing")]
        assert due(plant, who="employee") == [(D(2026, 1, 21), "missing")]


def test_who_comes_into_the_branch_later_counts_from_then(plant):
    put(plant, "office", "plant", MOVED)
    with time_machine.travel(LATER, tick=False):
        plant.move("outsider", department_id=plant.places["office"].id)
        assert due(plant, who="outsider") == [(D(2026, 4, 15), "not_due")]


def test_the_day_goes_down_the_tree(plant):
    with unit_of_work():
        desk = organisation.create_department(plant.officer, code="desk", name="Desk",
                                              parent_id=plant.places["office"].id)
    plant.move("manager", department_id=desk.id)
    put(plant, "office", "shop", MOVED)
    with time_machine.travel(LATER, tick=False):
        assert due(plant) == [(D(2026, 3, 31), "not_due")]


def test_a_past_day_is_asked_with_the_tree_as_it_was(plant):
    plant.require("code", department_id=plant.places["office"].id)
    put(plant, "shop", "office", MOVED)
    with time_machine.travel(LATER, tick=False):
        def asked(day):
            found = db.session.execute(pair_states(day, only=lambda column: column == plant.acme.employees["employee"]))
            return {row.course_id for row in found}

        assert asked(D(2026, 3, 10)) == {plant.courses["fire"].id}
        assert asked(D(2026, 3, 11)) == asked(clock.today()) == {plant.courses["code"].id}


def test_the_preview_says_the_same(plant):
    with time_machine.travel(MOVED, tick=False):
        [said] = moving.moves_of_department(plant.places["office"], plant.places["plant"].id).named
        plant.do(organisation.update_department, plant.places["office"].id, parent_id=plant.places["plant"].id)
        assert due(plant) == [(said.due_on, said.lane)] == [(D(2026, 3, 31), "not_due")]


def test_a_move_that_is_taken_back_never_was(plant):
    put(plant, "office", "plant", MOVED)
    put(plant, "office", None, LATER)
    with time_machine.travel(LATER + dt.timedelta(days=2), tick=False):
        office = plant.places["office"]
        [change, *_earlier] = moves.moves_of(office.id, moves.DEPARTMENTS)
        [said] = moving.moves_of_department(office, plant.places["plant"].id, is_back=True).named
        plant.do(moves.undo_department_move, office.id, change_id=change.id)
        assert due(plant) == [(said.due_on, said.lane)] == [(D(2026, 3, 31), "not_due")]


def test_a_slip_put_right_on_the_same_day_moves_nobody(plant):
    for under in ("office", "plant"):
        put(plant, "shop", under, MOVED)
    with time_machine.travel(LATER, tick=False):
        assert due(plant, who="employee") == [(D(2026, 1, 21), "missing")]
        notes = db.session.scalars(sa.select(Branch).where(Branch.department_id == plant.places["shop"].id)).all()
        assert [(one.parent_id, one.until_on) for one in notes] == [(plant.places["plant"].id, None)]


def test_a_slip_put_right_elsewhere_counts_from_the_day_of_the_slip(plant):
    put(plant, "office", "shop", MOVED)
    with time_machine.travel(MOVED + dt.timedelta(hours=1), tick=False):
        [said] = moving.moves_of_department(plant.places["office"], plant.places["plant"].id).named or [None]
        assert said is None  # fire is required of the whole plant, and the office came into it this morning
    put(plant, "office", "plant", MOVED + dt.timedelta(hours=1))
    with time_machine.travel(LATER, tick=False):
        assert due(plant) == [(D(2026, 3, 31), "not_due")]


def test_nothing_is_noted_twice(plant):
    with unit_of_work():
        assert branches.note_branches() == 0


def notes(plant, code):
    """(part of, from, until, since) of a department, in order."""
    db.session.expire_all()
    found = db.session.scalars(sa.select(Branch).where(Branch.department_id == plant.places[code].id)
                               .order_by(Branch.from_on))
    codes = {one.id: code for code, one in plant.places.items()}
    return [(codes.get(one.parent_id), one.from_on, one.until_on, one.since) for one in found]


def test_a_move_on_the_day_of_the_first_note_is_no_slip(plant):
    with time_machine.travel(MOVED, tick=False):
        with by_hand(), unit_of_work():
            db.session.execute(sa.delete(Branch))
            assert branches.note_branches() == 3
        put(plant, "office", "plant", MOVED + dt.timedelta(hours=1))
        assert notes(plant, "office") == [(None, EPOCH, D(2026, 3, 10), EPOCH),
                                          ("plant", D(2026, 3, 11), None, D(2026, 3, 11))]
        assert due(plant) == [(D(2026, 3, 31), "not_due")]


def test_a_new_department_put_right_on_its_day_moves_nobody(plant):
    with time_machine.travel(MOVED, tick=False), unit_of_work():
        plant.places["desk"] = organisation.create_department(plant.officer, code="desk", name="Desk")
    put(plant, "desk", "plant", MOVED + dt.timedelta(hours=1))
    assert notes(plant, "desk") == [("plant", EPOCH, None, EPOCH)]


def test_a_move_on_the_day_of_the_upgrade_is_no_slip(plant):
    path = next(Path(__file__).parents[2].joinpath("migrations/versions").glob("*_department_branches.py"))
    spec = importlib.util.spec_from_file_location("migration", path)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    with time_machine.travel(MOVED, tick=False):
        with by_hand(), unit_of_work():
            db.session.execute(sa.delete(Branch).where(Branch.tenant_id == plant.acme.id))
            with Operations.context(MigrationContext.configure(db.session.connection())):
                migration._note_branches()
        put(plant, "office", "plant", MOVED + dt.timedelta(hours=1))
        assert notes(plant, "office")[1:] == [("plant", D(2026, 3, 11), None, D(2026, 3, 11))]


def test_who_moves_on_after_a_move_was_taken_back_that_day_counts_from_that_day(plant):
    put(plant, "office", "shop", MOVED)
    with time_machine.travel(LATER, tick=False):
        office = plant.places["office"]
        [change, *_earlier] = moves.moves_of(office.id, moves.DEPARTMENTS)
        plant.do(moves.undo_department_move, office.id, change_id=change.id)
        assert notes(plant, "office")[-1] == (None, D(2026, 3, 26), None, EPOCH)
        [said] = moving.moves_of_department(office, plant.places["plant"].id).named
        plant.do(organisation.update_department, office.id, parent_id=plant.places["plant"].id)
        assert notes(plant, "office")[-1] == ("plant", D(2026, 3, 26), None, D(2026, 3, 26))
        assert due(plant) == [(said.due_on, said.lane)] == [(D(2026, 4, 15), "not_due")]


def test_a_move_of_this_morning_that_is_taken_back_to_an_earlier_place_never_was(plant):
    put(plant, "office", "plant", MOVED)
    put(plant, "office", None, LATER)
    with time_machine.travel(LATER + dt.timedelta(days=2), tick=False):
        office = plant.places["office"]
        [away, *_earlier] = moves.moves_of(office.id, moves.DEPARTMENTS)
        plant.do(moves.undo_department_move, office.id, change_id=away.id)
        plant.do(organisation.update_department, office.id, parent_id=plant.places["shop"].id)
        [again, *_earlier] = moves.moves_of(office.id, moves.DEPARTMENTS)
        plant.do(moves.undo_department_move, office.id, change_id=again.id)
        assert notes(plant, "office")[-1] == ("plant", D(2026, 3, 28), None, D(2026, 3, 11))
        assert due(plant) == [(D(2026, 3, 31), "not_due")]


def test_a_slip_put_right_to_a_place_of_long_ago_counts_from_the_day_of_the_slip(plant):
    put(plant, "office", "plant", MOVED)
    put(plant, "office", "shop", LATER)
    put(plant, "office", None, LATER + dt.timedelta(hours=1))
    assert notes(plant, "office")[-1] == (None, D(2026, 3, 26), None, D(2026, 3, 26))
