"""The database and the rules give the same state, on every day around every boundary."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
import time_machine

from app.enrollments import operations, queries, records, states
from app.enrollments.facts import State
from app.enrollments.models import Enrollment
from app.enrollments.policies import visible
from app.enrollments.rules import phase_on
from app.platform.db import db
from app.tenancy import queries as tenancy

D = dt.date
BOUNDARIES = [D(2025, 1, 31), D(2025, 6, 15), D(2025, 12, 31), D(2026, 2, 28), D(2026, 3, 14), D(2026, 9, 9)]


@pytest.fixture
def every_kind(training):
    """Certificates of each policy with and without a stated expiry, a revoked one, and what is none."""
    for who, day in [("employee", D(2025, 1, 31)), ("foreman", D(2025, 2, 28)), ("manager", D(2025, 3, 14))]:
        for code in training.courses:
            training.completed(code, day, who)
    training.completed("rolling", D(2025, 6, 15), "admin", granted_expires_on=D(2025, 9, 9))
    training.completed("rolling", D(2025, 6, 15), "officer", granted_expires_on=D.max)
    revoked = training.completed("grace", D(2025, 6, 15), "admin")
    training.do(operations.revoke_enrollment, revoked.id, revoked_on=D(2025, 12, 31), reason="Forged")
    training.active("rolling", "outsider", started_on=D(2026, 2, 28))
    failed, withdrawn = training.active("grace", "outsider"), training.active("never", "outsider")
    training.do(operations.fail_enrollment, failed.id, completed_on=D(2026, 3, 1))
    training.do(operations.withdraw_enrollment, withdrawn.id, reason="Left")
    return training


def expected(row, day):
    window = tenancy.current_tenant().expiring_window_days
    if row.is_completion:
        return phase_on(day, queries.period_fact(row), row.course.policy, window)
    if row.status != "active":
        return row.status
    return State.NOT_STARTED if row.started_on > day else State.IN_PROGRESS


def days():
    near = {edge + dt.timedelta(shift) for edge in BOUNDARIES
            for base in (0, 30, 14) for shift in (-base - 1, -base, -base + 1, base - 1, base, base + 1)}
    return sorted(near)


def test_sql_and_rules_agree_day_by_day(every_kind):
    seen = set()
    for day in days():
        with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False):
            db.session.expire_all()
            rows = db.session.scalars(sa.select(Enrollment)).all()
            wanted = {row.id: expected(row, day) for row in rows}
            assert {row.id: row.state for row in rows} == wanted, day
            for state in states.STATES:
                found = set(db.session.scalars(sa.select(Enrollment.id).where(states.in_state(Enrollment, state))))
                assert found == {key for key, value in wanted.items() if value == state}, (day, state)
            seen |= set(wanted.values())
    assert seen == set(states.STATES)


def test_the_tenants_own_window_counts(every_kind):
    tenancy.current_tenant().expiring_window_days = 0
    db.session.flush()
    assert not db.session.scalars(sa.select(Enrollment).where(states.in_state(Enrollment, "expiring_soon"))).all()
    tenancy.current_tenant().expiring_window_days = 400
    db.session.flush()
    db.session.expire_all()
    rows = db.session.scalars(sa.select(Enrollment).where(Enrollment.expires_on.isnot(None))).all()
    assert "valid" not in {row.state for row in rows}


def test_an_unknown_state_matches_nothing(every_kind):
    assert not db.session.scalars(sa.select(Enrollment).where(states.in_state(Enrollment, "x' OR 1=1"))).all()


def test_a_state_is_right_though_no_job_has_run(training):
    row = training.completed("rolling", D(2025, 3, 14))
    with time_machine.travel(dt.datetime(2026, 3, 15, 9, tzinfo=dt.UTC), tick=False):
        row = db.session.get(Enrollment, row.id, populate_existing=True)
        assert (row.status, row.state) == ("completed", "expired")


def test_people_of_a_course_are_counted_once_each_by_what_decides(every_kind):
    every_kind.completed("grace", D(2026, 2, 1), "employee", started_on=D(2026, 1, 10))
    every_kind.active("fixed", "outsider")
    officer = visible(every_kind.organisation.actor("officer"))
    for day in (D(2025, 7, 1), D(2026, 1, 10), D(2026, 1, 31), D(2026, 2, 1), D(2026, 2, 27), D(2026, 2, 28),
                D(2026, 3, 5), D(2026, 12, 1), D(2027, 6, 1)):
        with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False):
            for course in every_kind.courses.values():
                people = {}
                for row in db.session.scalars(sa.select(Enrollment).where(Enrollment.course_id == course.id)):
                    people.setdefault(row.employee_id, []).append(row)
                wanted = Counter(str(records.explain(course, own).state) for own in people.values())
                assert queries.people_by_state(course.id, officer) == wanted, (day, course.code)
