"""What happens by itself about expiries."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class AlertsSent(Event):
    """A round found people to warn, or leaders to tell."""

    subject = "alert round"
    warnings: int
    escalations: int
