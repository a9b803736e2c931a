"""Dates as people write them, and how far away they are."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from flask_babel import format_date, format_decimal, ngettext
from flask_babel import gettext as _

from app.platform import clock
from app.platform.catalogue import language
from babel import dates as babel

_DAY = "d MMM y"


def day(value: date | None) -> str:
    """A date as '14 Mar 2026', in the reader's language; nothing for None."""
    if value is None:
        return ""
    return format_date(value, _DAY) if isinstance(value, datetime) else _day(value, language() or "en")


@lru_cache(maxsize=10_000)
def _day(value: date, locale: str) -> str:
    return babel.format_date(value, _DAY, locale=locale)


def instant(value: datetime | None) -> str:
    """An instant as '14 Mar 2026, 09:05' on the tenant's wall clock; nothing for None."""
    if value is None:
        return ""
    there = clock.local(value)
    return _("%(day)s, %(time)s", day=format_date(there, _DAY, rebase=False), time=f"{there:%H:%M}")


def number(value: float) -> str:
    """A number with the reader's separators."""
    return format_decimal(value)


def days_left(expires_on: date | None, today: date | None = None) -> str:
    """How far an expiry is from `today` (the tenant's today unless given), in words; nothing for None.

    Beyond 90 days it is told in months of 30 days: nobody plans by '412 days'.
    """
    if expires_on is None or expires_on == date.max:
        return ""
    days = (expires_on - (today or clock.today())).days
    if days == 0:
        return _("last day today")
    return _ahead(days) if days > 0 else _past(-days)


def _ahead(days: int) -> str:
    if days <= 90:
        return ngettext("%(num)s day left", "%(num)s days left", days)
    return ngettext("%(num)s month left", "%(num)s months left", days // 30)


def _past(days: int) -> str:
    if days <= 90:
        return ngettext("%(num)s day ago", "%(num)s days ago", days)
    return ngettext("%(num)s month ago", "%(num)s months ago", days // 30)
