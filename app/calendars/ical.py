"""Expiries as a calendar (RFC 5545): an all-day event each, the same bytes as long as nothing changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from icalendar import Calendar, Event

from app.calendars.models import TEAM
from app.enrollments.models import Enrollment
from app.platform.wording import localised

PRODUCT = "-//TrainFlow//Training expiries//EN"
LOOK_AGAIN = timedelta(hours=12)


def write_calendar(kind: str, rows: Iterable[Enrollment], *, organisation: Any, home: str) -> bytes:
    """The calendar file of `rows` (with person and course), in the language that is set.

    `kind` is own or team; `organisation` the tenant, for the calendar's name; `home` the address of
    TrainFlow without a slash at its end. Lines are folded, texts escaped. An event keeps its UID for the
    life of its certificate, and its stamp is the row's last change: a client sees what moved and no more.
    """
    calendar = Calendar()
    name = _("Team training") if kind == TEAM else _("My training")
    for field, value in {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN",
                         "x-wr-calname": f"{name} – {localised(organisation)}",
                         "x-wr-timezone": organisation.time_zone}.items():
        calendar.add(field, value)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for row in rows:
        calendar.add_component(_event(kind, row, home))
    return calendar.to_ical()


def _event(kind: str, row: Enrollment, home: str) -> Event:
    assert row.expires_on is not None
    event, language = Event(), {"LANGUAGE": str(get_locale())}
    event.add("uid", f"expiry-{row.id}@trainflow")
    event.add("dtstamp", row.updated_at.astimezone(UTC))
    event.add("last-modified", row.updated_at.astimezone(UTC))
    event.add("dtstart", row.expires_on)
    event.add("dtend", row.expires_on + timedelta(days=1))
    event.add("summary", _summary(kind, row), parameters=language)
    event.add("description", "\n".join(_details(row)), parameters=language)
    event.add("url", f"{home}/enrollments/{row.id}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _summary(kind: str, row: Enrollment) -> str:
    course = localised(row.course)
    if kind == TEAM:
        return _("%(person)s: %(course)s expires", person=localised(row.employee), course=course)
    return _("%(course)s expires", course=course)


def _details(row: Enrollment) -> Iterable[str]:
    yield f"{row.course.code} – {localised(row.course)}"
    yield f"{row.employee.number} – {localised(row.employee)}"
    if row.certificate_number:
        yield _("Certificate number: %(number)s", number=row.certificate_number)
    yield _("The last day on which it is valid. Ask for the renewal in time.")
