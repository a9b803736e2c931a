"""What an administrator reads in the trail."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import SYSTEM
from app.audit.models import AuditHead
from app.organisation import operations
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.conftest import NOW


@pytest.fixture
def changed(acme):
    """A department that was added and renamed."""
    with tenant_scope(acme.id), unit_of_work():
        department = operations.create_department(SYSTEM, code="HSE", name="Safety")
        operations.update_department(acme.actor("officer"), department.id, name="Health and safety")
    return department


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:1000]
    return answer.get_data(as_text=True)


def entries(client, **arguments):
    answer = client.get("/api/v1/audit/", query_string=arguments)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json["result"]


def test_the_newest_entries_come_first(acme, changed, sign_in):
    text = page(sign_in(acme, "admin"), "/audit-logs")
    assert text.index(">Department changed</a>") < text.index(">Department added</a>")
    assert "Officer Acme" in text


def test_an_entry_shows_old_and_new(acme, changed, sign_in):
    admin = sign_in(acme, "admin")
    entry = next(one for one in entries(admin) if one["event"] == "DepartmentUpdated")
    text = page(admin, f"/audit-logs/{entry['id']}")
    assert "What changed" in text
    assert text.index("Safety") < text.index("Health and safety")


def test_an_entry_names_fields_and_rows_in_the_readers_language(acme, changed, sign_in):
    with tenant_scope(acme.id), unit_of_work():
        officer = acme.actor("officer")
        older = operations.create_department(SYSTEM, code="OPS", name="Operations", name_ar="العمليات")
        person = acme.employees["employee"]
        operations.update_employee(officer, person, department_id=older.id, hired_on=dt.date(2020, 5, 4))
        operations.update_employee(officer, person, department_id=changed.id, is_active=False)
        operations.archive_department(officer, older.id)
    admin = sign_in(acme, "admin")
    newer, older = [one["id"] for one in entries(admin) if one["event"] == "EmployeeUpdated"]
    text = page(admin, f"/audit-logs/{newer}")
    assert text.index(">Department<") < text.index("Operations") < text.index("Health and safety")
    assert text.index(">Active<") < text.index("Yes") < text.index("No", text.index("Yes"))
    admin.get("/lang/ar")
    text = page(admin, f"/audit-logs/{older}")
    assert "العمليات" in text and "الإدارة" in text and "4 مايو 2020" in text
    assert "department" not in text.split("ما الذي تغيّر")[-1].casefold()


def test_filters_narrow_by_event_person_day_and_source(acme, changed, sign_in):
    admin = sign_in(acme, "admin")

    def found(query):
        return page(admin, f"/audit-logs?{query}").count('data-column="event" data-label')

    assert found("_flt_3_event=DepartmentUpdated") == 1
    assert found("_flt_3_source=api") == 0
    assert found("q=department+changed") == 1
    assert found("q=officer+departmentupdated") == 1
    assert found("_flt_0_occurred_at=2026-03-01") > 3
    assert found("_flt_1_occurred_at=2026-03-01") == 0
    assert found("_flt_2_occurred_at=2026-03-01") == 0
    assert found("_flt_2_occurred_at=2026-03-02") > 3
    assert found("_flt_0_occurred_at=yesterday") == 0


def test_days_are_the_tenants(acme, changed, sign_in):
    with tenant_scope(acme.id), unit_of_work():  # nine in the morning in London is eleven at night here
        tenancy.update_tenant(SYSTEM, acme.id, time_zone="Pacific/Kiritimati")
    admin = sign_in(acme, "admin")
    assert ">Department changed</a>" in page(admin, "/audit-logs?_flt_0_occurred_at=2026-03-01")
    with tenant_scope(acme.id), unit_of_work():
        tenancy.update_tenant(SYSTEM, acme.id, time_zone="Pacific/Pago_Pago")
    with time_machine.travel(NOW + dt.timedelta(hours=-1), tick=False), tenant_scope(acme.id), unit_of_work():
        operations.create_grade(SYSTEM, code="G1", name="First", rank=1)
    assert ">Grade added</a>" in page(admin, "/audit-logs?_flt_0_occurred_at=2026-02-28")
    assert ">Grade added</a>" not in page(admin, "/audit-logs?_flt_0_occurred_at=2026-03-01")


def test_the_chain_is_checked_by_a_button(acme, changed, sign_in):
    admin = sign_in(acme, "admin")
    answer = admin.post("/audit-logs/verify", follow_redirects=True)
    assert "entries are intact" in answer.get_data(as_text=True)
    with tenant_scope(acme.id), unit_of_work():
        db.session.scalars(sa.select(AuditHead)).one().hash = "0" * 64
    answer = admin.post("/audit-logs/verify", follow_redirects=True)
    assert "was changed or removed" in answer.get_data(as_text=True)


def test_a_program_checks_the_chain_and_learns_where_it_breaks(acme, changed, program):
    admin = program(acme, "admin")
    last = entries(admin)[0]["sequence"]
    answer = admin.post("/api/v1/audit/verify")
    assert answer.status_code == 200
    assert answer.json["result"] == {"is_intact": True, "entries": last, "first_broken": None}
    with tenant_scope(acme.id), unit_of_work():
        db.session.scalars(sa.select(AuditHead)).one().hash = "0" * 64
    answer = admin.post("/api/v1/audit/verify")
    assert answer.json["result"] == {"is_intact": False, "entries": last, "first_broken": last + 1}


def test_only_administrators_read_the_trail_and_only_their_own(acme, globex, changed, sign_in, program):
    officer, other = sign_in(acme, "officer"), sign_in(globex, "admin")
    assert officer.get("/audit-logs").status_code == 403
    assert officer.post("/audit-logs/verify").status_code == 403
    assert program(acme, "officer").post("/api/v1/audit/verify").status_code == 403
    assert officer.get("/api/v1/audit/").status_code == 403
    entry = entries(sign_in(acme, "admin"))[0]
    assert other.get(f"/audit-logs/{entry['id']}").status_code == 404
    assert ">Department added</a>" not in page(other, "/audit-logs")
    assert other.get(f"/api/v1/audit/{entry['id']}").status_code == 404


def test_nobody_writes_the_trail_over_rest(acme, changed, sign_in):
    admin = sign_in(acme, "admin")
    entry = entries(admin)[0]
    assert entry["previous_hash"] != entry["hash"]
    rules = [rule for rule in admin.application.url_map.iter_rules() if rule.rule.startswith("/api/v1/audit/")]
    assert len(rules) >= 2
    writing = {rule.rule for rule in rules if not rule.methods <= {"GET", "HEAD", "OPTIONS"}}
    assert writing == {"/api/v1/audit/verify"}  # which recomputes and changes nothing


def test_the_trail_exports_and_the_export_is_in_it(acme, changed, sign_in):
    admin = sign_in(acme, "admin")
    answer = admin.get("/audit-logs/export.csv?q=department")
    assert answer.status_code == 200
    assert "Department changed" in answer.get_data(as_text=True)
    assert entries(admin)[0]["event"] == "Exported"
