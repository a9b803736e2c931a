"""Departments that an undo removes are forgotten as if they had never been, and days away stay days away."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from app.compliance.forgetting import forget_places
from app.compliance.models import Position
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.trail import by_hand

D = dt.date


def test_days_on_which_somebody_was_away_belong_to_no_place(matrix):
    who, shop, office, gone = matrix.acme.employees["employee"], *(
        matrix.places[code].id for code in ("shop", "office", "plant"))
    stays = [(shop, D(2026, 1, 1), D(2026, 1, 5)), (gone, D(2026, 1, 10), D(2026, 1, 12)),
             (office, D(2026, 1, 15), D(2026, 1, 20)), (gone, D(2026, 1, 21), None)]
    with by_hand(), unit_of_work():
        db.session.execute(sa.delete(Position).where(Position.employee_id == who))
        db.session.add_all(Position(
            employee_id=who, department_id=place, from_on=first, until_on=last, department_since=first,
            grade_since=first, job_role_since=first) for place, first, last in stays)
        db.session.flush()
        forget_places({gone})
    left = db.session.execute(sa.select(Position.department_id, Position.from_on, Position.until_on).where(
        Position.employee_id == who).order_by(Position.from_on)).all()
    assert left == [(shop, D(2026, 1, 1), D(2026, 1, 5)), (office, D(2026, 1, 15), None)]
