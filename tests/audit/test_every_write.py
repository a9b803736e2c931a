"""What holds every write of every test to its entry (tests/trail.py) does refuse one that has none."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.organisation import operations
from app.organisation.models import Department
from app.platform.bulk import insert_rows
from app.platform.db import db
from app.platform.fence import unfenced
from app.platform.scope import platform_scope
from app.platform.unit_of_work import savepoint, unit_of_work
from app.tenancy.models import Tenant
from tests import trail
from tests.conftest import NOW

VALUES = {"id": uuid4(), "created_at": NOW, "updated_at": NOW, "code": "HSE", "name": "Safety", "is_active": True}


@pytest.fixture
def noticed():
    """What was refused meanwhile; it is meant to be, so the test does not fail of it."""
    yield trail.refused
    trail.refused.clear()


def count():
    return db.session.scalar(sa.select(sa.func.count(Department.id)))


def test_a_write_without_its_entry_is_refused(inside, noticed):
    with pytest.raises(trail.Refused), unit_of_work():
        insert_rows(Department.__table__, [VALUES | {"tenant_id": inside.id}])
    assert noticed == ["departments: written without an entry"]
    assert count() == 0


def test_what_an_operator_writes_without_an_entry_is_refused(context, noticed):
    with pytest.raises(trail.Refused), platform_scope(), unit_of_work():
        insert_rows(Tenant.__table__, [{"id": uuid4(), "created_at": NOW, "updated_at": NOW, "slug": "silent",
                                        "name": "Silent", "flags": {}}])
    assert noticed == ["tenants: written without an entry"]


def test_an_entry_of_another_context_does_not_account_for_it(inside, noticed):
    with pytest.raises(trail.Refused), unit_of_work():
        insert_rows(Department.__table__, [VALUES | {"tenant_id": inside.id}])
        operations.accounts.end_sessions(inside.actor("admin"))
    assert count() == 0


def test_a_write_with_its_entry_goes_through(inside, noticed):
    with unit_of_work():
        operations.create_department(SYSTEM, code="HSE", name="Safety")
    assert (count(), noticed) == (1, [])


def test_what_a_savepoint_took_back_needs_no_entry(inside, noticed):
    with unit_of_work(), pytest.raises(ZeroDivisionError), savepoint():
        insert_rows(Department.__table__, [VALUES | {"tenant_id": inside.id}])
        1 / 0
    assert (count(), noticed) == (0, [])


def test_what_changes_no_row_needs_no_entry(inside, noticed):
    with unit_of_work():
        db.session.execute(unfenced(sa.delete(Department.__table__).where(Department.tenant_id == inside.id)))
    assert noticed == []


def test_each_exemption_is_a_table_with_a_reason(app):
    assert set(trail.NO_FACTS) | set(trail.WORKED_OUT) | set(trail.TOLD_BY) <= set(db.metadata.tables)
    assert all(trail.NO_FACTS.values())
    assert len(trail.NO_FACTS) <= 12
