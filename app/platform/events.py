"""What every recorded event has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense: ids and plain values, never rows.

    `actor_id` is the login that did it (None: the system itself); `subject_id` the row it happened to
    (None: several, then the event carries counts). `subject` names the kind of row for the audit trail.
    `is_of_operators`: done to a tenant by somebody who is not of it, it stands in the operators' trail as well.
    """

    subject: ClassVar[str] = ""
    is_of_operators: ClassVar[bool] = False

    actor_id: int | None
    subject_id: UUID | int | None = None


@dataclass(frozen=True, kw_only=True)
class Changed(Event):
    """An event with the fields that changed: name to (old, new)."""

    changes: dict[str, tuple[Any, Any]]
