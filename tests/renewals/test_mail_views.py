"""Deciding from the mail: one decision per link, for its person, in its time, and never by reading."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import mail_links, operations, queries
from tests.conftest import NOW


@pytest.fixture
def step(asking):
    """A step that waits for the foreman."""
    return asking.ask(reason="The card is in my locker")


@pytest.fixture
def link(acme, step):
    """The foreman's link to it."""
    return link_for(acme, step, "foreman")


def link_for(organisation, step, who):
    with tenant_scope(organisation.id):
        return mail_links.path_for(organisation.id, step, organisation.actor(who).id)


def body(answer, status):
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def rows_about(organisation):
    with tenant_scope(organisation.id):
        return db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))


def test_fifty_readings_change_nothing_and_the_button_still_decides(context, acme, asking, step, link):
    scanner, before = context.test_client(), rows_about(acme)
    for _ in range(25):
        assert "Decide about a renewal" in body(scanner.get(link), 200)
        assert scanner.head(link).status_code == 200
    assert (asking.statuses(step), rows_about(acme)) == (["open"], before)
    visitor = context.test_client()
    text = body(visitor.get(link), 200)
    assert "Employee Acme" in text and "The card is in my locker" in text and "For Foreman Acme" in text
    assert "Approved" in body(visitor.post(link, data={"verdict": "approved"}), 200)
    assert asking.statuses(step) == ["approved"]


def test_a_link_decides_once(context, acme, asking, step, link):
    visitor = context.test_client()
    body(visitor.post(link, data={"verdict": "rejected", "comment": "Bring the card"}), 200)
    assert "This was decided already" in body(visitor.post(link, data={"verdict": "approved"}), 410)
    assert "This was decided already" in body(visitor.get(link), 410)
    assert asking.statuses(step) == ["rejected"]


def test_a_decision_taken_back_does_not_revive_its_link(context, acme, asking, step, link):
    visitor = context.test_client()
    body(visitor.post(link, data={"verdict": "approved"}), 200)
    with tenant_scope(acme.id), unit_of_work():
        decision = queries.step(step).decision_id
        operations.undo_decision(acme.actor("foreman"), decision)
    assert asking.statuses(step) == ["open"]
    body(visitor.post(link, data={"verdict": "approved"}), 410)
    assert asking.statuses(step) == ["open"]
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        body(context.test_client().post(link_for(acme, step, "foreman"), data={"verdict": "approved"}), 200)


def test_a_rejection_says_why_and_what_was_typed_stays(context, asking, step, link):
    visitor = context.test_client()
    assert "Say why" in body(visitor.post(link, data={"verdict": "rejected", "comment": " "}), 422)
    assert "Approve or reject." in body(visitor.post(link, data={"comment": "Hm"}), 422)
    assert asking.statuses(step) == ["open"]


def test_a_link_ends_after_a_week(context, asking, step, link):
    with time_machine.travel(NOW + dt.timedelta(days=6, hours=23), tick=False):
        body(context.test_client().get(link), 200)
    with time_machine.travel(NOW + dt.timedelta(days=7, seconds=1), tick=False):
        assert "This link has expired" in body(context.test_client().post(link, data={"verdict": "approved"}), 410)
    assert asking.statuses(step) == ["open"]


def test_a_link_is_of_use_to_whom_the_step_waits_for_only(context, acme, asking, step):
    for who in ("outsider", "employee", "manager"):
        foreign = link_for(acme, step, who)
        assert "does not wait for you any more" in body(context.test_client().post(foreign, data={
            "verdict": "approved"}), 410)
    assert asking.statuses(step) == ["open"]


def test_a_link_changed_by_a_letter_is_none(context, acme, globex, asking, step, link):
    other = link[:-5] + ("A" if link[-5] != "A" else "B") + link[-4:]
    for broken in (link[:-5], other, "/decide/nonsense", link_for(globex, step, "foreman")):
        answer = context.test_client().post(broken, data={"verdict": "approved"})
        assert answer.status_code in (404, 410), broken
    assert asking.statuses(step) == ["open"]


def test_a_login_that_is_switched_off_decides_nothing(context, acme, asking, step, link):
    with tenant_scope(acme.id), unit_of_work():
        accounts.update_login(SYSTEM, acme.actor("foreman").id, active=False)
    assert "This link does not work any more" in body(context.test_client().post(link, data={
        "verdict": "approved"}), 410)


def test_while_the_requester_is_asked_the_link_waits(context, acme, asking, step, link):
    with tenant_scope(acme.id), unit_of_work():
        operations.return_for_information(acme.actor("foreman"), step, question="Which crane?")
    assert "asked something first" in body(context.test_client().get(link), 410)


def test_who_is_signed_in_plays_no_part(acme, asking, step, link, sign_in):
    outsider = sign_in(acme, "outsider")
    body(outsider.post(link, data={"verdict": "approved"}), 200)
    with tenant_scope(acme.id):
        assert queries.step(step).decided_by_id == acme.actor("foreman").id
    assert outsider.get("/my-courses").status_code == 200


def test_the_page_speaks_the_language_of_its_person(context, acme, step, link):
    with tenant_scope(acme.id), unit_of_work():
        acme.actor("foreman").locale = "ar"
    text = body(context.test_client().get(link), 200)
    assert '<html lang="ar" dir="rtl">' in text and "البتّ في طلب تجديد" in text


def test_no_search_engine_and_no_cache_keeps_it(context, link):
    answer = context.test_client().get(link)
    assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
