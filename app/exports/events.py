"""What is carried out of the house."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class Exported(Event):
    """Somebody took a list away as a file: which one, narrowed how, and how many rows."""

    subject = "export"
    resource: str
    format: str
    filters: dict[str, str]
    rows: int
