"""Programs sign in with a bearer token."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from app.accounts import operations
from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD


@pytest.fixture
def token(context, acme):
    """A bearer header for acme's training officer."""
    answer = context.test_client().post("/api/auth/login",
                                        json={"email": acme.emails["officer"], "password": PASSWORD})
    assert answer.status_code == 200, answer.json
    return {"Authorization": f"Bearer {answer.json['accessToken']}"}


def test_a_token_signs_in_to_its_own_tenant_only(context, acme, globex, token):
    client = context.test_client()
    me = client.get("/api/auth/me", headers=token)
    assert (me.status_code, me.json["result"]["tenant"]) == (200, "acme")
    people = client.get("/api/v1/users/?q=(page_size:100)", headers=token).json["result"]
    assert {person["id"] for person in people} == {str(key) for key in acme.employees.values()}


def test_a_token_writes_without_a_csrf_token(context, acme, token):
    answer = context.test_client().post("/api/v1/departments/", headers=token,
                                        json={"code": "HSE", "name": "Safety"})
    assert answer.status_code == 201, answer.json


def test_without_or_with_a_bad_token_nothing_opens(context, acme):
    client = context.test_client()
    assert client.get("/api/auth/me").status_code == 401
    answer = client.get("/api/v1/users/", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_wrong_password_says_no_more_than_an_unknown_address(context, acme):
    client = context.test_client()
    wrong = client.post("/api/auth/login", json={"email": acme.emails["officer"], "password": "guess"})
    unknown = client.post("/api/auth/login", json={"email": "nobody@acme.example", "password": "guess"})
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.json | {"traceId": ""} == unknown.json | {"traceId": ""}


NEW = {"current": PASSWORD, "password": "another good password"}


def me(app, header):
    return app.test_client().get("/api/auth/me", headers=header).status_code


def change(app, header, **values):
    return app.test_client().post("/api/auth/password", headers=header, json=NEW | values)


def test_a_program_changes_its_persons_password_and_goes_on_with_new_tokens(context, acme, sign_in, token):
    browser = sign_in(acme, "officer")
    for values, field, code in (({"current": "not my password"}, "current", "password_wrong"),
                                ({"password": "short"}, "password", "password_too_short"),
                                ({"password": acme.emails["officer"]}, "password", "password_is_email")):
        answer = change(context, token, **values)
        assert (answer.status_code, answer.json["code"], answer.json["details"][0]["field"]) == (422, code, field)
    assert me(context, token) == 200
    answer = change(context, token)
    assert answer.status_code == 200, answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert (me(context, token), browser.get("/api/auth/me").status_code) == (401, 401)
    assert me(context, {"Authorization": f"Bearer {answer.json['accessToken']}"}) == 200
    renewed = context.test_client().post("/api/auth/refresh",
                                         headers={"Authorization": f"Bearer {answer.json['refreshToken']}"})
    assert renewed.status_code == 200
    credentials = {"email": acme.emails["officer"], "password": NEW["password"]}
    assert context.test_client().post("/api/auth/login", json=credentials).status_code == 200
    with tenant_scope(acme.id):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "PasswordChanged")).one()
        assert (entry.actor_name, entry.source) == ("Officer Acme", "api")


def test_cookies_are_changed_with_the_password_and_a_session_goes_on_as_one(context, acme, sign_in):
    client = context.test_client()
    client.post("/api/auth/login", json={"email": acme.emails["officer"], "password": PASSWORD, "cookies": True})
    assert change_as(client).status_code == 401  # the cookie alone is what another site could send
    answer = change_as(client, client.get_cookie("csrf_access_token", path="/").value)
    assert (answer.status_code, set(answer.json)) == (200, {"expiresIn"})
    assert client.get("/api/auth/me").status_code == 200
    browser = sign_in(acme, "employee")
    mark = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/account/password").text)[1]
    assert change_as(browser).json["code"] == "csrf"
    assert set(change_as(browser, mark).json) == {"message"}  # a session gives no token
    assert browser.get("/account/password").status_code == 200


def change_as(client, mark=""):
    return client.post("/api/auth/password", json=NEW, headers={"X-CSRF-Token": mark})


def test_guessing_the_old_password_over_rest_is_locked_as_on_screen(context, acme, token):
    for _guess in range(5):
        assert change(context, token, current="a wrong guess").status_code == 422
    assert change(context, token).json["code"] == "password_wrong"
    assert me(context, token) == 200


def test_a_key_never_changes_the_password_of_its_owner_and_a_visitor_none(context, acme, token):
    made = context.test_client().post("/api/v1/api-keys/", headers=token, json={"name": "All", "access": "write"})
    key = {"Authorization": f"Bearer {made.json['result']['key']}"}
    assert me(context, key) == 200
    assert [change(context, header).status_code for header in (key, {}, token)] == [403, 401, 200]


def test_a_token_ends_when_the_password_changes(context, acme, token):
    with tenant_scope(acme.id), unit_of_work():
        officer = acme.actor("officer")
        operations.set_password(officer, officer.id, password="another good password")
    assert context.test_client().get("/api/auth/me", headers=token).status_code == 401


def test_a_program_signs_out_everywhere_and_stays_in(context, acme, token, sign_in):
    browser, other = sign_in(acme, "officer"), sign_in(acme, "admin")
    answer = context.test_client().post("/api/auth/sign-out-everywhere", headers=token)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert me(context, token) == 401
    assert browser.get("/departments").status_code == 302
    assert other.get("/departments").status_code == 200
    assert me(context, {"Authorization": f"Bearer {answer.json['accessToken']}"}) == 200
    with tenant_scope(acme.id):
        assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "SessionsEnded")).one()


def test_signing_out_everywhere_in_cookies_needs_their_second_half(context, acme):
    client = context.test_client()
    client.post("/api/auth/login", json={"email": acme.emails["officer"], "password": PASSWORD, "cookies": True})
    assert client.post("/api/auth/sign-out-everywhere").status_code == 401
    header = {"X-CSRF-TOKEN": client.get_cookie("csrf_access_token").value}
    answer = client.post("/api/auth/sign-out-everywhere", headers=header)
    assert answer.json == {"expiresIn": 3600}
    assert client.get("/api/auth/me").status_code == 200


def test_no_key_signs_its_owner_out(context, acme, token):
    key = context.test_client().post("/api/v1/api-keys/", json={"name": "Wide", "access": "write"}, headers=token)
    header = {"Authorization": f"Bearer {key.json['result']['key']}"}
    assert context.test_client().post("/api/auth/sign-out-everywhere", headers=header).status_code == 403
    assert me(context, token) == 200
