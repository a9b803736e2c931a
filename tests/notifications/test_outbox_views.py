"""The outbox and the templates, for administrators; and 'no more digests' for everybody."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import User
from app.notifications import delivery, forecasts, queries
from app.notifications.channels import Refused, Unsure
from app.notifications.kinds import Recipient
from app.notifications.mail_pages import Entry, Page, html_of
from app.notifications.tokens import reader_of
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.wiring import FORECASTS
from tests.conftest import NOW, PASSWORD
from tests.notifications.conftest import NEWS, SHIFT, WORDED

OMAR = Recipient(name="Omar", email="omar@x.example")


@pytest.fixture
def client(acme, sign_in):
    return sign_in(acme, "admin")


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_the_outbox_says_what_happened_to_each_message(tell, mailbox, client, outbox):
    tell(SHIFT, OMAR, course="Fire")
    mailbox.refusals = [Refused("550 no such user", is_final=True)]
    delivery.deliver("email")
    assert "550 no such user" in page(client, "/outbox")
    text = page(client, f"/outbox/{outbox()[0].id}")
    assert "Attempt 1" in text
    assert "Refused" in text
    assert "Good day, Omar" in text


def test_a_message_that_may_have_arrived_says_so_and_can_be_held_back(tell, mailbox, client, outbox):
    mailbox.refusals = [Unsure("timed out")]
    tell(SHIFT, OMAR)
    delivery.deliver("email")
    address = f"/outbox/{outbox()[0].id}"
    assert "it may have arrived" in page(client, address)
    client.post(f"{address}/cancel")
    assert outbox()[0].state == "cancelled"
    assert "it may have arrived" not in page(client, address)


def test_a_message_that_was_given_up_is_sent_again(tell, mailbox, client, outbox, run_pending_jobs):
    tell(SHIFT, OMAR)
    mailbox.refusals = [Refused("550 no such user", is_final=True)] * 4
    for day in range(8):
        with time_machine.travel(NOW + dt.timedelta(days=day), tick=False):
            delivery.deliver("email")
    assert outbox()[0].state == "failed"
    assert client.post(f"/outbox/{outbox()[0].id}/retry").status_code == 302
    run_pending_jobs()
    assert outbox()[0].state == "sent"


def test_a_message_that_waits_is_stopped_and_one_that_is_out_is_not(tell, mailbox, client, outbox):
    tell(SHIFT, OMAR, OMAR)
    client.post(f"/outbox/{outbox()[0].id}/cancel")
    delivery.deliver("email")
    client.post(f"/outbox/{outbox()[1].id}/cancel")
    assert [row.state for row in outbox()] == ["cancelled", "sent"]


def test_the_forecast_counts_what_waits_and_what_others_expect(tell, client):
    tell(NEWS, "employee", "foreman")
    tell(NEWS, "employee")
    forecasts.wire([lambda first, last: [forecasts.Expected(first + dt.timedelta(days=3), "shift-moved", 7)]])
    try:
        lines = forecasts.outlook(NOW.date())
        text = page(client, "/outbox/forecast")
    finally:
        forecasts.wire(FORECASTS)
    assert [(line.day.day, line.kind, line.channel, line.count) for line in lines] == [
        (2, "digest", "email", 2), (4, "shift-moved", None, 7)]
    assert "A shift moved" in text
    assert "9 messages in all" in text


def test_own_words_are_used_until_they_are_set_back(tell, client, mailbox, told):
    address = "/notification-templates/shift-moved/en"
    client.post(address, data={"title": "Now: {course}", "body": "On {day} {course}.", "button": "save"})
    assert "Own words" in page(client, "/notification-templates")
    tell(SHIFT, OMAR, course="Fire", day=dt.date(2026, 3, 14))
    delivery.deliver("email")
    assert mailbox.sent[0].title == "Now: Fire"
    assert "On 14 Mar 2026 Fire." in mailbox.sent[0].text
    client.post(address, data={"title": "x", "body": "", "button": "reset"})
    tell(SHIFT, OMAR, course="Fire", day=dt.date(2026, 3, 14))
    delivery.deliver("email")
    assert mailbox.sent[1].title == "Fire"


@pytest.mark.parametrize(("title", "words"), [
    ("{cuorse}", "There is no value called {cuorse}"), ("", "Fill this in"), ("{course.__class__}", None),
    ("{0}", "There is no value called {0}")])
def test_a_template_that_can_not_be_filled_is_refused_beside_its_field(client, title, words):
    answer = client.post("/notification-templates/shift-moved/en",
                         data={"title": title, "body": "", "button": "save"})
    assert answer.status_code == (422 if words else 302)
    assert words is None or words in answer.get_data(as_text=True)


def test_a_preview_fills_in_samples_and_saves_nothing(client, inside):
    answer = client.post("/notification-templates/shift-moved/ar",
                         data={"title": "جديد: {course}", "body": "<b>{day}</b>", "button": "preview"})
    text = answer.get_data(as_text=True)
    assert "جديد: الإسعافات الأولية" in text
    assert "&lt;b&gt;14 مارس 2026&lt;/b&gt;" in text
    assert queries.templates() == {}


def test_a_trial_goes_to_whoever_asked_for_it(client, mailbox, run_pending_jobs):
    client.post("/notification-templates/worded/ar", data={"title": "تجربة", "body": "{name}", "button": "test"})
    run_pending_jobs()
    [mail] = mailbox.sent
    assert (mail.address, mail.title, mail.locale) == ("admin@acme.example", "تجربة", "ar")
    assert mail.message_id
    assert 'dir="rtl"' in mail.html


def test_default_words_are_translated(client):
    assert "أُضيف" in page(client, "/notification-templates/worded/ar") or WORDED.name in page(
        client, "/notification-templates")


@pytest.fixture
def digest(tell, mailbox):
    """The digest that the employee got: its parcel."""
    tell(NEWS, "employee")
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        delivery.deliver("email")
    return mailbox.sent[-1]


def test_fifty_looks_at_the_unsubscribe_page_change_nothing(context, digest, inside):
    address = digest.unsubscribe.removeprefix("https://trainflow.example")
    for _look in range(50):
        assert context.test_client().get(address).status_code == 200
    assert queries.own_settings(inside.actor("employee").id) is None


def test_every_line_of_a_digest_runs_as_the_mail_does(context):
    lines = [Entry("\u2068H2S Awareness (IADC)\u2069: تنتهي الصلاحية خلال 14 يومًا", link="/enrollments/1")]
    html = html_of(Page("ar", "سعيد", "ديموكورب", "رسالة", [("شهادات", lines)]))
    assert set(re.findall(r'dir="(\w+)"', html)) == {"rtl"}


def test_the_unsubscribe_page_speaks_the_language_of_the_digest(context, digest, inside):
    address = digest.unsubscribe.removeprefix("https://trainflow.example")
    with unit_of_work():
        db.session.execute(sa.update(User).where(User.id == inside.actor("employee").id).values(locale="ar"))
    client = context.test_client()
    for answer in (client.get(address), client.post(address, data={"List-Unsubscribe": "One-Click"})):
        assert '<html lang="ar" dir="rtl"' in answer.text
    client.set_cookie("language", "en")
    assert '<html lang="en" dir="ltr"' in client.get(address).text


def test_one_click_stops_the_digests_of_its_reader_only(context, digest, inside, tell, outbox):
    address = digest.unsubscribe.removeprefix("https://trainflow.example")
    for _click in range(2):
        answer = context.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    before = len(outbox())
    assert tell(NEWS, "employee", "foreman") == 2
    assert [row.address for row in outbox()[before:]] == ["foreman@acme.example"]


def test_one_click_works_without_a_session_and_its_token(app, context, digest, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    address = digest.unsubscribe.removeprefix("https://trainflow.example")
    assert context.test_client().post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_an_address_that_we_never_made_stops_nothing(context, digest):
    token = digest.unsubscribe.rpartition("/")[2]
    assert reader_of(token) is not None
    said, _dot, sealed = token.partition(".")  # the last letter of base64 has bits that say nothing; the first has none
    assert reader_of(f"{said}.{'A' if sealed[0] != 'A' else 'B'}{sealed[1:]}") is None
    assert context.test_client().post("/notifications/unsubscribe/nonsense").status_code == 404


def test_an_address_without_a_login_can_stop_its_digests_too(tell, mailbox, context, outbox):
    tell(NEWS, OMAR)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        delivery.deliver("email")
    context.test_client().post(mailbox.sent[-1].unsubscribe.removeprefix("https://trainflow.example"))
    before = len(outbox())
    tell(NEWS, OMAR)
    assert len(outbox()) == before


def test_rest_shows_the_outbox_and_keeps_templates(context, acme, tell, outbox):
    token = context.test_client().post("/api/auth/login", json={"email": acme.emails["admin"], "password": PASSWORD})
    headers = {"Authorization": f"Bearer {token.json['accessToken']}"}

    def call(method, path, body=None):
        return context.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    tell(SHIFT, OMAR)
    [row] = call("GET", "/outbox/").json["result"]
    assert (row["address"], row["state"]) == ("omar@x.example", "waiting")
    assert call("POST", f"/outbox/{row['id']}/cancel").json["result"]["state"] == "cancelled"
    assert call("GET", "/outbox/forecast").json["result"] == []
    assert call("PUT", "/notification-templates/news/en", {"title": "N: {what}"}).json["result"]["own"] is True
    assert call("PUT", "/notification-templates/news/en", {"title": "{x}"}).json["code"] == "placeholder_unknown"
    assert call("PUT", "/notification-templates/news/fr", {"title": "x"}).status_code == 404
    assert [one["title"] for one in call("GET", "/notification-templates/").json["result"]
            if one["kind"] == "news"] == ["N: {what}", "{what}"]
    assert call("DELETE", "/notification-templates/news/en").json["result"]["own"] is False


def test_rest_tries_words_before_they_are_kept(context, acme, outbox):
    token = context.test_client().post("/api/auth/login", json={"email": acme.emails["admin"], "password": PASSWORD})
    headers = {"Authorization": f"Bearer {token.json['accessToken']}"}

    def call(what, title, locale="en"):
        return context.test_client().post(f"/api/v1/notification-templates/news/{locale}/{what}", headers=headers,
                                          json={"title": title, "body": "Read: {what}"})

    sample = NEWS.samples["what"]
    assert call("preview", "N: {what}").json == {"title": f"N: {sample}", "body": f"Read: {sample}"}
    assert outbox() == []
    assert call("test", "N: {what}").status_code == 202
    [mail] = outbox()
    assert (mail.title, mail.address) == (f"N: {sample}", acme.emails["admin"])
    assert call("test", "{x}").json["code"] == call("preview", "{x}").json["code"] == "placeholder_unknown"
    assert call("preview", "x", "fr").status_code == 404
    assert len(outbox()) == 1
