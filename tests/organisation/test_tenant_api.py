"""Tenants over REST: the operator's, with what is done to one in its own trail."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.conftest import PASSWORD

ZENITH = {"slug": "zenith", "name": "Zenith", "admin_name": "Ada Lovelace", "email": "ada@zenith.example",
          "password": PASSWORD}


def trail_of(tenant_id):
    with tenant_scope(tenant_id):
        entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)).all()
        return [(entry.event, entry.actor_name) for entry in entries]


def test_an_operator_opens_a_tenant_whose_administrator_signs_in(context, operator_program):
    made = operator_program.post("/api/v1/tenants/", json=ZENITH)
    assert made.status_code == 201
    assert (made.json["result"]["slug"], made.json["result"]["is_active"]) == ("zenith", True)
    assert trail_of(UUID(made.json["id"]))[0] == ("TenantCreated", "Op Erator")
    assert context.test_client().post("/api/auth/login", json={
        "email": "ada@zenith.example", "password": PASSWORD}).status_code == 200
    assert operator_program.post("/api/v1/tenants/", json=ZENITH).json["code"] == "slug_taken"


def test_a_suspended_tenant_lets_nobody_in_until_it_is_resumed(acme, program, operator_program):
    address, officer = f"/api/v1/tenants/{acme.id}", program(acme, "officer")
    assert operator_program.post(f"{address}/suspend").json["result"]["is_active"] is False
    assert officer.get("/api/v1/departments/").status_code == 401
    assert operator_program.post(f"{address}/resume").json["result"]["is_active"] is True
    assert officer.get("/api/v1/departments/").status_code == 200
    assert [one for one in trail_of(acme.id) if one[0] == "TenantUpdated"] == [("TenantUpdated", "Op Erator")] * 2


def test_a_change_holds_for_the_version_that_was_read(acme, operator_program):
    address = f"/api/v1/tenants/{acme.id}"
    read = operator_program.get(address)
    assert operator_program.put(address, json={"name": "Acme Steel"}, headers={"If-Match": read.headers["ETag"]}).json[
        "result"]["name"] == "Acme Steel"
    assert operator_program.put(address, json={"name": "Acme"}, headers={"If-Match": '"another"'}).status_code == 412
    assert operator_program.put(address, json={"slug": "other"}).status_code == 422
    assert operator_program.put("/api/v1/tenants/nobody", json={"name": "x"}).status_code == 404


def test_nobody_of_a_tenant_sees_tenants(acme, program):
    assert program(acme, "admin").get("/api/v1/tenants/").status_code == 403
    assert program(acme, "admin").post("/api/v1/tenants/", json=ZENITH).status_code == 403
