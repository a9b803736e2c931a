"""The only way domain code learns the time. Instants are UTC and aware; dates are the tenant's."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

YEARS = range(1950, 2151)  # what is reckoned from a day of these stays a day that calendars have

_zone: ContextVar[tzinfo] = ContextVar("zone", default=UTC)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date where the current tenant lives (UTC while no tenant is set)."""
    return datetime.now(_zone.get()).date()


def local(instant: datetime) -> datetime:
    """`instant` on the current tenant's wall clock; a naive instant is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(_zone.get())


def start_of(day: date) -> datetime:
    """The instant when `day` begins where the current tenant lives."""
    return datetime.combine(day, time.min, _zone.get())


def set_zone(name: str | None) -> None:
    """Live in the IANA time zone `name` for the rest of this request or job; None means UTC."""
    _zone.set(ZoneInfo(name) if name else UTC)
