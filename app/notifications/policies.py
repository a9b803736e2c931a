"""Who sees which notification."""

from __future__ import annotations

from typing import Any

from app.notifications.models import Notification


def visible(actor: Any) -> Any:
    """The own ones only, whatever the role. One SQL condition on Notification."""
    return Notification.user_id == actor.id
