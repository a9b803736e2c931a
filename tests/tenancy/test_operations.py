"""Opening, changing and suspending tenants."""

from __future__ import annotations

from uuid import uuid4

import pytest

from app.accounts.models import SYSTEM
from app.platform import clock
from app.platform.errors import Conflict, NotFound
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations, queries


def test_a_short_name_is_unique_and_stays(context):
    with unit_of_work():
        acme = operations.create_tenant(SYSTEM, slug="acme", name="Acme", time_zone="Asia/Riyadh")
        with pytest.raises(Conflict) as refused:
            operations.create_tenant(SYSTEM, slug="acme", name="Another")
        assert refused.value.code == "slug_taken"
        operations.update_tenant(SYSTEM, acme.id, slug="other", name="Acme Ltd")
    assert (acme.slug, acme.name, acme.time_zone) == ("acme", "Acme Ltd", "Asia/Riyadh")
    assert queries.tenant_by_slug("acme") is acme


def test_an_unknown_tenant_is_not_there(context):
    with unit_of_work(), pytest.raises(NotFound):
        operations.update_tenant(SYSTEM, uuid4(), name="X")
    with pytest.raises(LookupError):
        queries.current_tenant()


def test_a_suspended_tenant_is_not_among_the_active(acme, globex):
    with unit_of_work():
        operations.update_tenant(SYSTEM, globex.id, is_active=False)
    assert [tenant.slug for tenant in queries.active_tenants()] == ["acme"]
    with tenant_scope(acme.id):
        assert queries.current_tenant().slug == "acme"


@pytest.mark.parametrize(("zone", "day"), [("UTC", 1), ("Pacific/Auckland", 1), ("Pacific/Honolulu", 28)])
def test_a_tenant_lives_on_its_own_calendar(acme, sign_in, zone, day):
    """At 09:00 UTC on 1 March it is still February in Honolulu."""
    clock.set_zone(zone)
    try:
        assert clock.today().day == day
    finally:
        clock.set_zone(None)
