"""What TrainFlow keeps about departments and people follows an undo, also one of a later day."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.compliance.models import Branch, Position
from app.compliance.rules import EPOCH
from app.organisation.models import Department, Employee
from app.organisation.operations import update_department, update_employee
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW

DAY = dt.timedelta(days=1)
NEW = [["Code", "Name", "Part of"], ["NORTH", "North", None], ["OFF", "Office", "NORTH"]]


@pytest.fixture
def office(importing):
    """The department OFF, which is part of HQ, and employee 7 in it; both came four days ago."""
    with time_machine.travel(NOW - 4 * DAY, tick=False):
        importing.whole("departments", [["Code", "Name", "Part of"], ["HQ", "Head", None], ["OFF", "Office", "HQ"]])
        importing.whole("employees", [["Number", "Name", "Department"], ["7", "Ada", "OFF"]])
    return importing


def place(code):
    return db.session.scalars(sa.select(Department).where(Department.code == code)).one()


def person():
    return db.session.scalars(sa.select(Employee).where(Employee.number == "7")).one()


def branches(code="OFF"):
    db.session.expire_all()
    notes = db.session.scalars(sa.select(Branch).where(Branch.department_id == place(code).id)
                               .order_by(Branch.from_on))
    codes = {one.id: one.code for one in db.session.scalars(sa.select(Department))}
    return [(codes.get(one.parent_id), one.from_on, one.until_on, one.since) for one in notes]


def positions():
    db.session.expire_all()
    notes = db.session.scalars(sa.select(Position).join(Employee, Employee.id == Position.employee_id)
                               .where(Employee.number == "7").order_by(Position.from_on))
    codes = {one.id: one.code for one in db.session.scalars(sa.select(Department))}
    return [(codes.get(one.department_id), one.from_on, one.until_on, one.department_since) for one in notes]


def undone(importing, at):
    with time_machine.travel(at, tick=False):
        batch = importing.undo()
    return {name: batch.counts[name] for name in ("removed", "reverted", "standing")}


def test_a_department_that_came_goes_a_day_later_with_what_was_noted_under_it(office):
    before = branches()
    office.whole("departments", NEW)
    assert len(branches()) == 2
    assert undone(office, NOW + DAY) == {"removed": 1, "reverted": 1, "standing": 0}
    assert branches() == before == [("HQ", EPOCH, None, EPOCH)]


def test_people_of_a_department_that_goes_count_as_never_having_left(office):
    before = positions()
    office.whole("employees", [["Number", "Name", "Department"], ["7", "Ada", "NORTH"], ["8", "Grace", "NORTH"]],
                 department_id__missing="create")
    assert undone(office, NOW + DAY) == {"removed": 2, "reverted": 1, "standing": 0}
    assert positions() == before == [("OFF", EPOCH, None, EPOCH)]


def test_who_was_moved_on_meanwhile_stays_there_and_was_where_they_were_before(office):
    office.whole("employees", [["Number", "Name", "Department"], ["7", "Ada", "NORTH"]],
                 department_id__missing="create")
    wanted = office.id
    office.whole("departments", [["Code", "Name"], ["SOUTH", "South"]])
    with unit_of_work():
        update_department(office.actor, place("OFF").id, parent_id=place("NORTH").id)
    with time_machine.travel(NOW + DAY, tick=False), unit_of_work():
        update_department(office.actor, place("OFF").id, parent_id=place("SOUTH").id)
        person = db.session.scalars(sa.select(Employee).where(Employee.number == "7")).one()
        update_employee(office.actor, person.id, department_id=place("SOUTH").id)
    office.id = wanted
    assert undone(office, NOW + 2 * DAY) == {"removed": 1, "reverted": 0, "standing": 1}
    assert branches() == [("HQ", EPOCH, NOW.date(), EPOCH), ("SOUTH", (NOW + DAY).date(), None, (NOW + DAY).date())]
    assert positions() == [("OFF", EPOCH, NOW.date(), EPOCH), ("SOUTH", (NOW + DAY).date(), None, (NOW + DAY).date())]


def test_a_department_that_is_put_back_a_day_later_counts_as_never_having_left(office):
    with time_machine.travel(NOW - DAY, tick=False):
        office.whole("departments", [["Code", "Name"], ["NORTH", "North"]])
    office.whole("departments", [["Code", "Name", "Part of"], ["OFF", "Office", "NORTH"]])
    assert undone(office, NOW + DAY) == {"removed": 0, "reverted": 1, "standing": 0}
    assert branches() == [("HQ", EPOCH, (NOW - DAY).date(), EPOCH), ("NORTH", NOW.date(), NOW.date(), NOW.date()),
                          ("HQ", (NOW + DAY).date(), None, EPOCH)]


def test_a_department_whose_name_alone_is_put_back_is_where_it_was_moved(office):
    with time_machine.travel(NOW - DAY, tick=False), unit_of_work():
        update_department(office.actor, place("OFF").id, parent_id=None)
    office.whole("departments", [["Code", "Name"], ["OFF", "Bureau"]])
    with unit_of_work():
        update_department(office.actor, place("OFF").id, parent_id=place("HQ").id)
    before = branches()
    assert before[-1] == ("HQ", NOW.date(), None, NOW.date())
    assert undone(office, NOW + DAY) == {"removed": 0, "reverted": 1, "standing": 0}
    assert (place("OFF").name, branches()) == ("Office", before)


def test_somebody_who_is_put_back_a_day_later_counts_as_never_having_left(office):
    with time_machine.travel(NOW - DAY, tick=False):
        office.whole("departments", [["Code", "Name"], ["NORTH", "North"]])
    office.whole("employees", [["Number", "Name", "Department"], ["7", "Ada", "NORTH"]])
    assert undone(office, NOW + DAY) == {"removed": 0, "reverted": 1, "standing": 0}
    assert positions() == [("OFF", EPOCH, (NOW - DAY).date(), EPOCH), ("NORTH", NOW.date(), NOW.date(), NOW.date()),
                           ("OFF", (NOW + DAY).date(), None, EPOCH)]


def test_somebody_whom_an_import_let_leave_counts_as_never_having_left(office):
    office.whole("employees", [["Number", "Name", "Active"], ["7", "Ada", "No"]])
    assert undone(office, NOW + DAY) == {"removed": 0, "reverted": 1, "standing": 0}
    assert positions() == [("OFF", EPOCH, (NOW - DAY).date(), EPOCH), ("OFF", (NOW + DAY).date(), None, EPOCH)]


def test_somebody_whose_name_alone_is_put_back_is_where_they_were_moved(office):
    with time_machine.travel(NOW - 2 * DAY, tick=False), unit_of_work():
        update_employee(office.actor, person().id, department_id=place("HQ").id)
    office.whole("employees", [["Number", "Name"], ["7", "Ada Lovelace"]])
    with time_machine.travel(NOW + DAY, tick=False):
        with unit_of_work():
            update_employee(office.actor, person().id, department_id=place("OFF").id)
        before = positions()
    assert before[-1] == ("OFF", (NOW + DAY).date(), None, (NOW + DAY).date())
    assert undone(office, NOW + DAY) == {"removed": 0, "reverted": 1, "standing": 0}
    assert (person().name, positions()) == ("Ada", before)
