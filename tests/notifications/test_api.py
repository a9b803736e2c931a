"""Notifications over REST."""

from __future__ import annotations

import pytest

from tests.conftest import PASSWORD
from tests.notifications.conftest import NEWS, SHIFT


@pytest.fixture
def call(context, acme):
    """call(method, path, body) as the employee; the answer."""
    answer = context.test_client().post(
        "/api/auth/login", json={"email": acme.emails["employee"], "password": PASSWORD})
    token = {"Authorization": f"Bearer {answer.json['accessToken']}"}

    def _call(method, path="/", body=None, **headers):
        return context.test_client().open(f"/api/v1/notifications{path}", method=method, json=body,
                                          headers=token | headers)

    return _call


def test_the_list_is_in_words_newest_first(tell, call):
    tell(SHIFT, "employee", course="Fire", link="/my-courses")
    tell(NEWS, "employee", what="Paint")
    answer = call("GET").json
    assert [(row["kind"], row["title"], row["read_at"]) for row in answer["result"]] == [
        ("news", "Paint", None), ("shift-moved", "Fire", None)]
    assert answer["count"] == 2


def test_one_is_marked_as_read(tell, call, told):
    tell(SHIFT, "employee", "foreman")
    own, others = told()
    assert call("PATCH", f"/{own.id}/read").json["result"]["read_at"]
    assert call("PATCH", f"/{others.id}/read").status_code == 404
    assert [row["id"] for row in call("GET", "/?unread=1").json["result"]] == []


def test_all_are_marked_as_read(tell, call):
    tell(SHIFT, "employee", "employee", "foreman")
    assert call("GET", "/unread-count").json == {"count": 2}
    assert call("POST", "/mark-all-read").json == {"count": 2}
    assert call("POST", "/mark-all-read").json == {"count": 0}


def test_those_of_one_kind_are_marked_as_read(tell, call):
    tell(SHIFT, "employee")
    tell(NEWS, "employee")
    assert call("POST", "/mark-all-read", {"kind": "news"}).json == {"count": 1}
    assert call("GET", "/unread-count").json == {"count": 1}


def test_preferences_are_read_and_chosen(call):
    chosen = {"choices": [{"kind": "news", "channel": "email", "choice": "now"}], "digest_hour": 9}
    assert call("PUT", "/preferences", chosen).status_code == 200
    told = call("GET", "/preferences").json["result"]
    assert told["digest_hour"] == 9
    assert {"kind": "news", "channel": "email", "choice": "now"} in told["choices"]
    assert "password-reset" not in {one["kind"] for one in told["choices"]}


@pytest.mark.parametrize(("choice", "code"), [
    ({"kind": "unknown", "channel": "email", "choice": "now"}, "kind_unknown"),
    ({"kind": "news", "channel": "sms", "choice": "digest"}, "choice_unknown"),
    ({"kind": "password-reset", "channel": "email", "choice": "off"}, "kind_unknown"),
])
def test_what_can_not_be_chosen_is_refused(call, choice, code):
    answer = call("PUT", "/preferences", {"choices": [choice]})
    assert (answer.status_code, answer.json["code"]) == (422, code)
