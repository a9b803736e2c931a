"""Tell people, and let them and their administrators have it their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from uuid_utils.compat import uuid7

from app.notifications import kinds, outbox, queries
from app.notifications.audience import Audience
from app.notifications.events import DigestsUnsubscribed, NotificationPreferencesChanged
from app.notifications.jobs import deliver
from app.notifications.kinds import DIGEST, Kind, Message
from app.notifications.models import Notification, NotificationPreference, NotificationSettings
from app.notifications.outbox import Told
from app.notifications.tokens import Reader
from app.platform import clock
from app.platform.bulk import insert_new
from app.platform.changes import apply_changes
from app.platform.collecting import without_collecting
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.errors import Invalid, NotFound
from app.platform.keys import is_one_of
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import record


def tell(kind: Kind, messages: Iterable[Message]) -> int:
    """Tell each message's recipient, in TrainFlow and by the ways they chose; returns how many are new.

    Called inside the unit of work of what is told, so that it is told exactly when that is true; what goes
    out of the house does so after the commit. A message whose `dedupe_key` was told before is left out.
    Thousands take a few statements. Raises LookupError for a kind that app.wiring.NOTIFICATIONS leaves out.
    """
    if kinds.kind_named(kind.name) is not kind:
        raise LookupError(f"app.wiring.NOTIFICATIONS does not name {kind.name}")
    with without_collecting():
        count, channels = _put(kind, list(messages))
    for channel in sorted(channels):
        deliver.enqueue(channel)
    return count


def _put(kind: Kind, messages: Sequence[Message]) -> tuple[int, set[str]]:
    """Write the messages down; returns how many are new, and the channels that have something to send."""
    if not messages:
        return 0, set()
    audience = Audience(kind, [message.recipient for message in messages])
    told = [Told(uuid7(), message, person) for message, person in zip(messages, audience.people, strict=True)]
    new = _write(kind, told)
    return len(new), outbox.put(kind, audience, new)


def _write(kind: Kind, told: Sequence[Told]) -> list[Told]:
    """Write what is told; returns what was not told before."""
    new: list[Told] = []
    now, written = clock.now(), kinds.Written()
    same = {"tenant_id": current_tenant_id(), "created_at": now, "updated_at": now, "kind": kind.name, "read_at": None}
    for part in parts(told):
        count = insert_new(Notification, [same | _cells(one, written) for one in part])
        new += part if count == len(part) else _there(part)
    return new


def _cells(told: Told, written: kinds.Written) -> dict[str, Any]:
    message, person = told.message, told.person
    return {
        "id": told.id, "user_id": person.user_id, "recipient_name": person.name,
        "data": written(kinds.with_file(message.values, message.file)),
        "link": message.link, "subject": message.subject, "subject_id": message.subject_id,
        "dedupe_key": message.dedupe_key,
    }


def _there(told: Sequence[Told]) -> list[Told]:
    there = set(db.session.scalars(sa.select(Notification.id).where(
        is_one_of(Notification.id, [one.id for one in told]))))
    return [one for one in told if one.id in there]


# -- reading ---------------------------------------------------------------------------------------------

def mark_read(actor: Any, notification_id: UUID) -> Notification:
    """Note that the actor read one of the own messages; when that was noted before, it stays."""
    row = db.session.scalar(sa.select(Notification).where(
        Notification.id == notification_id, Notification.user_id == actor.id))
    if row is None:
        raise NotFound(_("There is no such message."))
    row.read_at = row.read_at or clock.now()
    return row


def mark_all_read(actor: Any, kind: str | None = None) -> int:
    """Note that the actor read all own messages (of one kind, if named); returns how many were unread."""
    unread = sa.update(Notification).where(Notification.user_id == actor.id, Notification.read_at.is_(None))
    unread = unread.where(Notification.kind == kind) if kind else unread
    done: Any = db.session.execute(unread.values(read_at=clock.now()))
    return int(done.rowcount)


# -- choosing --------------------------------------------------------------------------------------------

def save_preferences(actor: Any, *, choices: Iterable[Mapping[str, str]] = (), **times: Any) -> None:
    """Keep what the actor wants: `choices` of kind, channel and choice, `times` as TimesSchema has them.

    Invalid `kind_unknown`, and `choice_unknown` for a digest by text message.
    """
    changes = _choose(actor, list(choices))
    if times:
        settings = queries.own_settings(actor.id) or NotificationSettings(
            user_id=actor.id, has_own_quiet_hours=False, is_digest_off=False)
        if moved := apply_changes(settings, times):
            db.session.add(settings)
            changes |= moved
    if changes:
        record(NotificationPreferencesChanged(actor_id=actor.id, subject_id=actor.id, changes=changes))


def _choose(actor: Any, choices: Sequence[Mapping[str, str]]) -> dict[str, tuple[Any, Any]]:
    there, changes = queries.preferences(actor.id), {}
    for one in choices:
        kind, channel, choice = _known_kind(one["kind"]), one["channel"], one["choice"]
        if channel == "sms" and choice == DIGEST:
            raise Invalid(_("A digest comes by e-mail only."), field="choices", code="choice_unknown")
        row = there.get((kind.name, channel))
        old = row.choice if row is not None else kind.default(channel)
        if choice == old:
            continue
        changes[f"{kind.name}: {channel}"] = (old, choice)
        if row is None:
            row = NotificationPreference(user_id=actor.id, kind=kind.name, channel=channel)
            db.session.add(row)
        row.choice = choice
    return changes


def _known_kind(name: str) -> Kind:
    kind = kinds.kind_named(name)
    if kind is None or kind.is_asked_for:
        raise Invalid(_("There is no message of the kind %(kind)s.", kind=name), field="choices", code="kind_unknown")
    return kind


def stop_digests(reader: Reader) -> None:
    """No more digests for whoever read the mail; twice is once. Their messages stay in TrainFlow."""
    found = (queries.settings_of_logins([reader.user_id]) if reader.user_id
             else queries.settings_of_addresses([reader.address]))
    settings = next(iter(found), None)
    if settings is None:
        settings = NotificationSettings(user_id=reader.user_id, address=None if reader.user_id else reader.address,
                                        has_own_quiet_hours=False, is_digest_off=False)
        db.session.add(settings)
    if not settings.is_digest_off:
        settings.is_digest_off = True
        record(DigestsUnsubscribed(actor_id=reader.user_id, subject_id=reader.user_id))
