"""Programs sign in with a bearer token."""

from __future__ import annotations

import pytest

from app.accounts import operations
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


def test_a_token_ends_when_the_password_changes(context, acme, token):
    with tenant_scope(acme.id), unit_of_work():
        officer = acme.actor("officer")
        operations.set_password(officer, officer.id, password="another good password")
    assert context.test_client().get("/api/auth/me", headers=token).status_code == 401
