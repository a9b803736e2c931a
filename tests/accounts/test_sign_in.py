"""Who gets in, who does not, and what either learns."""

from __future__ import annotations

import datetime as dt
import hashlib

import flask
import pytest
import sqlalchemy as sa
import time_machine
from flask_wtf.csrf import generate_csrf

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM, User
from app.audit.models import AuditEntry
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.errors import Invalid
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.conftest import NOW, PASSWORD

SHARED = "somebody@shared.example"


def try_sign_in(app, email, password=PASSWORD, **more):
    client = app.test_client()
    return client, client.post("/login", data={"email": email, "password": password, **more})


def is_signed_in(client):
    return client.get("/account/password").status_code == 200


def events(tenant, kind):
    with tenant_scope(tenant.id):
        return db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == kind)
                                  .order_by(AuditEntry.sequence)).all()


def add_login(tenant, email, password, **employee):
    with tenant_scope(tenant.id), unit_of_work():
        row = organisation.create_employee(SYSTEM, number="X1", name="Shared Name", **employee)
        organisation.grant_login(SYSTEM, row.id, email=email, role="Employee", password=password)
        return row.user_id


def fail(app, email, times):
    for _ in range(times):
        _client, answer = try_sign_in(app, email, "wrong password")
        assert answer.status_code == 401


def test_the_right_password_opens_and_leaves_its_trace(context, acme):
    client, answer = try_sign_in(context, acme.emails["officer"].upper())
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_signed_in(client)
    entry = events(acme, "SignedIn")[-1]
    assert (entry.actor_name, entry.source, entry.address) == ("Officer Acme", "screen", "127.0.0.1")


def test_a_wrong_password_stays_outside_and_leaves_its_trace(context, acme):
    client, answer = try_sign_in(context, acme.emails["officer"], "hunter2hunter2")
    assert answer.status_code == 401
    assert not is_signed_in(client)
    assert len(events(acme, "SignInFailed")) == 1
    assert acme.emails["officer"] in answer.text
    assert "hunter2" not in answer.text


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(context, acme, time_machine):
    email = acme.emails["officer"]
    fail(context, email, 4)
    assert is_signed_in(try_sign_in(context, email)[0])
    fail(context, email, 5)
    assert not is_signed_in(try_sign_in(context, email)[0])
    time_machine.move_to(NOW + dt.timedelta(minutes=14, seconds=59))
    assert not is_signed_in(try_sign_in(context, email)[0])
    time_machine.move_to(NOW + dt.timedelta(minutes=15))
    fail(context, email, 4)  # counting starts anew: one mistake does not lock again
    assert is_signed_in(try_sign_in(context, email)[0])


def test_attempts_while_locked_do_not_prolong_the_lock(context, acme, time_machine):
    email = acme.emails["officer"]
    fail(context, email, 5)
    time_machine.move_to(NOW + dt.timedelta(minutes=14))
    fail(context, email, 5)
    time_machine.move_to(NOW + dt.timedelta(minutes=15))
    assert is_signed_in(try_sign_in(context, email)[0])
    assert [entry.data["locked"] for entry in events(acme, "SignInFailed")] == [False] * 4 + [True] * 6


def test_a_guesser_locks_out_the_guesser_and_nobody_else(context, acme):
    email = acme.emails["officer"]
    known, _answer = try_sign_in(context, email)  # this browser signed in before
    known.post("/logout")
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    for _ in range(60):
        context.test_client().post("/login", data={"email": email, "password": "guess"}, **elsewhere)
    right = {"email": email, "password": PASSWORD}
    assert context.test_client().post("/login", data=right, **elsewhere).status_code == 401
    assert known.post("/login", data=right).status_code == 302
    assert context.test_client().post("/login", data=right).status_code == 401  # unknown, after 50 guesses anywhere


def test_a_few_guesses_from_elsewhere_lock_nobody_here(context, acme):
    email = acme.emails["officer"]
    for _ in range(6):
        context.test_client().post("/login", data={"email": email, "password": "guess"},
                                   environ_overrides={"REMOTE_ADDR": "2001:db8::1"})
    assert is_signed_in(try_sign_in(context, email)[0])


def test_the_mark_of_a_known_browser_is_for_its_own_address_only(context, acme):
    client, _answer = try_sign_in(context, acme.emails["officer"])
    client.post("/logout")
    for _ in range(5):
        client.post("/login", data={"email": acme.emails["admin"], "password": "guess"})
    assert client.post("/login", data={"email": acme.emails["admin"], "password": PASSWORD}).status_code == 401
    assert client.post("/login", data={"email": acme.emails["officer"], "password": PASSWORD}).status_code == 302


def refusals(app, acme, globex):
    """What is said to each kind of person who is not let in."""
    with tenant_scope(acme.id), unit_of_work():
        row = acme.actor("outsider")
        accounts.update_login(SYSTEM, row.id, active=False)
        accounts.create_login(SYSTEM, email="empty@acme.example", first_name="No", last_name="Password",
                              roles=["Employee"])
    fail(app, acme.emails["foreman"], 5)
    for organisation_ in (acme, globex):
        add_login(organisation_, SHARED, "the same password")
    return {"in two tenants": (SHARED, "wrong password"),
            "unknown": ("nobody@acme.example", PASSWORD), "wrong": (acme.emails["officer"], "wrong password"),
            "deactivated": (acme.emails["outsider"], PASSWORD), "no password": ("empty@acme.example", "!"),
            "locked and right": (acme.emails["foreman"], PASSWORD),
            "locked and wrong": (acme.emails["foreman"], "wrong password")}


