"""Keys for programs: what they open, what they never do, how they end."""

from __future__ import annotations

import base64
import datetime as dt
import re

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM, ApiKey, OperatorKey
from app.accounts.operations import create_login, update_login
from app.accounts.permissions import OPERATOR
from app.accounts.queries import login_by_email
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, PASSWORD


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
        assert not any(key[at:at + 12] in str(vars(row)) for at in range(len(key) - 12))
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


@pytest.fixture
def operator_key(operator_program):
    """operator_key(access='read') -> the key of a platform operator."""
    def _make(**values):
        answer = operator_program.post("/api/v1/operator-keys/", json={"name": "Fleet"} | values)
        assert answer.status_code == 201, answer.json
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.json["result"]["key"]
    return _make


def test_an_operators_key_opens_what_operators_may_and_nothing_of_a_tenant(context, acme, operator_key):
    key = operator_key(access="write")
    assert "acme" in {tenant["slug"] for tenant in ask(context, key, "tenants/").json["result"]}
    for path in ("departments/", "users/", "audit/", f"users/{acme.employees['officer']}", "api-keys/"):
        assert ask(context, key, path).status_code == 403, path
    new = {"slug": "initech", "name": "Initech", "admin_name": "Bill", "email": "boss@initech.example",
           "password": "staplers are mine"}
    assert ask(context, key, "tenants/", "POST", json=new).status_code == 201
    assert ask(context, key, f"tenants/{acme.id}/suspend", "POST").status_code == 200


def test_an_operators_key_has_scope_and_makes_no_other(context, operator_key):
    reads = operator_key()
    assert ask(context, reads, "tenants/").status_code == 200
    assert ask(context, reads, "tenants/", "POST", json={}).status_code == 403
    assert ask(context, operator_key(resources=["jobs"]), "tenants/").status_code == 403
    wide = operator_key(access="write")
    assert ask(context, wide, "operator-keys/").status_code == 403
    assert ask(context, wide, "operator-keys/", "POST", json={"name": "Wider"}).status_code == 403


@pytest.mark.parametrize("values", [{"resources": ["departments"]}, {"resources": ["impersonation"]},
                                    {"resources": ["operator-keys"]}, {"expires_on": "2028-01-01"}], ids=str)
def test_an_operators_key_that_can_not_be(operator_program, values):
    answer = operator_program.post("/api/v1/operator-keys/", json={"name": "Fleet"} | values)
    assert answer.status_code == 422, answer.json


@pytest.mark.parametrize("end", ["revoked", "expired", "owner out", "no operator any more"])
def test_what_ends_an_operators_key(context, operator_program, operator_key, time_machine, end):
    key = operator_key()
    assert ask(context, key, "tenants/").status_code == 200
    if end == "revoked":
        row = operator_program.get("/api/v1/operator-keys/").json["result"][0]["id"]
        assert operator_program.delete(f"/api/v1/operator-keys/{row}").status_code == 200
        assert operator_program.delete(f"/api/v1/operator-keys/{row}").json["code"] == "key_revoked"
    elif end == "expired":
        time_machine.move_to(NOW + dt.timedelta(days=91))
    else:
        with platform_scope(), unit_of_work():
            user = login_by_email("op@trainflow.example")
            change = {"active": False} if end == "owner out" else {"roles": []}
            update_login(SYSTEM, user.id, **change)
    answer = ask(context, key, "tenants/")
    assert (answer.status_code, answer.json["code"]) == \
        ((403, "not_allowed") if end == "no operator any more" else (401, "not_signed_in"))


def test_operators_see_each_others_keys_and_people_of_tenants_none(context, acme, program, operator_program,
                                                                   operator_key):
    key = operator_key()
    with platform_scope(), unit_of_work():
        create_login(SYSTEM, email="second@trainflow.example", first_name="S", last_name="O", roles=[OPERATOR],
                     password=PASSWORD)
    client = context.test_client()
    client.post("/login", data={"email": "second@trainflow.example", "password": PASSWORD})
    page = client.get("/operator-keys").text
    assert "Fleet" in page
    assert "Op Erator" in page
    assert key not in page
    assert "/operator-keys" in client.get("/").text
    row = client.get("/api/v1/operator-keys/").json["result"][0]["id"]
    assert client.post(f"/operator-keys/{row}/revoke").status_code == 302
    assert ask(context, key, "tenants/").status_code == 401
    for who in ("admin", "officer"):
        assert program(acme, who).get("/api/v1/operator-keys/").status_code == 403
    assert client.get("/api-keys").status_code == 403


def test_the_screen_shows_an_operators_new_key_once_and_the_log_says_who_made_it(context, operator_program, caplog):
    client = context.test_client()
    client.post("/login", data={"email": "op@trainflow.example", "password": PASSWORD})
    with caplog.at_level("INFO", logger="app.audit.operations"):
        page = client.post("/operator-keys/add", data={"name": "Fleet", "access": "read"})
    assert page.status_code == 201
    key = re.search(r"tfk_[\w-]{64}", page.text)[0]
    assert page.headers["Cache-Control"] == "no-store"
    assert key not in client.get("/operator-keys").text
    told = [record.getMessage() for record in caplog.records]
    with platform_scope():
        owner, row = login_by_email("op@trainflow.example"), db.session.scalars(sa.select(OperatorKey)).one()
        assert f"ApiKeyCreated by {owner.id}: key {row.id}" in told
        assert key not in str(vars(row))


def test_a_key_of_a_tenant_that_says_it_is_an_operators_opens_nothing(context, acme, make_key):
    raw = base64.urlsafe_b64decode(make_key().removeprefix("tfk_"))
    forged = "tfk_" + base64.urlsafe_b64encode(bytes(16) + raw[16:]).decode()
    assert ask(context, forged, "tenants/").status_code == 401
    assert ask(context, forged).status_code == 401
