"""The notification centre on screen, the bell, and what people choose."""

from __future__ import annotations

import pytest

from app.notifications import kinds, queries
from app.notifications.kinds import Kind
from app.notifications.models import Notification
from app.platform.db import db
from tests.notifications.conftest import KINDS, NEWS, SHIFT, WORDED


@pytest.fixture
def client(acme, sign_in):
    return sign_in(acme, "employee")


def page(client, address="/notifications"):
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    return answer.get_data(as_text=True)


def test_the_bell_counts_what_is_unread(tell, client):
    assert "0 unread" not in page(client, "/")
    tell(SHIFT, "employee", "employee", "foreman", course="Fire")
    assert "Notifications, 2 unread" in page(client, "/")


def test_the_bell_does_not_count_beyond_its_bound(tell, client):
    tell(SHIFT, *["employee"] * 120, course="Fire")
    assert "Notifications, 99+ unread" in page(client, "/")


def test_the_bell_costs_one_statement(tell, client, statements, inside):
    tell(SHIFT, "employee", course="Fire")
    with statements() as found:
        page(client, "/my-courses")
        page(client, "/notifications?unread=1")
    assert len([sql for sql in found if "count(anon" in sql and "read_at IS NULL" in sql]) == 2


def test_the_list_shows_the_own_messages_only(tell, client):
    tell(SHIFT, "employee", course="Fire safety")
    tell(SHIFT, "foreman", course="Crane driving")
    text = page(client)
    assert "Fire safety" in text
    assert "Crane driving" not in text


def test_a_page_of_the_list_costs_the_same_for_one_message_and_for_many(tell, client, statements):
    tell(SHIFT, "employee", course="Fire")
    page(client)
    with statements() as few:
        page(client)
    tell(SHIFT, *["employee"] * 20, course="Fire")
    with statements() as many:
        page(client)
    assert len(many) == len(few)


def test_opening_a_message_reads_it_and_leads_to_the_thing(tell, client, told):
    tell(SHIFT, "employee", link="/my-courses", course="Fire")
    answer = client.post(f"/notifications/{told()[0].id}/open")
    assert answer.location == "/my-courses"
    assert told()[0].is_read


def test_a_link_never_leads_elsewhere(tell, client, told):
    tell(SHIFT, "employee", link="https://evil.example/x", course="Fire")
    assert client.post(f"/notifications/{told()[0].id}/open").location == "/"


def test_looking_at_the_list_reads_nothing(tell, client, told):
    tell(SHIFT, "employee", course="Fire")
    page(client)
    page(client, f"/notifications/{told()[0].id}")
    assert not told()[0].is_read


def test_all_are_read_at_once_and_others_keep_theirs(tell, client, told, inside):
    tell(SHIFT, "employee", "employee", "foreman", course="Fire")
    client.post("/notifications/mark-all-read")
    assert [row.is_read for row in told()] == [True, True, False]
    assert "Everything is read" in page(client, "/notifications?unread=1")


def test_nobody_reads_somebody_elses(tell, client, told):
    tell(SHIFT, "foreman", course="Fire")
    for way in ("open", "read"):
        assert client.post(f"/notifications/{told()[0].id}/{way}").status_code == 404
    assert not told()[0].is_read


def test_messages_are_found_by_what_they_are_about(tell, client):
    tell(SHIFT, "employee", course={"en": "Fire safety", "ar": "السلامة من الحريق"})
    tell(NEWS, "employee", what="Paint")
    assert "Fire safety" in page(client, "/notifications?q=fire")
    assert "Paint" not in page(client, "/notifications?q=fire")
    assert "Fire safety" in page(client, "/notifications?q=الحريق")
    assert "Fire safety" in page(client, "/notifications?q=shift")
    assert "Fire safety" in page(client, "/notifications?_flt_0_kind=shift-moved")


def test_messages_speak_the_language_of_the_page(tell, client):
    tell(SHIFT, "employee", course={"en": "Fire safety", "ar": "السلامة من الحريق"})
    client.get("/lang/ar")
    assert "السلامة من الحريق" in page(client)


def test_what_a_person_chose_is_what_happens(tell, client, outbox, inside):
    client.post("/notifications/preferences", data={
        "shift-moved:email": "digest", "news:email": "off", "alarm:sms": "now", "phone": "00966 50 123 4567",
        "worded:email": "nonsense"})
    tell(SHIFT, "employee")
    tell(NEWS, "employee")
    tell(WORDED, "employee")
    assert [row.state for row in outbox()] == ["collecting"]
    assert "In the daily digest" in page(client, "/notifications/preferences")
    assert queries.own_settings(inside.actor("employee").id).phone == "00966 50 123 4567"


def test_a_number_without_its_country_is_refused_beside_its_field(client, inside):
    answer = client.post("/notifications/preferences", data={"phone": "050 123", "shift-moved:email": "off"})
    assert answer.status_code == 422
    assert "with + and the country in front" in answer.get_data(as_text=True)
    assert queries.preferences(inside.actor("employee").id) == {}


def test_an_own_digest_hour_counts(tell, client, outbox):
    client.post("/notifications/preferences", data={"digest_hour": "18"})
    tell(NEWS, "employee", "foreman")
    assert sorted(row.due_at.hour for row in outbox()) == [7, 18]


def test_a_kind_that_is_gone_can_still_be_read(tell, client):
    tell(SHIFT, "employee", course="Fire")
    db.session.query(Notification).update({"kind": "gone-away"})
    db.session.commit()
    assert "Gone away" in page(client)


def test_nobody_chooses_about_what_their_role_is_never_told(acme, client, sign_in):
    kinds.wire([*KINDS, Kind("for-officers", "Other", "Only for officers", "", "", resource="imports")])
    assert "Only for officers" not in page(client, "/notifications/preferences")
    assert "Only for officers" in page(sign_in(acme, "officer"), "/notifications/preferences")
