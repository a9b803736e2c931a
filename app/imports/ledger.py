"""The rows of a batch, in bulk.

This module writes around the ORM, so every statement here names the tenant itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.imports.codec import dump, parse
from app.imports.lines import Line, display
from app.imports.models import ImportRow
from app.platform import clock
from app.platform.bulk import Ready, insert_rows, update_rows
from app.platform.db import db
from app.platform.drafts import Draft, parts
from app.platform.fence import unfenced
from app.platform.scope import current_tenant_id

PART = 5000
_TABLE: Any = ImportRow.__table__


@dataclass(slots=True)
class Entry:
    """A line of the ledger as it is written; `raw` is JSON already."""

    number: int
    place: int
    resource: str
    raw: Ready | None
    values: dict[str, Any] | None
    outcome: str
    reasons: list[dict[str, Any]] | None
    changes: dict[str, Any] | None
    subject_id: UUID | None
    seen_at: datetime | None


def entry_of(line: Line, resource: str, draft: Draft | None, seen_at: datetime | None = None) -> Entry:
    """The ledger's line for a line of the file and the draft that was planned for it.

    A refused line keeps its cells, so that people see what it says; an accepted one is told by its values.
    """
    errors = [*line.errors, *(draft.errors if draft else [])]
    outcome = "refused" if errors else draft.outcome if draft else "same"
    reasons = [error.as_dict() for error in (*errors, *line.notes, *(draft.notes if draft else ()))] or None
    if outcome == "refused":
        cells = Ready(dump(display(line.cells)))
        return Entry(line.number, line.place, resource, cells, None, outcome, reasons, None, None, None)
    changes = draft.changes if draft and outcome == "change" else None
    return Entry(line.number, line.place, resource, None, draft.values if draft else line.values, outcome, reasons,
                 changes, draft.id if draft else None, seen_at)


def follower(place: int, resource: str, draft: Draft) -> Entry:
    """The ledger's line for a row that is in no line of the file and moves because of others."""
    changes = {name: change for name, change in draft.changes.items() if name != "updated_at"}
    return Entry(0, -place, resource, None, draft.current, "follows", None, changes, draft.id, None)


class Written(NamedTuple):
    """A line of the ledger as it is read back for a commit or an undo."""

    id: UUID
    number: int
    place: int
    values: Any
    outcome: str
    changes: Any
    subject_id: UUID
    seen_at: datetime | None


def clear(batch_id: UUID) -> None:
    """Remove what an earlier dry run of the batch left."""
    db.session.execute(unfenced(sa.delete(_TABLE).where(
        _TABLE.c.tenant_id == current_tenant_id(), _TABLE.c.batch_id == batch_id)))


def append(batch_id: UUID, entries: Iterable[Entry]) -> None:
    """Add lines to the batch's ledger."""
    now = clock.now()
    same = {"tenant_id": current_tenant_id(), "created_at": now, "updated_at": now, "batch_id": batch_id}
    ready = iter(entries)
    while part := list(islice(ready, PART)):
        insert_rows(_TABLE, [same | _cells(entry) for entry in part])


def _cells(entry: Entry) -> dict[str, Any]:
    return {"id": uuid7(), "number": entry.number, "place": entry.place, "resource": entry.resource,
            "raw": entry.raw, "values": _json(entry.values), "outcome": entry.outcome,
            "reasons": _json(entry.reasons), "changes": _json(entry.changes), "subject_id": entry.subject_id,
            "seen_at": entry.seen_at}


def _json(value: Any) -> Ready | None:
    return Ready(dump(value)) if value else None


def accepted(batch_id: UUID, resource: str) -> Iterator[Written]:
    """The lines to write to one table, in the order of the file, read in parts."""
    return _lines(batch_id, ImportRow.resource == resource, ImportRow.outcome.in_(("create", "change")))


def written(batch_id: UUID, resource: str) -> Iterator[Written]:
    """The lines that a commit wrote to one table and that no undo has taken back yet."""
    return _lines(batch_id, ImportRow.resource == resource, ImportRow.outcome.in_(("create", "change")),
                  sa.or_(ImportRow.undo.is_(None), ImportRow.undo == "standing"))


def outcomes(batch_id: UUID) -> Iterator[Any]:
    """Number, place, outcome, reasons and undo of every line, in the order of the file, read in parts."""
    columns = (ImportRow.number, ImportRow.place, ImportRow.resource, ImportRow.outcome, ImportRow.reasons,
               ImportRow.undo, ImportRow.undo_reason)
    statement = (sa.select(*columns).where(ImportRow.batch_id == batch_id)
                 .order_by(ImportRow.number, ImportRow.place).execution_options(yield_per=PART))
    yield from db.session.execute(statement)


def _lines(batch_id: UUID, *conditions: Any) -> Iterator[Written]:
    # JSON comes as the text it is; the codec reads it faster than the driver does.
    columns = (ImportRow.id, ImportRow.number, ImportRow.place, _text(ImportRow.values).label("values"),
               ImportRow.outcome, _text(ImportRow.changes).label("changes"), ImportRow.subject_id, ImportRow.seen_at)
    statement = (sa.select(*columns).where(ImportRow.batch_id == batch_id, *conditions)
                 .order_by(ImportRow.number, ImportRow.place).execution_options(yield_per=PART))
    for row in db.session.execute(statement):
        yield Written(row[0], row[1], row[2], parse(row[3]), row[4], parse(row[5]), row[6], row[7])


def _text(column: Any) -> Any:
    return sa.cast(column, sa.Text)


def note_undo(results: Sequence[tuple[UUID, str, str | None]]) -> None:
    """Write down what undoing did to each line: (line id, removed | reverted | standing, reason)."""
    for part in parts(results):
        update_rows(_TABLE, [{"id": line, "undo": what, "undo_reason": why} for line, what, why in part])
