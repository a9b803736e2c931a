"""What happens to the trail itself."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class AuditRootTaken(Event):
    """The day's root: the trail's last entry and seal at this moment, and the address it goes to (None: nowhere)."""

    subject = "audit root"
    sequence: int
    hash: str
    address: str | None
