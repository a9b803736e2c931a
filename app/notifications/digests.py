"""One mail instead of many: what was collected for a person goes out together."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from app.notifications import queries
from app.notifications.models import DIGEST_KIND, DIGESTED, OutboxMessage
from app.platform import clock
from app.platform.db import db


def collect() -> int:
    """Turn what waits for digests that are due into one message for each address; returns how many.

    The rows are locked, so that two workers never make two digests of one person's messages.
    """
    waiting = db.session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.channel == "email", queries.collected())
        .order_by(OutboxMessage.id).with_for_update())
    by_reader: dict[tuple[str, int | None], list[OutboxMessage]] = defaultdict(list)
    for message in waiting:
        by_reader[message.address, message.user_id].append(message)
    digests = [_digest(messages) for messages in by_reader.values()]
    db.session.add_all(digests)
    db.session.flush()
    for digest, messages in zip(digests, by_reader.values(), strict=True):
        for message in messages:
            message.state, message.digest_id = DIGESTED, digest.id
    return len(digests)


def _digest(messages: list[OutboxMessage]) -> OutboxMessage:
    last = messages[-1]
    return OutboxMessage(
        channel="email", kind=DIGEST_KIND, user_id=last.user_id, recipient_name=last.recipient_name,
        address=last.address, locale=last.locale, due_at=clock.now(), quiet_from=last.quiet_from,
        quiet_until=last.quiet_until)
