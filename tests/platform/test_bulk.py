"""Rows by the thousand, however many of them a statement takes."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.organisation.models import Grade
from app.platform import bulk, clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.trail import by_hand

MANY = 2 * sum(bulk.TOGETHER) + 3


def grades(count):
    now = clock.now()
    return [{"id": uuid7(), "code": f"B{n}", "name": "Rung", "search_key": "", "created_at": now, "updated_at": now}
            for n in range(count)]


def test_every_row_counts_once_and_a_known_one_not_at_all(inside):
    rows = [row | {"tenant_id": inside.id} for row in grades(MANY)]
    with unit_of_work(), by_hand():
        assert bulk.insert_new(Grade, rows[:2]) == 2
        assert bulk.insert_new(Grade, [row | {"id": uuid7()} for row in rows]) == MANY - 2
    ids = set(db.session.scalars(sa.select(Grade.id).where(Grade.code.in_(["B0", "B1"]))))
    assert ids == {rows[0]["id"], rows[1]["id"]}


def test_what_every_row_has_goes_before_what_a_row_says(inside):
    strange = grades(3)[2] | {"tenant_id": uuid4(), "rank": 4}
    with unit_of_work(), by_hand():
        assert bulk.insert_rows(Grade.__table__, [strange], same={"tenant_id": inside.id}) == 1
    assert db.session.get(Grade, strange["id"]).rank == 4
