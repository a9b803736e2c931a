"""A tenant's settings, and the operator's list of tenants."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.audit.operations import first_broken_link
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import queries
from tests.conftest import PASSWORD

SETTINGS = {"name": "Acme Gulf", "name_ar": "أكمي الخليج", "locale": "ar", "time_zone": "Asia/Muscat",
            "expiring_window_days": "45", "import_create_limit": "500", "import_change_limit": "400",
            "import_deactivate_limit": "5", "working_days": ["sun", "mon"]}
NEW = {"slug": "initech", "name": "Initech", "admin_name": "Peter Gibbons", "email": "peter@initech.example",
       "password": "a long first password", "time_zone": "Asia/Riyadh", "locale": "en"}


@pytest.fixture
def operator(context):
    """A client that is signed in as platform operator."""
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="op@platform.example", first_name="Olga", last_name="Op",
                              roles=["Platform Operator"], password=PASSWORD)
    client = context.test_client()
    assert client.post("/login", data={"email": "op@platform.example", "password": PASSWORD}).status_code == 302
    return client


def events(tenant_id):
    with tenant_scope(tenant_id):
        return list(db.session.scalars(sa.select(AuditEntry.event).order_by(AuditEntry.sequence)))


def test_an_administrator_changes_the_settings_on_record(acme, sign_in):
    admin = sign_in(acme, "admin")
    assert 'value="30"' in admin.get("/settings").get_data(as_text=True)
    answer = admin.post("/settings", data=SETTINGS)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    with tenant_scope(acme.id):
        tenant = queries.current_tenant()
        assert (tenant.expiring_window_days, tenant.time_zone, tenant.import_deactivate_limit) == (45, "Asia/Muscat", 5)
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "TenantUpdated")).one()
        assert entry.data["changes"]["expiring_window_days"] == [30, 45]


@pytest.mark.parametrize(("field", "value"), [("expiring_window_days", "0"), ("time_zone", "Mars/Olympus"),
                                              ("name", ""), ("import_create_limit", "many")])
def test_a_refused_setting_changes_nothing_and_stays_typed(acme, sign_in, field, value):
    answer = sign_in(acme, "admin").post("/settings", data=SETTINGS | {field: value})
    assert answer.status_code == 422
    assert "Acme Gulf" in answer.get_data(as_text=True) or field == "name"
    with tenant_scope(acme.id):
        assert queries.current_tenant().name == "Acme"


def test_settings_are_the_administrators(acme, sign_in):
    assert sign_in(acme, "officer").get("/settings").status_code == 403
    assert sign_in(acme, "officer").post("/settings", data=SETTINGS).status_code == 403


def test_tenants_are_the_operators(acme, sign_in, operator):
    assert sign_in(acme, "admin").get("/tenants").status_code == 403
    text = operator.get("/tenants").get_data(as_text=True)
    assert ">Acme</a>" in text
    assert operator.get("/users").status_code == 403
    for address in ("/kpi-dashboard", "/reports", "/matrix", "/team"):
        page = operator.get(address)
        assert page.status_code == 403 and "read no organisation" in page.get_data(as_text=True)
    assert "read no organisation" not in sign_in(acme, "officer").get("/settings").get_data(as_text=True)


def test_an_operator_opens_a_tenant_whose_administrator_can_sign_in(operator, context):
    answer = operator.post("/tenants/add", data=NEW)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert operator.get(answer.location).status_code == 200
    admin = context.test_client()
    answer = admin.post("/login", data={"email": NEW["email"], "password": NEW["password"]})
    assert answer.status_code == 302
    assert "Peter Gibbons" in admin.get("/users").get_data(as_text=True)
    tenant_id = queries.tenant_by_slug("initech").id
    assert events(tenant_id)[:3] == ["TenantCreated", "EmployeeCreated", "LoginCreated"]
    with tenant_scope(tenant_id):
        assert first_broken_link() is None


@pytest.mark.parametrize(("field", "value"), [("slug", "acme"), ("slug", "A b"), ("password", "short"),
                                              ("email", "nobody")])
def test_a_refused_tenant_leaves_nothing_behind(acme, operator, field, value):
    answer = operator.post("/tenants/add", data=NEW | {field: value})
    assert answer.status_code == 422
    assert "Peter Gibbons" in answer.get_data(as_text=True)
    assert queries.tenant_by_slug("initech") is None


def test_a_suspended_tenant_is_out_until_it_is_resumed(acme, operator, sign_in):
    officer = sign_in(acme, "officer")
    assert officer.get("/users").status_code == 200
    assert operator.post(f"/tenants/{acme.id}/suspend").status_code == 302
    assert officer.get("/users").status_code == 302
    assert operator.post(f"/tenants/{acme.id}/resume").status_code == 302
    assert sign_in(acme, "officer").get("/users").status_code == 200
    assert events(acme.id).count("TenantUpdated") == 2


def test_an_operator_renames_a_tenant_in_its_own_trail(acme, operator):
    answer = operator.post(f"/tenants/{acme.id}/edit", data={"name": "Acme Industries"})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert "TenantUpdated" in events(acme.id)
    with tenant_scope(acme.id):
        assert queries.current_tenant().name == "Acme Industries"


def test_the_tenants_colour_is_a_setting_and_reaches_the_page(acme, sign_in):
    admin = sign_in(acme, "admin")
    assert admin.post("/settings", data=SETTINGS | {"accent": "#A01020"}).status_code == 302
    assert '<meta name="accent" content="#a01020">' in admin.get("/").get_data(as_text=True)
    refused = admin.post("/settings", data=SETTINGS | {"accent": "red"})
    assert (refused.status_code, "#0c6272" in refused.get_data(as_text=True)) == (422, True)
    assert admin.post("/settings", data=SETTINGS | {"accent": ""}).status_code == 302
    assert '<meta name="accent"' not in admin.get("/").get_data(as_text=True)


def test_programs_read_and_change_the_settings(acme, program):
    admin = program(acme, "admin")
    before = admin.get("/api/v1/settings/").json["result"]
    assert before["expiring_window_days"] == 30
    changed = admin.put("/api/v1/settings/", json={"expiring_window_days": 45})
    assert changed.json["result"] == before | {"expiring_window_days": 45}
    refused = admin.put("/api/v1/settings/", json={"work_starts": "17:00", "work_ends": "08:00"})
    assert refused.json["code"] == "work_ends_early"
    assert admin.get("/api/v1/settings/").json["result"] == changed.json["result"]
    assert program(acme, "officer").put("/api/v1/settings/", json={"name": "Mine"}).status_code == 403
