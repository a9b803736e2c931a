"""Tokens in cookies and headers: renewed, ended, and nothing that was made elsewhere."""

from __future__ import annotations

import datetime as dt
from itertools import product

import jwt
import pytest

from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.conftest import NOW, PASSWORD

BODY = {"code": "HSE", "name": "Safety"}


@pytest.fixture
def login(context, acme):
    """login(cookies=True) -> (client, answer)."""
    def _login(**more):
        client = context.test_client()
        answer = client.post("/api/auth/login", json={"email": acme.emails["officer"], "password": PASSWORD} | more)
        assert answer.status_code == 200, answer.json
        return client, answer
    return _login


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_cookies_are_kept_from_scripts_and_other_sites(login):
    _client, answer = login(cookies=True)
    cookies = {c.split("=")[0]: c for c in answer.headers.getlist("Set-Cookie")}
    for name in ("access_token_cookie", "refresh_token_cookie"):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=Strict" in cookies[name]
    assert "HttpOnly" not in cookies["csrf_access_token"]
    assert "accessToken" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_write_by_cookie_needs_the_second_cookie_as_a_header(login):
    client, _answer = login(cookies=True)
    assert client.get("/api/v1/departments/").status_code == 200
    assert client.post("/api/v1/departments/", json=BODY).status_code == 401
    assert client.post("/api/v1/departments/", json=BODY, headers={"X-CSRF-TOKEN": "forged"}).status_code == 401
    own = client.get_cookie("csrf_access_token", path="/").value
    assert client.post("/api/v1/departments/", json=BODY, headers={"X-CSRF-TOKEN": own}).status_code == 201


def test_a_token_ends_after_an_hour_and_is_renewed_for_a_fortnight(context, login, time_machine):
    _client, answer = login()
    fresh = context.test_client()
    time_machine.move_to(NOW + dt.timedelta(minutes=61))
    assert fresh.get("/api/auth/me", headers=bearer(answer.json["accessToken"])).status_code == 401
    renewed = fresh.post("/api/auth/refresh", headers=bearer(answer.json["refreshToken"]))
    assert fresh.get("/api/auth/me", headers=bearer(renewed.json["accessToken"])).status_code == 200
    time_machine.move_to(NOW + dt.timedelta(days=15))
    assert fresh.post("/api/auth/refresh", headers=bearer(answer.json["refreshToken"])).status_code == 401


def test_each_kind_of_token_is_for_its_own_use(context, login):
    _client, answer = login()
    fresh = context.test_client()
    assert fresh.get("/api/auth/me", headers=bearer(answer.json["refreshToken"])).status_code == 401
    assert fresh.post("/api/auth/refresh", headers=bearer(answer.json["accessToken"])).status_code == 401


def test_what_was_signed_out_opens_nothing_when_it_is_replayed(context, login):
    _client, answer = login()
    header = bearer(answer.json["accessToken"])
    assert context.test_client().post("/api/auth/logout", headers=header).status_code == 200
    assert context.test_client().get("/api/auth/me", headers=header).status_code == 401
    again = context.test_client().post("/api/auth/refresh", headers=bearer(answer.json["refreshToken"]))
    assert again.status_code == 401


def test_a_session_cookie_that_was_signed_out_opens_nothing_when_it_is_replayed(context, acme, sign_in):
    client = sign_in(acme, "officer")
    stolen = client.get_cookie("session").value
    client.post("/logout")
    thief = context.test_client()
    thief.set_cookie("session", stolen)
    assert thief.get("/departments").status_code == 302


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("forge", [
    lambda key, told: jwt.encode(told, None, algorithm="none"),
    lambda key, told: jwt.encode(told, "another key that is long enough to sign with", algorithm="HS256"),
    lambda key, told: jwt.encode(told, key, algorithm="HS512"),
    lambda key, told: jwt.encode(told | {"iss": "elsewhere"}, key, algorithm="HS256"),
    lambda key, told: jwt.encode(told | {"tenant": "no tenant"}, key, algorithm="HS256"),
    lambda key, told: jwt.encode(told | {"sub": "nobody"}, key, algorithm="HS256"),
    lambda key, told: jwt.encode({k: v for k, v in told.items() if k != "sid"}, key, algorithm="HS256"),
    lambda key, told: jwt.encode(told, key, algorithm="HS256")[:-3] + "AAA",
], ids=["none", "other key", "other algorithm", "other issuer", "no tenant", "no login", "no session", "cut"])
def test_forged_tokens_open_nothing(context, login, forge):
    _client, answer = login()
    forged = forge(context.config["SECRET_KEY"], claims(answer.json["accessToken"]))
    assert context.test_client().get("/api/auth/me", headers=bearer(forged)).status_code == 401
    assert context.test_client().get("/api/v1/departments/", headers=bearer(forged)).status_code == 401


