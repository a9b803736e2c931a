"""Sessions and tokens that end before their time."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import EndedSession
from app.platform import clock
from app.platform.db import db

LONGEST_SESSION = timedelta(days=31)  # what ended before is past its own end by now


def shut(sid: str | None) -> None:
    """Have the session or token `sid` (None: there is none) open nothing from here on."""
    if sid and db.session.get(EndedSession, sid) is None:
        db.session.execute(sa.delete(EndedSession).where(EndedSession.ended_at < clock.now() - LONGEST_SESSION))
        db.session.add(EndedSession(sid=sid, ended_at=clock.now()))
