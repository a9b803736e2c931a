"""Telling people: once, in a few statements, by the ways they chose."""

from __future__ import annotations

import pytest

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.notifications import operations, queries
from app.notifications.kinds import Kind, Message, Recipient
from app.platform.unit_of_work import unit_of_work
from tests.notifications.conftest import ALARM, NEWS, SHIFT, WORDED


def test_a_login_is_told_in_trainflow_and_by_mail(inside, tell, told, outbox):
    assert tell(SHIFT, "employee", course="Fire", day="x") == 1
    assert [(row.user_id, row.kind) for row in told()] == [(inside.actor("employee").id, "shift-moved")]
    assert [(row.address, row.channel, row.state) for row in outbox()] == [
        ("employee@acme.example", "email", "waiting")]
    assert queries.unread_count(inside.actor("employee").id) == 1


def test_a_field_worker_without_login_gets_mail_or_a_text_message(tell, outbox, told):
    tell(SHIFT, Recipient(name="Omar", email="Omar@Site.example"), Recipient(name="Ali", phone="+966 50 123 4567"))
    assert [(row.channel, row.address) for row in outbox()] == [
        ("email", "omar@site.example"), ("sms", "+966501234567")]
    assert [row.user_id for row in told()] == [None, None]


def test_a_number_without_its_country_is_refused_where_it_can_be_seen(tell, outbox):
    tell(SHIFT, Recipient(name="Ali", phone="050 123 4567"))
    assert [(row.state, row.last_error) for row in outbox()] == [("failed", "no international number")]


def test_the_same_key_is_told_once(tell, told, outbox):
    assert [tell(SHIFT, "employee", dedupe_key="e1"), tell(SHIFT, "employee", "foreman", dedupe_key="e1")] == [1, 1]
    assert len(told()) == len(outbox()) == 2


def test_what_is_undone_is_not_told(inside, told, outbox):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        operations.tell(SHIFT, [Message(Recipient(inside.actor("employee").id))])
        1 / 0
    assert told() == outbox() == []


def test_a_kind_that_is_not_wired_is_a_bug(inside):
    with pytest.raises(LookupError):
        operations.tell(Kind("unknown", "", "", "", ""), [])


def test_the_language_is_the_logins_else_the_tenants(inside, tell, outbox):
    with unit_of_work():
        accounts.update_login(SYSTEM, inside.actor("foreman").id, locale="ar")
    tell(SHIFT, "foreman", "employee", Recipient(name="Omar", email="o@x.example", locale="ar"))
    assert [row.locale for row in outbox()] == ["ar", "en", "ar"]


def test_a_flood_becomes_a_digest(tell, outbox):
    tell(SHIFT, *["manager"] * 8)
    tell(SHIFT, *["manager"] * 8)
    tell(ALARM, "manager")
    states = [row.state for row in outbox()]
    assert states == ["waiting"] * 10 + ["collecting"] * 6 + ["waiting"]


def test_a_kind_may_be_for_the_digest_or_for_trainflow_only(tell, outbox, told):
    tell(NEWS, "employee")
    tell(WORDED, "employee")
    assert [row.state for row in outbox()] == ["collecting"]
    assert len(told()) == 2


def test_telling_a_thousand_people_is_a_handful_of_statements(inside, statements):
    messages = [Message(Recipient(name=f"P{n}", email=f"p{n}@x.example"), {"course": "Fire"}, dedupe_key=f"k{n}")
                for n in range(1000)]
    with statements() as found, unit_of_work():
        assert operations.tell(SHIFT, messages) == 1000
    assert len(found) <= 8, found


def test_a_signed_link_is_made_for_mails_of_their_own_only(tell, outbox):
    made = []
    tell(SHIFT, *["manager"] * 12, mail_link=lambda: made.append("/decide/x") or "/decide/x")
    assert [row.mail_link for row in outbox()] == ["/decide/x"] * 10 + [""] * 2
    assert len(made) == 10
