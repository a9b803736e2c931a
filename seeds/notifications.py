"""What the demo people were told, and how some of them want it."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM, User
from app.alerts import operations as alerts
from app.alerts import queries as alert_rounds
from app.notifications import operations
from app.notifications.models import Notification
from app.platform.db import db
from app.tenancy import operations as tenancy
from app.tenancy import queries
from seeds.shapes import MANAGER, OFFICER, Person, TenantSeed

QUIET = {"quiet_from": 21, "quiet_until": 6}


def plant_notifications(tenant: TenantSeed) -> int:
    """Warn whoever is due, let some have read it, and let managers and officers want digests: once."""
    demo = queries.current_tenant()
    if alert_rounds.round_days() is not None or demo.quiet_from is not None:
        return 0
    before = _count(Notification)
    tenancy.update_tenant(SYSTEM, demo.id, **QUIET)
    for person in tenant.people:
        _choose(tenant, person)
    alerts.send_alerts(SYSTEM)
    _read_some()
    return _count(Notification) - before


def _count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _choose(tenant: TenantSeed, person: Person) -> None:
    login = accounts.login_by_email(tenant.address(person)) if person.role in (MANAGER, OFFICER) else None
    if login is not None:
        operations.save_preferences(login, choices=[
            {"kind": "expiry-warning", "channel": "email", "choice": "digest"}])


def _read_some() -> None:
    """Every third login has looked already."""
    for login in db.session.scalars(sa.select(User).order_by(User.id)).unique().all()[::3]:
        operations.mark_all_read(login)
