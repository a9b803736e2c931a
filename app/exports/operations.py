"""Note what was taken away."""

from __future__ import annotations

from typing import Any

from app.exports.events import Exported
from app.platform.unit_of_work import record


def note_export(actor: Any, *, resource: str, format: str, filters: dict[str, str], rows: int) -> None:
    """Record that the actor exported `rows` rows of `resource`, narrowed by `filters` (words to value)."""
    record(Exported(actor_id=actor.id, resource=resource, format=format, filters=filters, rows=rows))
