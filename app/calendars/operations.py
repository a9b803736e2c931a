"""Give, renew and revoke links to calendars. Everybody does so for themselves only."""

from __future__ import annotations

import secrets
from typing import Any

from app.calendars import policies, queries
from app.calendars.events import CalendarLinkRenewed, CalendarLinkRevoked
from app.calendars.models import CalendarFeed
from app.calendars.rules import SECRET_BYTES, Link
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import record


def renew_link(actor: Any, kind: str) -> Link:
    """A new link to the actor's calendar `kind`; from now on the one before leads nowhere.

    Its secret is in this answer only, a hash is kept. NotFound: the actor has no calendar of that kind.
    """
    policies.require_kind(actor, kind)
    feed = queries.feed_of(actor.id, kind, lock=True)
    if feed is None:
        feed = CalendarFeed(user_id=actor.id, kind=kind)
        db.session.add(feed)
        db.session.flush()
    link = Link(feed.tenant_id, feed.id, secrets.token_bytes(SECRET_BYTES))
    feed.secret_hash, feed.renewed_at, feed.last_read_on = link.secret_hash, clock.now(), None
    record(CalendarLinkRenewed(actor_id=actor.id, subject_id=feed.id, kind=kind))
    return link


def revoke_link(actor: Any, kind: str) -> CalendarFeed | None:
    """Let the actor's link to the calendar `kind` lead nowhere. NotFound: they have no calendar of that kind."""
    policies.require_kind(actor, kind)
    feed = queries.feed_of(actor.id, kind, lock=True)
    if feed is not None and feed.is_open:
        feed.secret_hash = None
        record(CalendarLinkRevoked(actor_id=actor.id, subject_id=feed.id, kind=kind))
    return feed


def note_reading(feed: CalendarFeed) -> None:
    """Keep the day on which a link was last used, so that its owner sees whether anybody still does."""
    feed.last_read_on = clock.today()
