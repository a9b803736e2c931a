"""Tell people, and let them and their administrators have it their way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.notifications import kinds, outbox
from app.notifications.audience import Audience
from app.notifications.jobs import deliver
from app.notifications.kinds import Kind, Message
from app.notifications.models import Notification
from app.notifications.outbox import Told
from app.platform import clock
from app.platform.bulk import insert_new
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.scope import current_tenant_id


def tell(kind: Kind, messages: Iterable[Message]) -> int:
    """Tell each message's recipient, in TrainFlow and by the ways they chose; returns how many are new.

    Called inside the unit of work of what is told, so that it is told exactly when that is true; what goes
    out of the house does so after the commit. A message whose `dedupe_key` was told before is left out.
    Thousands take a few statements. Raises LookupError for a kind that app.wiring.NOTIFICATIONS leaves out.
    """
    if kinds.kind_named(kind.name) is not kind:
        raise LookupError(f"app.wiring.NOTIFICATIONS does not name {kind.name}")
    messages = list(messages)
    if not messages:
        return 0
    audience = Audience(kind, [message.recipient for message in messages])
    told = [Told(uuid7(), message, audience.person(message.recipient)) for message in messages]
    for part in parts(told):
        insert_new(Notification, [_row(kind, one) for one in part])
    new = _new(told)
    for channel in sorted(outbox.put(kind, audience, new)):
        deliver.enqueue(channel)
    return len(new)


def _row(kind: Kind, told: Told) -> dict[str, Any]:
    message, person, now = told.message, told.person, clock.now()
    return {
        "id": told.id, "tenant_id": current_tenant_id(), "created_at": now, "updated_at": now, "kind": kind.name,
        "user_id": person.user_id, "recipient_name": person.name, "data": kinds.stored(message.values),
        "link": message.link, "subject": message.subject, "subject_id": message.subject_id,
        "dedupe_key": message.dedupe_key, "read_at": None,
    }


def _new(told: Sequence[Told]) -> list[Told]:
    keyed = [one.id for one in told if one.message.dedupe_key is not None]
    there: set[UUID] = set()
    for part in parts(keyed):
        there.update(db.session.scalars(sa.select(Notification.id).where(Notification.id.in_(part))))
    return [one for one in told if one.message.dedupe_key is None or one.id in there]
