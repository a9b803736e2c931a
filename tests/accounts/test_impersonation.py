"""A platform operator works as somebody of a tenant: said aloud, for a while, and never in silence."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM, ApiKey, User
from app.audit.models import AuditEntry
from app.audit.operations import first_broken_link
from app.notifications.models import Notification
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.conftest import NOW, PASSWORD

EMAIL, REASON = "olga@platform.example", "Ticket 4711: the import shows no rows"


@pytest.fixture
def operator(context):
    """A client that is signed in as platform operator."""
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email=EMAIL, first_name="Olga", last_name="Operator",
                              roles=["Platform Operator"], password=PASSWORD)
    client = context.test_client()
    assert client.post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 302
    return client


def work_as(client, acme, name, reason=REASON):
    return client.post(f"/impersonation/{acme.id}", data={"email": acme.emails[name], "reason": reason})


@pytest.fixture
def as_officer(operator, acme):
    """The operator, working as acme's training officer."""
    assert work_as(operator, acme, "officer").location == "/"
    return operator


def me(client):
    return client.get("/api/auth/me").json.get("result", {}).get("email")


def entries(acme, event):
    with tenant_scope(acme.id):
        return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)
                                       .order_by(AuditEntry.sequence)))


def test_every_page_says_who_sits_there_and_every_entry_has_both_names(as_officer, acme):
    assert me(as_officer) == acme.emails["officer"]
    for page in ("/", "/departments", "/nothing-here"):
        assert "Olga Operator, you work as Officer Acme" in as_officer.get(page).text
    as_officer.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"})
    [entry] = entries(acme, "DepartmentCreated")
    assert (entry.actor_name, entry.impersonator_name) == ("Officer Acme", "Olga Operator")
    [began] = entries(acme, "ImpersonationStarted")
    assert (began.actor_name, began.impersonator_name, began.data["reason"]) == ("Olga Operator", None, REASON)
    with tenant_scope(acme.id):
        assert first_broken_link() is None


def test_the_person_and_the_administrators_are_told_why(as_officer, acme, sign_in):
    with tenant_scope(acme.id):
        told = db.session.scalars(sa.select(Notification).where(Notification.kind == "impersonation")).all()
        assert {one.user_id for one in told} == {acme.actor("officer").id, acme.actor("admin").id}
    assert REASON in sign_in(acme, "admin").get("/notifications").text
    assert "Olga Operator" in sign_in(acme, "admin").get("/audit-logs").text


def test_the_way_back_leads_to_oneself(as_officer, acme, context):
    cookie = as_officer.get_cookie("session").value
    assert as_officer.post("/impersonation/end").location == "/tenants"
    assert me(as_officer) == EMAIL
    assert "you work as" not in as_officer.get("/tenants").text
    assert [(one.actor_name, one.impersonator_name) for one in entries(acme, "ImpersonationEnded")] == [
        ("Olga Operator", None)]
    copied = context.test_client()
    copied.set_cookie("session", cookie)
    assert me(copied) is None


def test_it_ends_by_itself_after_an_hour(as_officer):
    with time_machine.travel(NOW + dt.timedelta(minutes=59), tick=False):
        assert as_officer.get("/departments").status_code == 200
    with time_machine.travel(NOW + dt.timedelta(minutes=60), tick=False):
        assert as_officer.get("/departments").location.startswith("/login")


@pytest.mark.parametrize("change", [
    {"active": False}, {"roles": ["Employee"]},
], ids=["deactivated", "no operator any more"])
def test_it_ends_with_the_operator(as_officer, change):
    with platform_scope(), unit_of_work():
        user = db.session.scalars(sa.select(User).where(User.email == EMAIL)).one()
        accounts.update_login(SYSTEM, user.id, **change)
    assert me(as_officer) is None


def test_signing_out_signs_the_operator_out_too(as_officer, acme):
    as_officer.post("/logout")
    assert me(as_officer) is None
    assert len(entries(acme, "ImpersonationEnded")) == 1
    assert entries(acme, "SignedOut") == []  # the officer did not


@pytest.mark.parametrize("name", ["admin", "officer", "employee"])
def test_nobody_of_a_tenant_works_as_somebody_else(acme, globex, sign_in, name):
    client = sign_in(acme, name)
    for tenant in (acme, globex):
        assert work_as(client, tenant, "employee").status_code == 403
    assert me(client) == acme.emails[name]
    assert entries(acme, "ImpersonationStarted") == entries(globex, "ImpersonationStarted") == []


def test_nobody_goes_on_from_one_to_the_next(as_officer, acme):
    assert work_as(as_officer, acme, "admin").status_code == 403
    assert me(as_officer) == acme.emails["officer"]


@pytest.mark.parametrize(("email", "reason"), [
    ("employee@acme.example", "no"), ("employee@globex.example", REASON), (EMAIL, REASON), ("", REASON)],
    ids=["no reason", "of another tenant", "an operator", "nobody"])
def test_what_is_refused_begins_nothing(operator, acme, globex, email, reason):
    answer = operator.post(f"/impersonation/{acme.id}", data={"email": email, "reason": reason})
    assert answer.status_code == 422
    assert me(operator) == EMAIL
    assert entries(acme, "ImpersonationStarted") == entries(globex, "ImpersonationStarted") == []


def test_a_suspended_tenant_is_left_alone(operator, acme):
    with platform_scope(), unit_of_work():
        tenancy.suspend_tenant(SYSTEM, acme.id)
    assert work_as(operator, acme, "officer").status_code == 422
    assert me(operator) == EMAIL


def test_what_is_personal_stays_the_persons(as_officer, acme):
    for address in ("/account/password", "/account/second-step", "/api-keys/add"):
        assert as_officer.get(address).status_code == 403, address
    for address in ("/account/sign-out-everywhere", "/api/v1/api-keys/"):
        assert as_officer.post(address, json={"name": "mine"}).status_code in (400, 403), address
    assert as_officer.post("/approvals/decide", json={}).status_code == 403
    mark = {"X-CSRF-Token": re.search(r'name="csrf_token" value="([^"]+)"', as_officer.get("/").text)[1]}
    typed = {"current": PASSWORD, "password": "another good password"}
    assert as_officer.post("/api/auth/password", json=typed, headers=mark).status_code == 403
    assert as_officer.post("/api/auth/refresh").status_code in (400, 401)  # a session gives no token
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(ApiKey.id))) == 0
