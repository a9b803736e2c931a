"""After a large change the planner knows how large the table has become."""

from __future__ import annotations

import sqlalchemy as sa

from app.organisation.models import JobRole
from app.platform import drafts, statistics
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.unit_of_work import unit_of_work


def write(many):
    with unit_of_work():
        db.session.scalars(sa.select(JobRole).where(JobRole.code == "R1")).all()  # as every plan does
        drafts.write(JobRole, [Draft.new({"code": f"R{n}", "name": f"Role {n}"}) for n in range(many)])


def believed():
    """How many job roles the planner thinks there are."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        return db.session.connection().exec_driver_sql(
            "SELECT reltuples FROM pg_class WHERE oid = 'job_roles'::regclass").scalar()
    is_known = db.session.connection().exec_driver_sql(
        "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'").scalar()
    return is_known and db.session.connection().exec_driver_sql(
        "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'job_roles'").scalar()


def test_a_large_change_is_told_to_the_planner(inside):
    write(statistics.LARGE)
    assert believed() >= statistics.LARGE


def test_a_small_change_is_not(inside):
    before = believed()
    write(3)
    assert believed() == before


def test_the_change_stands_even_where_the_planner_can_not_be_told(inside, monkeypatch):
    monkeypatch.setattr(statistics, "STATEMENTS", dict.fromkeys(statistics.STATEMENTS, ("no statement",)))
    write(statistics.LARGE)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(JobRole)) == statistics.LARGE
