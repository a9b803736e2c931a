"""What Prometheus is told about messages on their way out."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from app.notifications.models import WAITING, OutboxMessage
from app.platform import clock
from app.platform.db import db
from app.platform.scope import across_tenants


def outbox() -> Iterable[tuple[str, str, float]]:
    """How many messages are due, and how long the oldest of them has been, in seconds, over all tenants."""
    with across_tenants("metrics: what the outbox holds"):
        now = clock.now()
        due = sa.and_(OutboxMessage.state == WAITING, OutboxMessage.due_at <= now)
        count, oldest = db.session.execute(
            sa.select(sa.func.count(OutboxMessage.id), sa.func.min(OutboxMessage.due_at)).where(due)).one()
    yield "outbox_due", "Messages that should be out", count
    age = (now - oldest).total_seconds() if oldest else 0
    yield "outbox_age_seconds", "How long the oldest of them has been due", age
