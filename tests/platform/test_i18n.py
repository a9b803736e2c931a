"""Which language a page speaks, and the switch between them."""

from __future__ import annotations

import pytest


def language(client, **headers):
    text = client.get("/login", headers=headers).text
    return text.split('<html lang="', 1)[1].split('"', 1)[0], text.split('dir="', 1)[1].split('"', 1)[0]


def test_the_browser_is_asked_then_the_default_holds(app):
    assert language(app.test_client()) == ("en", "ltr")
    arabic = {"Accept-Language": "ar-SA,ar;q=0.9,en;q=0.5"}
    assert language(app.test_client(), **arabic) == ("ar", "rtl")
    assert language(app.test_client(), **{"Accept-Language": "fr"}) == ("en", "ltr")


def test_what_a_person_chose_goes_before_what_the_browser_asks_for(app):
    client = app.test_client()
    client.get("/lang/ar")
    assert language(client, **{"Accept-Language": "en"}) == ("ar", "rtl")
    client.get("/lang/en")
    assert language(client, **{"Accept-Language": "ar"}) == ("en", "ltr")


def test_the_choice_outlives_signing_in_and_out(acme, context):
    client = context.test_client()
    client.get("/lang/ar")
    client.post("/login", data={"email": acme.emails["officer"], "password": "correct horse battery"})
    assert 'lang="ar"' in client.get("/").text
    client.post("/logout")
    assert language(client) == ("ar", "rtl")


def test_the_choice_goes_with_the_person_to_another_browser(acme, context, sign_in):
    sign_in(acme, "officer").get("/lang/ar")
    assert 'lang="ar"' in sign_in(acme, "officer").get("/").text
    assert 'lang="en"' in sign_in(acme, "employee").get("/").text


def test_an_answer_that_arrives_late_does_not_bring_the_old_language_back(acme, sign_in):
    client = sign_in(acme, "officer")
    client.get("/lang/en")
    before = client.get_cookie("session").value
    client.get("/lang/ar")
    client.set_cookie("session", before)
    assert 'lang="ar"' in client.get("/").text


@pytest.mark.parametrize("locale", ["fr", "xx", "EN", "..", "ar_SA"])
def test_an_unknown_language_is_not_there(app, locale):
    assert app.test_client().get(f"/lang/{locale}").status_code == 404


@pytest.mark.parametrize(("came_from", "goes_to"), [
    ("http://localhost/departments?q=a", "/departments?q=a"), ("http://evil.example/departments", "/"),
    ("http://localhost//evil.example", "/"), ("", "/"), ("nonsense", "/"),
])
def test_the_switch_leads_back_to_a_page_of_ours(app, came_from, goes_to):
    answer = app.test_client().get("/lang/ar", headers={"Referer": came_from} if came_from else {})
    assert (answer.status_code, answer.location) == (302, goes_to)


def test_rest_answers_speak_the_readers_language(app):
    answers = {app.test_client().get("/api/v1/departments/", headers={"Accept-Language": language}).json["message"]
               for language in ("en", "ar")}
    assert len(answers) == 2
