"""Into the outbox: which message goes by which way, and when it may go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.notifications import rules
from app.notifications.audience import Audience, Person
from app.notifications.kinds import DIGEST, OFF, Kind, Message
from app.notifications.models import COLLECTING, FAILED, WAITING, OutboxMessage
from app.platform import clock
from app.platform.bulk import insert_new
from app.platform.drafts import parts
from app.platform.scope import current_tenant_id

NO_COUNTRY = "no international number"  # stored as a code; screens put it into words


class Told:
    """One message as it was told: the notification's id, what was said, and to whom."""

    __slots__ = ("id", "message", "person")

    def __init__(self, id: UUID, message: Message, person: Person) -> None:
        self.id, self.message, self.person = id, message, person


def put(kind: Kind, audience: Audience, told: Iterable[Told]) -> set[str]:
    """Write the outbox rows of what was told; returns the channels that have something to send."""
    mails: Counter[str] = Counter(audience.mails)
    now, tenant_id = clock.now(), current_tenant_id()
    same = {"tenant_id": tenant_id, "created_at": now, "updated_at": now, "kind": kind.name}
    rows = [{**same, **row} for one in told for row in _rows(kind, one, mails, now)]
    for part in parts(rows):
        insert_new(OutboxMessage, part)
    return {row["channel"] for row in rows if row["state"] == WAITING}


def _rows(kind: Kind, told: Told, mails: Counter[str], now: datetime) -> Iterator[dict[str, Any]]:
    person = told.person
    if person.email:
        way = rules.way(person.choices["email"], is_urgent=kind.is_urgent, mails_today=mails[person.email],
                        is_digest_off=person.is_digest_off)
        if way == DIGEST:
            due_at = rules.next_digest(clock.local(now), person.digest_hour)
            yield _row(told, "email", person.email, COLLECTING, due_at)
        elif way != OFF:
            mails[person.email] += 1
            yield _row(told, "email", person.email, WAITING, now)
    if person.phone and person.choices["sms"] != OFF:
        number = rules.international(person.phone)
        yield _row(told, "sms", number or person.phone, WAITING if number else FAILED, now,
                   None if number else NO_COUNTRY)


def _row(told: Told, channel: str, address: str, state: str, due_at: datetime,
         error: str | None = None) -> dict[str, Any]:
    person = told.person
    quiet_from, quiet_until = person.quiet
    return {
        "id": uuid7(), "channel": channel, "notification_id": told.id, "user_id": person.user_id,
        "recipient_name": person.name, "address": address, "locale": person.locale,
        "mail_link": _mail_link(told.message) if state == WAITING else "", "state": state, "due_at": due_at,
        "quiet_from": quiet_from, "quiet_until": quiet_until, "last_error": error,
    }


def _mail_link(message: Message) -> str:
    link = message.mail_link
    return link if isinstance(link, str) else link()