def test_nobody_learns_which_addresses_exist(context, acme, globex, monkeypatch):
    checks = []
    slow = hashlib.pbkdf2_hmac
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *args: checks.append(args) or slow(*args))
    pages, answers = {}, {}
    for kind, (email, password) in refusals(context, acme, globex).items():
        checks.clear()
        _client, page = try_sign_in(context, email, password)
        assert len(checks) == 2, kind  # as many as for an address of two organisations
        pages[kind] = (page.status_code, page.text.replace(email, ""))
        checks.clear()
        answer = context.test_client().post("/api/auth/login", json={"email": email, "password": password})
        assert len(checks) == 2, kind
        answers[kind] = (answer.status_code, answer.json | {"traceId": ""})
    assert set(map(str, answers.values())) == {str(answers["unknown"])}
    assert {status for status, _page in pages.values()} == {401}
    assert len({_without_noise(page) for _status, page in pages.values()}) == 1


def _without_noise(page):
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)


def test_one_address_in_two_tenants_goes_where_its_password_fits(context, acme, globex):
    add_login(acme, SHARED, "the acme password")
    add_login(globex, SHARED, "the globex password")
    for tenant, password in (("acme", "the acme password"), ("globex", "the globex password")):
        token = context.test_client().post("/api/auth/login", json={"email": SHARED, "password": password})
        me = context.test_client().get("/api/auth/me", headers=_bearer(token))
        assert me.json["result"]["tenant"] == tenant


def test_where_the_same_password_fits_twice_the_organisation_is_asked_for(context, acme, globex):
    for organisation_ in (acme, globex):
        add_login(organisation_, SHARED, "the same password")
    client, answer = try_sign_in(context, SHARED, "the same password")
    assert answer.status_code == 401
    assert "several organisations" in answer.text
    client, answer = try_sign_in(context, SHARED, "the same password", organisation=" Globex ")
    assert client.get("/api/auth/me").json["result"]["tenant"] == "globex"
    assert not is_signed_in(try_sign_in(context, SHARED, "the same password", organisation="initech")[0])


def _bearer(answer):
    return {"Authorization": f"Bearer {answer.json['accessToken']}"}


def test_a_suspended_tenant_lets_nobody_in_and_nobody_stay(context, acme, sign_in):
    client = sign_in(acme, "officer")
    token = context.test_client().post("/api/auth/login",
                                       json={"email": acme.emails["officer"], "password": PASSWORD})
    with platform_scope(), unit_of_work():
        tenancy.update_tenant(SYSTEM, acme.id, is_active=False)
    assert not is_signed_in(client)
    assert context.test_client().get("/api/auth/me", headers=_bearer(token)).status_code == 401
    assert try_sign_in(context, acme.emails["officer"])[1].status_code == 401


@pytest.mark.parametrize("change", [
    lambda user: accounts.update_login(SYSTEM, user.id, active=False),
    lambda user: accounts.update_login(SYSTEM, user.id, roles=["Employee"]),
    lambda user: accounts.set_password(SYSTEM, user.id, password="another good password"),
], ids=["deactivated", "other role", "new password"])
def test_what_ends_the_sessions_of_a_login(context, acme, sign_in, change):
    client, other = sign_in(acme, "officer"), sign_in(acme, "admin")
    with tenant_scope(acme.id), unit_of_work():
        change(acme.actor("officer"))
    assert not is_signed_in(client)
    assert is_signed_in(other)


def test_a_session_of_one_tenant_names_nobody_in_another(context, acme, globex, sign_in):
    client = sign_in(acme, "officer")
    with client.session_transaction() as session:
        session["tenant"] = str(globex.id)
    assert not is_signed_in(client)


@pytest.mark.parametrize(("target", "lands"), [
    ("/departments", "/departments"), ("/users?q=a", "/users?q=a"),
    ("http://localhost/departments?size=50", "/departments?size=50"),
    ("", "/"), ("departments", "/"), ("//evil.example", "/"), ("///evil.example", "/evil.example"),
    ("http://evil.example/x", "/"), ("https:evil.example", "/"), ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"), ("/\t/evil.example", "/"), (" //evil.example", "/"),
    ("javascript:alert(1)", "/"), ("http://localhost@evil.example/", "/"), ("http://localhost.evil.example/", "/"),
])
def test_signing_in_leads_to_a_page_of_ours_only(context, acme, target, lands):
    client = context.test_client()
    answer = client.post("/login", query_string={"next": target},
                         data={"email": acme.emails["officer"], "password": PASSWORD})
    assert answer.location == lands
    again = client.get("/login", query_string={"next": target})  # already signed in
    assert (again.status_code, again.location) == (302, lands)


