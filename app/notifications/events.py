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
