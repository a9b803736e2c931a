"""Open a tenant together with the person who will run it. Needs tenants, people and logins, so it stands here."""

from __future__ import annotations

from typing import Any

from app.accounts.permissions import ADMINISTRATOR
from app.organisation import operations
from app.platform.scope import current_tenant_id
from app.tenancy import operations as tenancy
from app.tenancy.models import Tenant

FIRST_NUMBER = "0001"


def open_tenant(actor: Any, *, slug: str, name: str, admin_name: str, email: str, password: str,
                **settings: Any) -> Tenant:
    """A tenant with its first administrator (an employee with a login), all or nothing.

    Runs in the scope of the tenant to be: the scope's id becomes the tenant's, so that the trail of the
    new tenant begins with its opening. `settings` are the further fields of `TenantSchema`. Conflict
    `slug_taken`; Invalid for a weak password.
    """
    tenant = tenancy.create_tenant(actor, slug=slug, name=name, id=current_tenant_id(), **settings)
    administrator = operations.create_employee(actor, number=FIRST_NUMBER, name=admin_name)
    operations.grant_login(actor, administrator.id, email=email, role=ADMINISTRATOR, password=password)
    return tenant
