"""What happens to the record of the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class FiguresRecorded(Event):
    """The numbers of a day were put on record: how many people they are about, and how many rows that took."""

    subject = "kpi snapshot"
    taken_on: date
    people: int
    rows: int
