"""Several enrollments at once, from the list."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.enrollments import selections
from app.enrollments.models import Enrollment
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.enrollments.conftest import Training

D = dt.date


@pytest.fixture
def training(acme):
    """acme with its courses; enter the tenant where rows are made."""
    with tenant_scope(acme.id):
        return Training(acme)


@pytest.fixture
def rows(acme, training):
    """Two people under way and one completion: names to ids."""
    with tenant_scope(acme.id):
        return {"running": training.active("kept", "outsider").id, "other": training.active("kept", "foreman").id,
                "done": training.completed("rolling", D(2026, 1, 1)).id}


def statuses(acme, rows):
    with tenant_scope(acme.id):
        found = dict(db.session.execute(sa.select(Enrollment.id, Enrollment.status)).all())
        return {name: found.get(row_id) for name, row_id in rows.items()}


def test_withdrawing_takes_those_who_can_be_and_answers_for_each(acme, training, rows):
    with tenant_scope(acme.id):
        with unit_of_work():
            answers = selections.withdraw_enrollments(training.officer, list(rows.values()), reason="Site closed")
        assert [[e.code for e in one.errors] for one in answers] == [[], [], ["not_active"]]
        told = db.session.scalars(sa.select(AuditEntry.event).where(AuditEntry.event == "EnrollmentWithdrawn")).all()
        assert len(told) == 2
    assert statuses(acme, rows) == {"running": "withdrawn", "other": "withdrawn", "done": "completed"}


def test_archiving_lets_later_dates_follow_and_tells_of_each(acme, training):
    with tenant_scope(acme.id):
        first = training.completed("kept", D(2024, 6, 1))
        second = training.completed("kept", D(2025, 5, 20))
        assert second.expires_on == D(2026, 6, 1)
        with unit_of_work():
            [answer] = selections.archive_enrollments(training.officer, [first.id])
        assert (answer.errors, db.session.get(Enrollment, second.id, populate_existing=True).expires_on) == (
            [], D(2026, 5, 20))
        with unit_of_work():
            [again] = selections.archive_enrollments(training.officer, [first.id])
        assert [error.code for error in again.errors] == ["not_found"]


def test_the_screen_asks_for_the_reason_then_says_what_became_of_each(acme, rows, sign_in):
    officer = sign_in(acme, "officer")
    chosen = {"action": "withdraw", "rowid": [str(one) for one in rows.values()], "list": "_flt_0_status=active"}
    asked = officer.post("/enrollments/action_post", data=chosen).get_data(as_text=True)
    assert "3 entries are selected." in asked and 'name="reason"' in asked
    unsaid = officer.post("/enrollments/action_post", data=chosen | {"confirmed": "y"})
    assert "error-summary" in unsaid.get_data(as_text=True)
    assert statuses(acme, rows)["running"] == "active"
    answer = officer.post("/enrollments/action_post", data=chosen | {"confirmed": "y", "reason": "Site closed"})
    text = answer.get_data(as_text=True)
    assert "This enrollment is over already." in text and "2 people were taken off their courses." in text
    assert 'href="/enrollments?_flt_0_status=active"' in text
    assert statuses(acme, rows) == {"running": "withdrawn", "other": "withdrawn", "done": "completed"}


def test_rows_out_of_sight_are_not_touched(acme, globex, rows, sign_in):
    with tenant_scope(globex.id):
        theirs = Training(globex).active("kept", "employee").id
    answer = sign_in(acme, "officer").post("/enrollments/action_post", data={
        "action": "archive", "rowid": [str(theirs), "nonsense", str(rows["running"])]})
    assert "2 of the selected entries are not there any more." in answer.get_data(as_text=True)
    assert statuses(acme, rows)["running"] is None
    with tenant_scope(globex.id):
        assert db.session.get(Enrollment, theirs).deleted_at is None


def test_who_may_not_write_is_offered_nothing(acme, rows, sign_in):
    manager = sign_in(acme, "manager")
    assert 'id="bulk"' not in manager.get("/enrollments").get_data(as_text=True)
    answer = manager.post("/enrollments/action_post", data={"action": "archive", "rowid": [str(rows["running"])]})
    assert answer.status_code == 404
    assert statuses(acme, rows)["running"] == "active"


def test_selected_people_stand_in_the_enrol_form(acme, training, sign_in):
    officer, people = sign_in(acme, "officer"), [str(acme.employees[name]) for name in ("employee", "foreman")]
    answer = officer.post("/users/action_post", data={"action": "enrol", "rowid": people})
    assert parse_qs(urlsplit(answer.location).query)["employee_ids"] == people
    form = officer.get(answer.location).get_data(as_text=True)
    assert all(f'value="{one}"' in form for one in people)
    assert 'data-counts="employee_ids"' in form and "Enrol {} people" in form
