"""Thousands of composite keys looked up at once, inside the fence."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import sqlalchemy as sa

from app.organisation.models import Employee
from app.platform.db import db
from app.platform.keys import Made, Recurring, for_each
from app.platform.unit_of_work import unit_of_work

DAY = dt.date(2020, 2, 29)


def found(keys):
    columns = Employee.id, Employee.number, Employee.hired_on
    return [(place, row_id) for row_id, place in
            db.session.execute(for_each(keys, columns, sa.select(Employee.id))).all()]


def test_each_row_is_told_with_the_key_it_goes_with(inside, globex, statements):
    with unit_of_work():
        db.session.execute(sa.update(Employee).values(hired_on=DAY))
    first, last = inside.employees["admin"], inside.employees["employee"]
    keys = [(uuid4(), "E1", DAY) for _ in range(3000)]
    keys[7], keys[2999] = (last, "E5", DAY), (first, "E1", DAY)
    keys[20], keys[21] = (first, "E2", DAY), (first, "E1", DAY + dt.timedelta(1))
    keys[30] = (globex.employees["admin"], "E1", DAY)
    with statements() as seen:
        assert sorted(found(keys)) == [(7, last), (2999, first)]
    assert len(seen) == 1


def test_no_keys_find_nothing(inside):
    assert found([]) == []


def test_recurring_ids_are_the_ids_and_what_is_kept_of_them_stays_small(inside):
    rows = db.session.execute(sa.select(sa.type_coerce(Employee.id, Recurring()), Employee.id)).all()
    assert len(rows) > 2
    assert [one for one, _same in rows] == [same for _one, same in rows]
    made = Made(str.upper, most=2)
    assert [made["a"], made["b"], made["a"], made["c"], len(made)] == ["A", "B", "A", "C", 1]
