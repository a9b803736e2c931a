"""Reads of tenants."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from app.platform.db import db
from app.platform.scope import current_tenant_id
from app.tenancy.models import Tenant


def current_tenant() -> Tenant:
    """The tenant whose data this request or job is about. Raises LookupError when there is none."""
    tenant_id = current_tenant_id()
    tenant = db.session.get(Tenant, tenant_id) if tenant_id else None
    if tenant is None:
        raise LookupError("no tenant is set")
    return tenant


def tenant(tenant_id: UUID) -> Tenant | None:
    """The tenant with this id."""
    return db.session.get(Tenant, tenant_id)


def tenant_by_slug(slug: str) -> Tenant | None:
    """The tenant with this short name."""
    return db.session.scalar(sa.select(Tenant).where(Tenant.slug == slug))


def active_tenants() -> list[Tenant]:
    """Every tenant that is not suspended, by short name."""
    return list(db.session.scalars(sa.select(Tenant).where(Tenant.is_active).order_by(Tenant.slug)))
