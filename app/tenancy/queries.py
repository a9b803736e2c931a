"""Reads of tenants."""

from __future__ import annotations

from datetime import time
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app.platform.db import db
from app.platform.scope import current_tenant_id
from app.tenancy.models import Holiday, Tenant
from app.tenancy.rules import WorkingCalendar, days_of, hours_of


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


def audit_root_address() -> str | None:
    """Where the daily root of the trail goes: the tenant's own address, else the installation's; None: nowhere."""
    return current_tenant().audit_root_email or current_app.config["AUDIT_ROOT_EMAIL"] or None


def working_calendar() -> WorkingCalendar:
    """When people of the current tenant work: its week, its hours, its holidays, in its time zone."""
    tenant = current_tenant()
    periods = db.session.scalars(sa.select(Holiday)).all()
    return WorkingCalendar(
        days=frozenset(tenant.working_days), starts=time.fromisoformat(tenant.work_starts),
        ends=time.fromisoformat(tenant.work_ends), zone=ZoneInfo(tenant.time_zone),
        holidays=days_of([(one.starts_on, one.ends_on) for one in periods if not one.work_starts]),
        hours=hours_of((one.starts_on, one.ends_on, time.fromisoformat(one.work_starts),
                        time.fromisoformat(one.work_ends)) for one in periods if one.work_starts and one.work_ends))


def holiday(holiday_id: UUID, include_deleted: bool = False) -> Holiday | None:
    """The holiday with this id."""
    return db.session.scalar(sa.select(Holiday).where(Holiday.id == holiday_id),
                             execution_options={"include_deleted": include_deleted})
