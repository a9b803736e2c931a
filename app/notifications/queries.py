"""Reads of what was told and what is on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.notifications.models import (
    COLLECTING,
    DIGEST_KIND,
    SENDING,
    WAITING,
    DeliveryAttempt,
    Notification,
    NotificationPreference,
    NotificationSettings,
    NotificationTemplate,
    OutboxMessage,
)
from app.platform import clock
from app.platform.db import db
from app.platform.keys import is_one_of
from app.platform.look.waiting import ME

BELL_LIMIT = 99  # beyond it the bell says '99+'


def unread_count(user_id: int) -> int:
    """How many messages the login has not read, counted up to one more than `BELL_LIMIT`."""
    unread = _unread_of(user_id).limit(BELL_LIMIT + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count(unread.c.id))) or 0


def unread_ids(roles: frozenset[str]) -> Any:
    """The ids of what the login ME has not read, as a select, whatever its roles."""
    return _unread_of(ME)


def _unread_of(user_id: Any) -> Any:
    return sa.select(Notification.id).where(Notification.user_id == user_id, Notification.read_at.is_(None))


def settings_of_logins(user_ids: Iterable[int]) -> Iterable[NotificationSettings]:
    """The settings of these logins."""
    of = NotificationSettings
    return db.session.scalars(sa.select(of).where(of.user_id.in_(list(user_ids))))


def settings_of_addresses(addresses: Collection[str]) -> Iterable[NotificationSettings]:
    """The settings of people without a login, found by their address, in small letters."""
    of = NotificationSettings
    return db.session.scalars(sa.select(of).where(is_one_of(of.address, addresses)))


def own_settings(user_id: int) -> NotificationSettings | None:
    """One login's settings."""
    return db.session.scalar(sa.select(NotificationSettings).where(NotificationSettings.user_id == user_id))


def preferences(user_id: int) -> dict[tuple[str, str], NotificationPreference]:
    """What one login chose: (kind, channel) to the row."""
    rows = db.session.scalars(sa.select(NotificationPreference).where(NotificationPreference.user_id == user_id))
    return {(row.kind, row.channel): row for row in rows}


def templates() -> dict[tuple[str, str], NotificationTemplate]:
    """The tenant's own words: (kind, locale) to the row."""
    return {(row.kind, row.locale): row for row in db.session.scalars(sa.select(NotificationTemplate))}


def template(kind: str, locale: str) -> NotificationTemplate | None:
    """The tenant's own words for one kind in one language."""
    of = NotificationTemplate
    return db.session.scalar(sa.select(of).where(of.kind == kind, of.locale == locale))


def outbox_message(message_id: UUID, lock: bool = False) -> OutboxMessage | None:
    """One message of the outbox."""
    return db.session.get(OutboxMessage, message_id, with_for_update=lock or None, populate_existing=lock)


def attempts(message_id: UUID) -> list[DeliveryAttempt]:
    """Every try to send a message, the first one first."""
    return list(db.session.scalars(sa.select(DeliveryAttempt).where(DeliveryAttempt.message_id == message_id)
                                   .order_by(DeliveryAttempt.number, DeliveryAttempt.id)))


def sendable() -> Any:
    """The condition that a message may be sent now: due, outside its quiet hours, in nobody's hands."""
    of, now = OutboxMessage, clock.now()
    hour = clock.local(now).hour
    over_midnight = of.quiet_from > of.quiet_until
    is_quiet = sa.case((over_midnight, sa.or_(of.quiet_from <= hour, of.quiet_until > hour)),
                       else_=sa.and_(of.quiet_from <= hour, of.quiet_until > hour))
    is_free = sa.or_(of.state == WAITING, sa.and_(of.state == SENDING, of.leased_until < now))
    return sa.and_(is_free, of.due_at <= now, sa.or_(of.quiet_from.is_(None), of.quiet_until.is_(None), ~is_quiet))


def collected() -> Any:
    """The condition that a message waits for a digest that is due."""
    return sa.and_(OutboxMessage.state == COLLECTING, OutboxMessage.due_at <= clock.now())


def has_work(channel: str) -> bool:
    """Whether anything of `channel` could go out now."""
    due = sa.select(OutboxMessage.id).where(OutboxMessage.channel == channel, sa.or_(sendable(), collected()))
    return db.session.scalar(due.limit(1)) is not None


def due_by_day(first: date, last: date) -> list[tuple[date, str, str, int]]:
    """What the outbox holds for the days from `first` to `last`: (day, kind, channel, how many).

    What is overdue counts for `first`. What is collected counts as the digests that will be made of it.
    """
    of = OutboxMessage
    is_due = of.due_at < clock.start_of(last + timedelta(days=1))
    alone = sa.select(of.due_at, of.kind, of.channel, sa.func.count(of.id)).where(
        of.state.in_((WAITING, SENDING)), is_due).group_by(of.due_at, of.kind, of.channel)
    together = sa.select(of.due_at, of.address, of.user_id).where(of.state == COLLECTING, is_due).distinct()
    found: Counter[tuple[date, str, str]] = Counter()
    for due_at, kind, channel, count in db.session.execute(alone):
        found[max(clock.local(due_at).date(), first), kind, channel] += count
    digests = {(max(clock.local(row.due_at).date(), first), row.address, row.user_id)
               for row in db.session.execute(together)}
    found.update((day, DIGEST_KIND, "email") for day, _address, _user_id in digests)
    return [(*key, count) for key, count in sorted(found.items())]
