"""Notifications as their reader sees them: in words, with what the page around them needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import g, request
from flask_babel import get_locale

from app.notifications import kinds, policies
from app.notifications.models import Notification
from app.notifications.rendering import Phrasebook
from app.platform.look import waiting


@dataclass(frozen=True)
class Read:
    """A notification in the reader's language."""

    id: UUID
    kind: str
    label: str
    icon: str
    title: str
    body: str
    link: str
    subject: str
    subject_id: UUID | None
    created_at: datetime
    read_at: datetime | None


def in_words(row: Notification) -> Read:
    """`row` in the language of the request; the tenant's templates are read once for a page."""
    if "phrasebook" not in g:
        g.phrasebook = Phrasebook()
    said = g.phrasebook.said(row.kind, row.data, str(get_locale()))
    kind = kinds.kind_named(row.kind)
    return Read(row.id, row.kind, str(kind.label) if kind else "", kind.icon if kind else "bell", said.title, said.body,
                row.link, row.subject, row.subject_id, row.created_at, row.read_at)


def wanted(actor: Any) -> Any:
    """Which notifications the address asks for: the own ones, `?unread=1` those not read yet."""
    visible = policies.visible(actor)
    return sa.and_(visible, Notification.read_at.is_(None)) if request.args.get("unread") else visible


def matches(term: str) -> Any:
    """The condition that every word of `term` stands in the values of a message, or in what its kind is called."""
    text = sa.cast(Notification.data, sa.Text)
    return sa.and_(*(sa.or_(text.icontains(word, autoescape=True), Notification.kind.in_(_kinds_called(word)),
                            text.icontains(json.dumps(word)[1:-1], autoescape=True)) for word in term.split()))


def _kinds_called(word: str) -> list[str]:
    return [kind.name for kind in kinds.kinds() if word.casefold() in f"{kind.label} {kind.group}".casefold()]


def badge() -> str:
    """What stands at the bell: how many are unread, '' for none. Counted with whatever else waits."""
    return waiting.shown("Notifications")