def test_a_token_does_not_cross_to_another_tenant(context, login, acme, globex):
    _client, answer = login()
    told = claims(answer.json["accessToken"]) | {"tenant": str(globex.id)}
    forged = jwt.encode(told, context.config["SECRET_KEY"], algorithm="HS256")
    assert context.test_client().get("/api/auth/me", headers=bearer(forged)).status_code == 401


def test_knowing_who_asks_costs_two_statements(context, acme, sign_in, program, login, statements):
    _client, answer = login()
    client = sign_in(acme, "officer")
    key = program(acme, "officer").post("/api/v1/api-keys/", json={"name": "Reader"}).json["result"]["key"]
    context.test_client().get("/api/v1/departments/", headers=bearer(key))  # notes that it is in use
    program_of = context.test_client()
    ways = {"session": client.get,
            "token": lambda path: program_of.get(path, headers=bearer(answer.json["accessToken"])),
            "key": lambda path: program_of.get(path, headers=bearer(key))}
    for (kind, ask), (path, status) in product(ways.items(), {"/api/auth/me": 200, "/api/v1/audit/": 403}.items()):
        with statements() as found:
            assert ask(path).status_code == status, kind
        assert len(found) <= 2, (kind, path, found)


def test_a_session_ends_when_it_is_idle_or_old(context, acme, sign_in, time_machine):
    client = sign_in(acme, "officer")
    for half_day in range(1, 15):
        time_machine.move_to(NOW + dt.timedelta(hours=11.9 * half_day))
        assert client.get("/departments").status_code == 200, half_day
    time_machine.move_to(NOW + dt.timedelta(days=7, seconds=1))
    assert client.get("/departments").status_code == 302  # a week is the longest, however busy
    other = sign_in(acme, "officer")
    time_machine.move_to(NOW + dt.timedelta(days=7, hours=12, seconds=3))
    assert other.get("/departments").status_code == 302


def test_signing_in_starts_a_new_session(context, acme):
    client = context.test_client()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    client.post("/login", data={"email": acme.emails["officer"], "password": PASSWORD})
    with client.session_transaction() as session:
        assert "planted" not in session
        first = session["sid"]
    client.post("/logout")
    client.post("/login", data={"email": acme.emails["officer"], "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["sid"] != first


def test_signing_out_everywhere_keeps_this_device_only(context, acme, sign_in, login):
    client, elsewhere = sign_in(acme, "officer"), sign_in(acme, "officer")
    _client, answer = login()
    assert client.post("/account/sign-out-everywhere").status_code == 302
    assert client.get("/departments").status_code == 200
    assert elsewhere.get("/departments").status_code == 302
    assert context.test_client().get("/api/auth/me", headers=bearer(answer.json["accessToken"])).status_code == 401


@pytest.mark.parametrize("who_is_out", ["the login", "its organisation"])
def test_whoever_is_out_is_out_whatever_their_sessions_say(context, acme, sign_in, program, who_is_out):
    """Not by the epoch alone: whoever switches a login off in the database forgets it."""
    client, officer = sign_in(acme, "officer"), program(acme, "officer")
    key = officer.post("/api/v1/api-keys/", json={"name": "Reader"}).json["result"]["key"]
    asked = {"session": lambda: client.get("/api/auth/me"), "token": lambda: officer.get("/api/auth/me"),
             "key": lambda: context.test_client().get("/api/auth/me", headers=bearer(key))}
    assert {way: ask().status_code for way, ask in asked.items()} == dict.fromkeys(asked, 200)
    with tenant_scope(acme.id):
        row = acme.actor("officer") if who_is_out == "the login" else acme.tenant
        setattr(row, "active" if who_is_out == "the login" else "is_active", False)
        db.session.commit()
    assert {way: ask().status_code for way, ask in asked.items()} == dict.fromkeys(asked, 401)


def test_signing_in_begins_a_session_that_holds_nothing_of_the_one_before(context, acme):
    """An id or a value that somebody put there before is not taken over (session fixation)."""
    client, ids = context.test_client(), set()
    for _time in range(2):
        with client.session_transaction() as session:
            session.update(planted="here", sid="chosen by somebody else", began=0)
        client.post("/login", data={"email": acme.emails["officer"], "password": PASSWORD})
        with client.session_transaction() as session:
            assert "planted" not in session
            ids.add(session["sid"])
            session.clear()
    assert len(ids) == 2
    assert "chosen by somebody else" not in ids
