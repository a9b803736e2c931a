"""What happens to calendar links."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class CalendarLinkRenewed(Event):
    """Somebody was given a new link to a calendar; one that they had before stopped working."""

    subject = "calendar link"
    kind: str


@dataclass(frozen=True, kw_only=True)
class CalendarLinkRevoked(Event):
    """Somebody revoked their link to a calendar."""

    subject = "calendar link"
    kind: str
