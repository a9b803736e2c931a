"""What happens to tenants."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class TenantCreated(Event):
    """A tenant was opened."""

    subject = "tenant"
    slug: str


@dataclass(frozen=True, kw_only=True)
class TenantUpdated(Changed):
    """A tenant's name, settings or state changed."""

    subject = "tenant"
