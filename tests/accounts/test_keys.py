"""Keys for programs: what they open, what they never do, how they end."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.accounts.models import ApiKey
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.conftest import NOW


@pytest.fixture
def make_key(context, acme, program):
    """make_key('officer', access='read') -> the key itself."""
    def _make(who="officer", **values):
        answer = program(acme, who).post("/api/v1/api-keys/", json={"name": "Reader"} | values)
        assert answer.status_code == 201, answer.json
        return answer.json["result"]["key"]
    return _make


def ask(app, key, path="departments/", method="GET", **more):
    return app.test_client().open(f"/api/v1/{path}", method=method, headers={"Authorization": f"Bearer {key}"}, **more)


def test_a_key_reads_what_its_owner_reads(context, acme, globex, make_key):
    people = ask(context, make_key("manager"), "users/?q=(page_size:100)").json["result"]
    assert {person["name"] for person in people} < {f"{name.title()} Acme" for name in acme.ROLES}
    assert ask(context, make_key("employee"), "users/").status_code == 403


def test_a_key_to_read_writes_nothing(context, acme, make_key):
    body = {"code": "HSE", "name": "Safety"}
    assert ask(context, make_key(), method="POST", json=body).status_code == 403
    assert ask(context, make_key(access="write"), method="POST", json=body).status_code == 201


def test_a_key_to_some_resources_opens_no_other(context, acme, make_key):
    key = make_key(resources=["departments"])
    assert ask(context, key).status_code == 200
    assert ask(context, key, "grades/").status_code == 403


def test_a_key_makes_no_key_and_opens_no_screen(context, acme, make_key):
    key = make_key(access="write")
    assert ask(context, key, "api-keys/", "POST", json={"name": "Wider", "access": "write"}).status_code == 403
    assert ask(context, key, "api-keys/").status_code == 403
    screen = context.test_client().get("/departments", headers={"Authorization": f"Bearer {key}"})
    assert screen.status_code == 302


def test_a_key_is_kept_as_a_digest_and_shown_once(context, acme, sign_in, make_key):
    key = make_key()
    with tenant_scope(acme.id):
        row = db.session.scalars(sa.select(ApiKey)).one()
        assert key not in str(vars(row))
        address = f"/api-keys/{row.id}"
    client = sign_in(acme, "officer")
    assert key not in client.get(address).text
    assert key not in client.get("/api/v1/api-keys/").text


def test_the_screen_shows_a_new_key_once(context, acme, sign_in):
    client = sign_in(acme, "officer")
    page = client.post("/api-keys/add", data={"name": "Nightly export", "access": "read"})
    assert page.status_code == 201
    assert "tfk_" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "tfk_" not in client.get("/api-keys").text


@pytest.mark.parametrize("end", ["revoked", "expired", "owner out", "suspended"])
def test_what_ends_a_key(context, acme, program, sign_in, make_key, time_machine, end):
    key = make_key()
    assert ask(context, key).status_code == 200
    admin = sign_in(acme, "admin")
    if end == "revoked":
        row = program(acme, "admin").get("/api/v1/api-keys/").json["result"][0]["id"]
        assert admin.post(f"/api-keys/{row}/revoke").status_code == 302
    elif end == "expired":
        time_machine.move_to(NOW + dt.timedelta(days=91))
    elif end == "owner out":
        program(acme, "admin").put(f"/api/v1/users/{acme.employees['officer']}/login",
                                   json={"role": "Training Officer", "active": False})
    else:
        with tenant_scope(acme.id):
            acme.tenant.is_active = False
            db.session.merge(acme.tenant)
            db.session.commit()
    answer = ask(context, key)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_others_keys_are_not_there_and_administrators_see_all(context, acme, sign_in, make_key):
    make_key("officer")
    assert sign_in(acme, "manager").get("/api/v1/api-keys/").json["result"] == []
    assert len(sign_in(acme, "admin").get("/api/v1/api-keys/").json["result"]) == 1


@pytest.mark.parametrize("values", [{"expires_on": "2026-02-28"}, {"expires_on": "2028-01-01"}, {"access": "admin"},
                                    {"resources": ["everything"]}, {"resources": ["api-keys"]}, {"name": ""}], ids=str)
def test_a_key_that_can_not_be(acme, program, values):
    answer = program(acme, "officer").post("/api/v1/api-keys/", json={"name": "Reader"} | values)
    assert answer.status_code == 422, answer.json


@pytest.mark.parametrize("key", ["tfk_", "tfk_AAAA", "tfk_" + "A" * 64, "tfk_" + "é" * 64, "tfk_" + "A" * 5000])
def test_made_up_keys_open_nothing(context, acme, key):
    header = {"Authorization": f"Bearer {key}".encode("latin-1")}
    answer = context.test_client().get("/api/v1/departments/", headers=header)
    assert answer.status_code == 401


def test_last_used_is_noted(context, acme, sign_in, make_key):
    ask(context, make_key())
    found = sign_in(acme, "admin").get("/api/v1/api-keys/").json["result"][0]
    assert found["last_used_at"] == "2026-03-01T09:00:00+00:00"
