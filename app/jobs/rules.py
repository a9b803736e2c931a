"""The arguments of a job as JSON and back; when a daily line comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID


def to_json(arguments: Iterable[Any]) -> list[Any] | None:
    """Ids and plain values as JSON; None when something among them is neither."""
    found = [_plain(one) for one in arguments]
    return None if any(one is _UNKNOWN for one in found) else found


def from_json(arguments: Iterable[Any]) -> tuple[Any, ...]:
    """What `to_json` was given."""
    return tuple(_value(one) for one in arguments)


_UNKNOWN = object()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return {"id": str(value)}
    if isinstance(value, date) and not isinstance(value, datetime):
        return {"day": value.isoformat()}
    return value if value is None or isinstance(value, (str, int, float, bool)) else _UNKNOWN


def _value(plain: Any) -> Any:
    if isinstance(plain, dict):
        return UUID(plain["id"]) if "id" in plain else date.fromisoformat(plain["day"])
    return plain


def next_daily(at: time, now: datetime, zone: tzinfo, ran_on: date | None) -> datetime:
    """When a line that runs once a day from the wall clock `at` on comes next, as an instant of `zone`.

    `now` is aware; `ran_on` is the day of its last run there. What is due and has not run yet comes now.
    """
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), at, zone)
    if ran_on is not None and ran_on >= local.date():
        return datetime.combine(local.date() + timedelta(days=1), at, zone)
    return max(due, local)
