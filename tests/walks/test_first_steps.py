"""A new tenant's officer signs in and arranges the first things."""

from __future__ import annotations

import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.audit.operations import first_broken_link
from app.organisation.models import Department
from app.platform.db import db
from app.platform.scope import tenant_scope


def test_officer_adds_corrects_and_deletes_a_department(acme, sign_in):
    officer = sign_in(acme, "officer")
    answer = officer.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    address = answer.location
    assert "Safety" in officer.get("/departments").get_data(as_text=True)
    answer = officer.post(f"{address}/edit", data={"code": "HSE", "name": "Health and safety", "is_active": "y"})
    assert answer.status_code == 302
    assert "Health and safety" in officer.get(address).get_data(as_text=True)
    assert officer.post(f"{address}/delete").status_code == 403
    admin = sign_in(acme, "admin")
    assert admin.post(f"{address}/delete").status_code == 302
    assert "Health and safety" not in officer.get("/departments").get_data(as_text=True)
    assert admin.post(f"{address}/restore").status_code == 302
    assert "Health and safety" in officer.get("/departments").get_data(as_text=True)
    with tenant_scope(acme.id):
        names = list(db.session.scalars(sa.select(AuditEntry.event).where(AuditEntry.subject == "department")
                                        .order_by(AuditEntry.sequence)))
        assert names == ["DepartmentCreated", "DepartmentUpdated", "DepartmentArchived", "DepartmentRestored"]
        assert first_broken_link() is None


def test_a_refused_form_keeps_what_was_typed_and_changes_nothing(acme, sign_in):
    officer = sign_in(acme, "officer")
    officer.post("/departments/add", data={"code": "HSE", "name": "Safety"})
    page = officer.post("/departments/add", data={"code": "HSE", "name": "Second safety"})
    assert page.status_code == 422
    assert "Second safety" in page.get_data(as_text=True)
    assert "already" in page.get_data(as_text=True)
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Department)) == 1


def test_an_empty_form_starts_with_what_most_people_want(acme, sign_in):
    page = sign_in(acme, "officer").get("/departments/add").get_data(as_text=True)
    active = page[page.index('name="is_active"') - 200:page.index('name="is_active"') + 100]
    assert "checked" in active
    sign_in(acme, "officer").post("/departments/add", data={"code": "OLD", "name": "Closed"})
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(Department.is_active)) is False
