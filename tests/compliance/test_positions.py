"""Where people stood: one position after the other, without gaps, and no seam where nothing happened."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
import time_machine

from app.accounts.models import SYSTEM
from app.compliance.models import Position
from app.compliance.positions import note_positions
from app.compliance.rules import EPOCH
from app.organisation import operations as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import Draft, write
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW
from tests.trail import by_hand


def positions(employee_id):
    return db.session.execute(sa.select(Position.department_id, Position.until_on).where(
        Position.employee_id == employee_id).order_by(Position.from_on)).all()


def move(employee_id, department_id):
    with unit_of_work():
        organisation.update_employee(SYSTEM, employee_id, department_id=department_id)


def test_a_move_that_is_taken_back_on_its_day_leaves_no_trace_and_a_later_one_does(inside):
    person = inside.employees["employee"]
    with unit_of_work():
        first, second = (organisation.create_department(SYSTEM, code=code, name=code).id for code in ("A", "B"))
    move(person, first)
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        move(person, second)
        assert positions(person) == [(first, dt.date(2026, 3, 3)), (second, None)]
        move(person, first)
        assert positions(person) == [(first, None)]
        move(person, second)
    with time_machine.travel(NOW + dt.timedelta(days=9), tick=False):
        move(person, first)
    assert positions(person) == [(first, dt.date(2026, 3, 3)), (second, dt.date(2026, 3, 9)), (first, None)]


def test_what_somebody_keeps_counts_on_whatever_else_changed_that_day(inside):
    """Each of department, grade and job role counts from the day on which it came, in however many steps."""
    person = inside.employees["employee"]
    with unit_of_work():
        home, away = (organisation.create_department(SYSTEM, code=code, name=code).id for code in ("A", "B"))
        junior, senior = (organisation.create_grade(SYSTEM, code=code, name=code, rank=5).id for code in ("G5", "G6"))

    def change(**values):
        with unit_of_work():
            organisation.update_employee(SYSTEM, person, **values)

    def sinces():
        return db.session.execute(sa.select(Position.department_since, Position.grade_since).where(
            Position.employee_id == person, Position.until_on.is_(None))).one()

    change(department_id=home, grade_id=junior)
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        change(department_id=away)
        change(grade_id=senior)
        assert sinces() == (dt.date(2026, 3, 4), dt.date(2026, 3, 4)), "the grade is new although the move came first"
        change(department_id=home)
        assert sinces() == (EPOCH, dt.date(2026, 3, 4)), "the move was a slip, the grade was not"
        change(is_active=False)
        assert positions(person) == [(home, dt.date(2026, 3, 3))], "what came and went this morning was never there"
        change(is_active=True)
        assert sinces() == (EPOCH, dt.date(2026, 3, 4)), "so was leaving"
        assert [(one.from_on, one.until_on) for one in db.session.scalars(sa.select(Position).where(
            Position.employee_id == person).order_by(Position.from_on))] == [
                (EPOCH, dt.date(2026, 3, 3)), (dt.date(2026, 3, 4), None)]


def test_first_positions_have_ids_of_their_own_in_the_order_of_the_people(inside):
    drafts = [Draft.new({"number": f"N{n}", "name": f"New {n}"}) for n in range(50)]
    people = sorted(draft.id for draft in drafts)
    with unit_of_work(), by_hand():
        write(Employee, drafts)
        note_positions()
    rows = sorted(db.session.execute(sa.select(Position.id, Position.employee_id).where(
        Position.employee_id.in_(people))).all())
    assert [person for _id, person in rows] == people
    assert {key.version for key, _person in rows} == {7}
    assert len({key for key, _person in rows} - set(people)) == 50
