"""What somebody changed of a row, as the trail has it, and which of it can still be taken back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from marshmallow import Schema, fields

from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.errors import Conflict, NotFound

LOOKED_AT = 50  # entries of one row


@dataclass(frozen=True)
class NotedChange:
    """One change of a row: `changes` gives (old, new) by column, as JSON holds them; `undoes_id` is the change that
    it took back, if it did."""

    id: UUID
    at: datetime
    actor_name: str
    changes: dict[str, tuple[Any, Any]]
    undoes_id: UUID | None = None


class UndoSchema(Schema):
    """Which change is to be taken back: whoever saw another than the latest one is told so."""

    change_id = fields.UUID(required=True)


class NotedChangeOutput(Schema):
    """A change as programs see it."""

    id = fields.UUID()
    at = fields.DateTime()
    actor_name = fields.String()
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)))
    undoes_id = fields.UUID(allow_none=True)


def changes_of(subject: str, subject_id: UUID, columns: Collection[str], *events: type) -> list[NotedChange]:
    """What `events` noted of the row in these columns, newest first; of the latest `LOOKED_AT` entries."""
    entries = db.session.scalars(sa.select(AuditEntry).where(
        AuditEntry.subject == subject, AuditEntry.subject_id == str(subject_id),
        AuditEntry.event.in_([event.__name__ for event in events])
    ).order_by(AuditEntry.sequence.desc()).limit(LOOKED_AT))
    found = (_noted(entry, columns) for entry in entries)
    return [one for one in found if one.changes]


def _noted(entry: AuditEntry, columns: Collection[str]) -> NotedChange:
    undone = entry.data.get("undoes_id")
    pairs = {name: (old, new) for name, (old, new) in entry.data["changes"].items() if name in columns}
    return NotedChange(entry.id, entry.occurred_at, entry.actor_name, pairs, UUID(undone) if undone else None)


def standing(changes: Sequence[NotedChange]) -> NotedChange | None:
    """The latest of a row's changes that nobody took back: the one that can be."""
    undone = {one.undoes_id for one in changes}
    return next((one for one in changes if one.undoes_id is None and one.id not in undone), None)


def to_take_back(changes: Sequence[NotedChange], change_id: UUID | None) -> NotedChange:
    """The change called `change_id`. NotFound; Conflict `change_not_latest` unless it is the one that stands."""
    if change_id not in {one.id for one in changes}:
        raise NotFound(_("There is no such change."))
    found = standing(changes)
    if found is None or found.id != change_id:
        raise Conflict(_("This was taken back or changed again since. Take the latest change back first."),
                       code="change_not_latest")
    return found


def refuse_changed_since(draft: Draft, new: dict[str, Any]) -> None:
    """Refuse to set back what is not any more what the change made it (`new`, by column): `changed_since`."""
    if any(name in draft.current and draft.current[name] != value for name, value in new.items()):
        draft.refuse(Conflict(_("It was changed again since."), code="changed_since"))
