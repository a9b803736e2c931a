"""What goes out, fixed at the first attempt: the words of outbox messages, many at a time."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from email.utils import parseaddr
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, ngettext

from app.notifications import kinds
from app.notifications.kinds import AttachedFile, Kind
from app.notifications.mail_pages import Entry, Page, html_of, text_of
from app.notifications.models import DIGEST_KIND, FAILED, Notification, OutboxMessage
from app.notifications.rendering import Phrasebook
from app.notifications.tokens import unsubscribe_path
from app.platform.addresses import public_url
from app.platform.db import db
from app.platform.look import people
from app.tenancy import queries as tenancy
from app.tenancy.models import Tenant

log = logging.getLogger(__name__)

LISTED = 100  # of a digest; the rest is a number and a link


def write(messages: Sequence[OutboxMessage]) -> None:
    """Put those of `messages` into words that have none yet, in three statements for any number of them, and give
    each the Message-ID that it keeps.

    One that can not be put into words is given up, so that it holds up no other.
    """
    for message in messages:
        message.message_id = message.message_id or f"<{message.id.hex}@{domain()}>"
    blank = [message for message in messages if message.text is None]
    if not blank:
        return
    phrases, tenant = Phrasebook(), tenancy.current_tenant()
    told = _told([message.notification_id for message in blank if message.notification_id])
    collected = _collected([message.id for message in blank if message.kind == DIGEST_KIND])
    for message in blank:
        try:
            if message.kind == DIGEST_KIND:
                _write_digest(message, collected[message.id], phrases, tenant)
            elif message.notification_id in told:
                _write_one(message, told[message.notification_id], phrases, tenant)
        except Exception as bug:
            log.exception("a message could not be put into words", extra={"outbox_message": str(message.id)})
            message.state, message.last_error = FAILED, type(bug).__name__
            message.lease = message.leased_until = None


def domain() -> str:
    """What the ids of mails end in: the domain that they come from."""
    return parseaddr(current_app.config["MAIL_FROM"])[1].rpartition("@")[2] or "trainflow.example"


def _told(ids: Sequence[UUID]) -> dict[UUID, Notification]:
    rows = db.session.scalars(sa.select(Notification).where(Notification.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _collected(digests: Sequence[UUID]) -> dict[UUID, list[Notification]]:
    found: dict[UUID, list[Notification]] = defaultdict(list)
    if digests:
        rows = db.session.execute(
            sa.select(OutboxMessage.digest_id, Notification)
            .join(Notification, Notification.id == OutboxMessage.notification_id)
            .where(OutboxMessage.digest_id.in_(digests)).order_by(Notification.id))
        for digest_id, row in rows:
            found[digest_id].append(row)
    return found


def files_of(messages: Sequence[OutboxMessage]) -> dict[UUID | None, AttachedFile]:
    """What goes with mails, by the notification that each is of; a digest names several and takes none along."""
    ids = [message.notification_id for message in messages if message.notification_id]
    found = {key: kinds.file_in(row.data) for key, row in _told(ids).items()}
    return {key: file for key, file in found.items() if file is not None}


def sender_name(tenant: Tenant, locale: str) -> str:
    """What the tenant is called in `locale`."""
    return (tenant.name_ar if locale == "ar" else None) or tenant.name


def called(user_id: int | None, name: str, locale: str) -> str:
    """What a reader called `name` is called in `locale`."""
    arabic = people.arabic_name(user_id) if locale == "ar" and user_id else None
    return arabic or name


def link_label(kind: Kind | None, locale: str) -> str:
    """What the button of a mail about `kind` says."""
    with force_locale(locale):
        return str(kind.link_label if kind else kinds.OPEN)


def _write_one(message: OutboxMessage, told: Notification, phrases: Phrasebook, tenant: Tenant) -> None:
    said = phrases.said(told.kind, told.data, message.locale)
    link = message.mail_link or told.link
    message.title = said.title
    if message.channel == "sms":
        message.text, message.html = sms_text(said.title, link), ""
        return
    kind = kinds.kind_named(told.kind)
    _put(message, tenant, [("", [Entry(said.title, said.body, link, link_label(kind, message.locale))])])


def _put(message: OutboxMessage, tenant: Tenant, sections: list[tuple[str, list[Entry]]], unsubscribe: str = "",
         left_out: int = 0) -> None:
    name = called(message.user_id, message.recipient_name, message.locale)
    page = Page(message.locale, name, sender_name(tenant, message.locale), message.title or "", sections, unsubscribe,
                left_out)
    message.text, message.html = text_of(page), html_of(page)


def masked(message: OutboxMessage, text: str | None) -> str:
    """`text` of a message for others to read: the signed link of its recipient is nobody else's."""
    link = public_url(message.mail_link)
    return (text or "").replace(link, "…") if link and current_app.config["ENV_NAME"] == "production" else text or ""


def sms_text(title: str, link: str) -> str:
    """A text message: the title and where there is more."""
    return " ".join(part for part in (title, public_url(link)) if part)


def _write_digest(message: OutboxMessage, told: Sequence[Notification], phrases: Phrasebook,
                  tenant: Tenant) -> None:
    sections: dict[str, list[Entry]] = defaultdict(list)
    with force_locale(message.locale):
        for row in told[:LISTED]:
            kind = kinds.kind_named(row.kind)
            sections[str(kind.label) if kind else ""].append(
                Entry(phrases.said(row.kind, row.data, message.locale).title, link=row.link))
        message.title = ngettext("%(num)s message from TrainFlow", "%(num)s messages from TrainFlow", len(told))
    _put(message, tenant, list(sections.items()), unsubscribe_path(message), max(0, len(told) - LISTED))
