"""Open, change and suspend tenants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.platform.changes import apply_changes
from app.platform.db import db
from app.platform.errors import Conflict, NotFound
from app.platform.unit_of_work import record
from app.tenancy import queries
from app.tenancy.events import TenantCreated, TenantUpdated
from app.tenancy.models import Tenant


def create_tenant(actor: Any, *, slug: str, name: str, **settings: Any) -> Tenant:
    """Open a tenant; `settings` are the further fields of `TenantSchema`. Conflict: the slug is taken."""
    if queries.tenant_by_slug(slug):
        raise Conflict(_("The short name %(slug)s is taken.", slug=slug), field="slug", code="slug_taken")
    tenant = Tenant(slug=slug, name=name, **settings)
    db.session.add(tenant)
    db.session.flush()
    record(TenantCreated(actor_id=actor.id, subject_id=tenant.id, slug=slug))
    return tenant


def update_tenant(actor: Any, tenant_id: UUID, **values: Any) -> Tenant:
    """Change a tenant's name, settings or state. Its short name stays what it is."""
    tenant = queries.tenant(tenant_id)
    if tenant is None:
        raise NotFound(_("There is no such tenant."))
    values.pop("slug", None)
    changes = apply_changes(tenant, values)
    if changes:
        record(TenantUpdated(actor_id=actor.id, subject_id=tenant.id, changes=changes))
    return tenant


def suspend_tenant(actor: Any, tenant_id: UUID) -> Tenant:
    """Let nobody of the tenant in until it is resumed; everybody who is in is signed out."""
    return update_tenant(actor, tenant_id, is_active=False)


def resume_tenant(actor: Any, tenant_id: UUID) -> Tenant:
    """Let a suspended tenant's people in again."""
    return update_tenant(actor, tenant_id, is_active=True)
