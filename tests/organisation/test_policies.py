"""Who sees whom: yes and no from one setup."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.organisation import operations, policies
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD

EVERYBODY = {"admin", "officer", "manager", "foreman", "employee", "outsider"}
SEES = {
    "admin": EVERYBODY, "officer": EVERYBODY, "manager": {"manager", "foreman", "employee"},
    "foreman": {"foreman", "employee"}, "employee": {"employee"}, "outsider": {"outsider"},
}


@pytest.mark.parametrize("viewer", sorted(SEES))
def test_who_sees_whom_on_screen_over_rest_and_in_the_core(context, acme, sign_in, viewer):
    names = {row: name for name, row in acme.employees.items()}
    with tenant_scope(acme.id):
        found = db.session.scalars(sa.select(Employee.id).where(policies.visible(acme.actor(viewer))))
        assert {names[row] for row in found} == SEES[viewer]
    client = sign_in(acme, viewer)
    may_list = SEES[viewer] != {viewer}
    shown = {name for row, name in names.items() if client.get(f"/users/{row}").status_code == 200}
    assert shown == (SEES[viewer] if may_list else set())
    page = client.get("/users").text
    listed = {name for row, name in names.items() if f"/users/{row}" in page}
    assert listed == (SEES[viewer] if may_list else set())
    over_rest = client.get("/api/v1/users/?q=(page_size:100)").json.get("result", [])
    assert {row["name"].split()[0].lower() for row in over_rest} == (SEES[viewer] if may_list else set())
    assert {choice["text"].split()[0].lower() for choice in _choices(client)} == (SEES[viewer] if may_list else set())


def _choices(client):
    answer = client.get("/users/lookup")
    return answer.json["results"] if answer.status_code == 200 else []


def test_a_manager_sees_the_crews_of_the_foremen_below(inside):
    with unit_of_work():
        crew = operations.create_employee(SYSTEM, number="C1", name="Crew", foreman_id=inside.employees["foreman"])
        other = operations.create_employee(SYSTEM, number="C2", name="Other", manager_id=inside.employees["outsider"])
    seen = set(db.session.scalars(sa.select(Employee.id).where(policies.visible(inside.actor("manager")))))
    assert crew.id in seen
    assert other.id not in seen


def test_a_role_without_an_employee_sees_nobody(inside):
    with unit_of_work():
        person = operations.create_employee(SYSTEM, number="M1", name="Former Manager")
        operations.grant_login(SYSTEM, person.id, email="m1@acme.example", role="Manager", password=PASSWORD)
        actor = person.user
        person.user_id = None
    assert db.session.scalars(sa.select(Employee.id).where(policies.visible(actor))).all() == []


def test_writing_reaches_no_further_than_seeing(context, acme, sign_in):
    """A training officer sees everybody; who may not see may not write either, whatever the way."""
    for viewer in ("foreman", "manager", "employee"):
        client = sign_in(acme, viewer)
        for row in acme.employees.values():
            for path in ("edit", "delete", "restore", "login"):
                assert client.post(f"/users/{row}/{path}", data={"name": "X"}).status_code == 403
