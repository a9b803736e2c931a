"""What writing drafts leaves in the columns that nobody names."""

from __future__ import annotations

import datetime as dt

from app.organisation.models import Employee, Grade
from app.organisation.operations import create_employee, update_employee
from app.platform import drafts, progress
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.unit_of_work import unit_of_work
from tests.trail import by_hand

LATER = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def test_changing_one_searched_field_keeps_the_others_findable(inside):
    with unit_of_work():
        row = create_employee(inside.actor("officer"), number="77", name="Ada", name_ar="آدا")
        update_employee(inside.actor("officer"), row.id, name="Ada Byron")
    assert db.session.get(Employee, row.id).search_key == " 77 ada byron ادا"


def test_the_instant_of_a_change_can_be_given_for_all_rows_or_by_a_row_itself(inside):
    ids = [inside.employees["foreman"], inside.employees["employee"]]
    before = inside.employee("employee").updated_at
    first, second = Draft.change(ids[0], {"phone": "1"}), Draft.change(ids[1], {"phone": "2"})
    second.values["updated_at"] = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    with unit_of_work():
        drafts.load_current(Employee, [first, second])
        drafts.write(Employee, [first, second], LATER)
    db.session.expire_all()
    assert before < LATER
    assert inside.employee("foreman").updated_at == LATER
    assert inside.employee("employee").updated_at == dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def test_whoever_waits_hears_of_each_part_that_was_written(inside):
    heard = []
    made = [Draft.new({"code": str(number), "name": "Rung", "rank": 1}) for number in range(drafts.PART + 7)]
    with unit_of_work(), by_hand():
        with progress.watched(heard.append):
            drafts.write(Grade, made)
        drafts.write(Grade, [Draft.new({"code": "last", "name": "Rung", "rank": 1})])
    assert heard == [drafts.PART, drafts.PART + 7]