def test_a_visitor_comes_back_to_the_page_that_was_asked_for(context, acme):
    client = context.test_client()
    door = client.get("/departments?size=50").location
    answer = client.post(door, data={"email": acme.emails["officer"], "password": PASSWORD})
    assert answer.location == "/departments?size=50"


def test_only_a_post_signs_out(context, acme, sign_in):
    client = sign_in(acme, "officer")
    assert client.get("/logout").status_code == 405
    assert is_signed_in(client)
    assert client.post("/logout").location == "/login"
    assert not is_signed_in(client)
    assert len(events(acme, "SignedOut")) == 1


def csrf(app, client):
    """The header by which a page of ours proves that it is one."""
    with app.test_request_context():
        token, known = generate_csrf(), flask.session["csrf_token"]
    with client.session_transaction() as session:
        session["csrf_token"] = known
    return {"X-CSRFToken": token}


def test_signing_out_over_rest_leaves_its_trace_too(context, acme, sign_in):
    client = sign_in(acme, "officer")
    assert client.post("/api/auth/logout").status_code == 400  # another site could send this
    assert is_signed_in(client)
    assert client.post("/api/auth/logout", headers=csrf(context, client)).status_code == 200
    assert not is_signed_in(client)
    assert context.test_client().post("/api/auth/logout").status_code == 200  # nobody was; nothing to note
    assert len(events(acme, "SignedOut")) == 1


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(context, acme):
    _client, answer = try_sign_in(context, acme.emails["officer"])
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_changing_ones_password_needs_the_old_one_and_ends_the_other_sessions(context, acme, sign_in):
    client, elsewhere = sign_in(acme, "officer"), sign_in(acme, "officer")
    typed = {"current": "not my password", "password": "another good password"}
    assert "not your current password" in client.post("/account/password", data=typed).text
    assert is_signed_in(elsewhere)
    for weak in ("short", "1234567890", acme.emails["officer"]):
        assert client.post("/account/password", data={"current": PASSWORD, "password": weak}).status_code == 422
    answer = client.post("/account/password", data=typed | {"current": PASSWORD})
    assert answer.status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert try_sign_in(context, acme.emails["officer"])[1].status_code == 401
    assert is_signed_in(try_sign_in(context, acme.emails["officer"], "another good password")[0])
    assert len(events(acme, "PasswordChanged")) == 1


def test_guessing_the_old_password_there_locks_the_login_as_signing_in_does(context, acme, sign_in):
    client = sign_in(acme, "officer")
    for _ in range(5):
        client.post("/account/password", data={"current": "wrong password", "password": "another good password"})
    client.post("/account/password", data={"current": PASSWORD, "password": "another good password"})
    assert len(events(acme, "PasswordChanged")) == 0


def test_what_was_typed_into_a_refused_sign_in_is_not_a_500(context):
    for body in ({}, {"email": "x"}, {"email": "", "password": ""}, {"email": "a\0b@c.example", "password": "x" * 10},
                 {"email": "x" * 400, "password": "y" * 2000}):
        assert context.test_client().post("/login", data=body).status_code in (400, 401, 422)
        assert context.test_client().post("/api/auth/login", json=body).status_code in (400, 403, 422)
    for raw in (b"", b"nonsense", b"[1]", b'"x"', b"null", b'{"email": 1, "password": [2]}'):
        answer = context.test_client().post("/api/auth/login", data=raw, content_type="application/json")
        assert answer.status_code == 422, raw


def test_an_operator_signs_in_to_no_tenant(context, acme):
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="operator@trainflow.example", first_name="Olga", last_name="Operator",
                              roles=["Platform Operator"], password=PASSWORD)
    client, _answer = try_sign_in(context, "operator@trainflow.example")
    assert client.get("/api/auth/me").json["result"]["tenant"] is None
    assert client.get("/departments").status_code == 403


def test_an_address_is_unique_in_its_tenant_and_free_in_the_next(context, acme, globex):
    add_login(acme, SHARED, "the acme password")
    with tenant_scope(acme.id), unit_of_work(), pytest.raises(Invalid) as weak:
        accounts.create_login(SYSTEM, email="new@acme.example", first_name="N", last_name="N", roles=[],
                              password="short")
    assert weak.value.code == "password_too_short"
    add_login(globex, SHARED, "the globex password")
    with tenant_scope(globex.id):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.email == SHARED)) == 1


def test_a_session_is_renewed_by_pages_while_somebody_works_and_by_nothing_else(sign_in, acme):
    client = sign_in(acme, "officer")
    assert is_signed_in(client)
    with time_machine.travel(NOW + dt.timedelta(minutes=5), tick=False):
        assert "Set-Cookie" not in client.get("/account/password").headers
    with time_machine.travel(NOW + dt.timedelta(hours=11), tick=False):
        assert "Set-Cookie" not in client.get("/static/css/base.css").headers
        assert "session=" in client.get("/account/password").headers["Set-Cookie"]
    with time_machine.travel(NOW + dt.timedelta(hours=22), tick=False):
        assert is_signed_in(client)
    with time_machine.travel(NOW + dt.timedelta(hours=35), tick=False):
        assert not is_signed_in(client)
