"""What people and administrators change about notifications. Single messages leave no audit entry."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class NotificationPreferencesChanged(Changed):
    """Somebody chose what to be told, how and when; `subject_id` is the login."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class DigestsUnsubscribed(Event):
    """Somebody followed the 'no more digests' of a mail; `subject_id` is the login, None where there is none."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class MessageRetried(Event):
    """An administrator had a message sent now."""

    subject = "outbox message"


@dataclass(frozen=True, kw_only=True)
class MessageCancelled(Event):
    """An administrator stopped a message."""

    subject = "outbox message"


@dataclass(frozen=True, kw_only=True)
class TestMailRequested(Event):
    """An administrator had a trial of a template sent to themselves."""

    subject = "outbox message"
    kind: str


@dataclass(frozen=True, kw_only=True)
class TemplateChanged(Changed):
    """A tenant says something in its own words."""

    subject = "message template"
    kind: str
    locale: str


@dataclass(frozen=True, kw_only=True)
class TemplateReverted(Event):
    """A tenant went back to TrainFlow's words; `title` and `body` are what it said."""

    subject = "message template"
    kind: str
    locale: str
    title: str
    body: str
