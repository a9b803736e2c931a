"""The rows of a batch, in bulk: one array for each column on PostgreSQL, one prepared statement elsewhere.

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
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.fence import unfenced
from app.platform.scope import current_tenant_id

PART = 5000
_TABLE: Any = ImportRow.__table__
_COLUMNS = ("id", "tenant_id", "created_at", "updated_at", "batch_id", "number", "place", "resource", "raw", "values",
            "outcome", "reasons", "changes", "subject_id", "seen_at")


@dataclass(slots=True)
class Entry:
    """A line of the ledger as it is written; `raw` is JSON already."""

    number: int
    place: int
    resource: str
    raw: str | None
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
    reasons = [error.as_dict() for error in (*errors, *line.notes)] or None
    if outcome == "refused":
        return Entry(line.number, line.place, resource, dump(display(line.cells)), None, outcome, reasons, None, None,
                     None)
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
    connection, now = db.session.connection(), clock.now().replace(tzinfo=None)
    key, instant = (str, str) if connection.dialect.name == "postgresql" else (_hex, _sqlite_instant)
    same = (key(current_tenant_id()), instant(now), instant(now), key(batch_id))
    rows = ((key(uuid7()), *same, *_cells(entry, key, instant)) for entry in entries)
    (_insert_arrays if key is str else _insert)(connection, rows)


def _hex(value: Any) -> str:
    return str(value.hex)


def _sqlite_instant(value: datetime) -> str:
    return value.isoformat(" ", "microseconds")


def _cells(entry: Entry, key: Any, instant: Any) -> tuple[Any, ...]:
    return (entry.number, entry.place, entry.resource, entry.raw, _json(entry.values), entry.outcome,
            _json(entry.reasons), _json(entry.changes), key(entry.subject_id) if entry.subject_id else None,
            instant(entry.seen_at.replace(tzinfo=None)) if entry.seen_at else None)


def _json(value: Any) -> str | None:
    return dump(value) if value else None


def _insert_arrays(connection: sa.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    # Not by COPY, which PostgreSQL refuses to whom row-level security binds.
    names, ready = ", ".join(f'"{name}"' for name in _COLUMNS), iter(rows)
    arrays = ", ".join(f"%s::{_TABLE.c[name].type.compile(connection.dialect)}[]" for name in _COLUMNS)
    while part := list(islice(ready, PART)):
        columns = tuple(list(column) for column in zip(*part, strict=True))
        connection.exec_driver_sql(f"INSERT INTO import_rows ({names}) SELECT * FROM unnest({arrays})", columns)


def _insert(connection: sa.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    marks = ", ".join("?" * len(_COLUMNS))
    driver: Any = connection.connection.driver_connection
    driver.executemany(f"INSERT INTO import_rows ({names}) VALUES ({marks})", rows)


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
    _update_each(("undo", "undo_reason"),
                 [{"line_id": line, "undo": what, "undo_reason": why} for line, what, why in results])


def _update_each(names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = (sa.update(_TABLE).values({name: sa.bindparam(name) for name in names})
                     .where(_TABLE.c.tenant_id == current_tenant_id(), _TABLE.c.id == sa.bindparam("line_id")))
        db.session.connection().execute(statement, rows)
