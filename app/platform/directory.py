"""Which tenants there are, for jobs and commands, which run below the context that owns tenants."""

from __future__ import annotations

from typing import Any, Protocol
from uuid import UUID

from app.platform.scope import across_tenants


class Tenants(Protocol):
    """What app.wiring hands in: the reads of the tenancy context."""

    def tenant(self, tenant_id: UUID) -> Any:
        """The tenant with this id, with `id`, `slug`, `time_zone`, `locale`, `is_active`; None: unknown."""

    def tenant_by_slug(self, slug: str) -> Any:
        """The tenant with this short name; None: unknown."""

    def active_tenants(self) -> list[Any]:
        """Every tenant that is not suspended."""


_wired: list[Tenants] = []


def wire(tenants: Tenants) -> None:
    """Called once by app.wiring."""
    _wired[:] = [tenants]


def tenants() -> Tenants:
    """The reads that were wired. RuntimeError before app.wiring ran."""
    if not _wired:
        raise RuntimeError("app.wiring has not said which tenants there are")
    return _wired[0]


def active_tenants(reason: str) -> list[tuple[UUID, str]]:
    """(id, time zone) of every active tenant, for work that walks them all; `reason` stands in the log."""
    with across_tenants(reason):
        return [(tenant.id, tenant.time_zone) for tenant in tenants().active_tenants()]
