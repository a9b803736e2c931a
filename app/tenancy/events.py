"""What happens to tenants."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class TenantCreated(Event):
    """A tenant was opened."""

    subject, is_of_operators = "tenant", True
    slug: str


@dataclass(frozen=True, kw_only=True)
class TenantUpdated(Changed):
    """A tenant's name, settings or state changed."""

    subject, is_of_operators = "tenant", True


@dataclass(frozen=True, kw_only=True)
class HolidayCreated(Event):
    """A holiday was entered."""

    subject = "holiday"


@dataclass(frozen=True, kw_only=True)
class HolidayUpdated(Changed):
    """A holiday changed."""

    subject = "holiday"


@dataclass(frozen=True, kw_only=True)
class HolidayArchived(Event):
    """A holiday was taken off the calendar."""

    subject = "holiday"


@dataclass(frozen=True, kw_only=True)
class HolidayRestored(Event):
    """A holiday came back."""

    subject = "holiday"
