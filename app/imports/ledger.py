"""What a dry run found, line by line, kept in parts of some hundred lines.

A row of a table for each line cost half a minute of foreign keys and indexes for a million lines; a part is one.
Lines stand in the order of the file. This module writes around the ORM, so every statement here names the tenant
itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.imports.codec import dump, parse
from app.imports.lines import Line, display
from app.imports.models import ImportPart, Outcome
from app.platform import clock
from app.platform.bulk import Ready, insert_rows, update_rows
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.fence import unfenced
from app.platform.scope import current_tenant_id

LINES = 500  # of a part
PART = 5000  # lines between two words about how far it is, and in one statement
_TABLE: Any = ImportPart.__table__
_WRITTEN = frozenset(map(str, (Outcome.CREATE, Outcome.CHANGE)))

Entry = tuple[Any, ...]
"""A line of the ledger as it is written: what `Told` names, up to `seen_at`."""
Key = tuple[int, int]
"""(part, place in it) of a line"""


class Told(NamedTuple):
    """A line of the ledger as it is read.

    `number` is the row as the sheet shows it. `place` tells several lines of one row apart: 0 the row itself,
    above 0 the column of a tracker (counted from 1), below 0 a row that another needs and that the file does not
    have of its own (the department of an employee, named in `resource`). `raw` are the cells of a refused row,
    `reasons` refusals and notes as they are told, `changes` is field to [old, new], `subject` the id of the row in
    question, `seen_at` its `updated_at` before the commit; all as JSON gives them, None where there is nothing to
    say. `undo`: removed, reverted or standing, and why.
    """

    number: int
    place: int
    resource: str
    outcome: str
    values: Any
    raw: Any
    reasons: Any
    changes: Any
    subject: Any
    seen_at: Any
    undo: str | None = None
    undo_reason: str | None = None

    @property
    def subject_id(self) -> UUID | None:
        """The row of the tables that the line is about."""
        return UUID(self.subject) if self.subject else None


def entry_of(line: Line, resource: str, draft: Draft | None, seen_at: datetime | None = None) -> Entry:
    """The ledger's line for a line of the file and the draft that was planned for it.

    A refused line keeps its cells, so that people see what it says; an accepted one is told by its values.
    """
    errors = [*line.errors, *draft.errors] if draft else line.errors
    notes = [*line.notes, *draft.notes] if draft else line.notes
    reasons = [error.as_dict() for error in (*errors, *notes)] if errors or notes else None
    if errors:
        return line.number, line.place, resource, "refused", None, display(line.cells), reasons, None, None, None
    if draft is None:
        return line.number, line.place, resource, "same", line.values or None, None, reasons, None, None, None
    outcome = draft.outcome
    return (line.number, line.place, resource, outcome, draft.values or None, None, reasons,
            draft.changes if outcome == "change" else None, draft.id, seen_at)


def follower(place: int, resource: str, draft: Draft) -> Entry:
    """The ledger's line for a row that is in no line of the file and moves because of others."""
    changes = {name: change for name, change in draft.changes.items() if name != "updated_at"}
    return 0, -place, resource, "follows", draft.current or None, None, None, changes, draft.id, None


# -- writing ---------------------------------------------------------------------------------------------


def clear(batch_id: UUID) -> None:
    """Remove what an earlier dry run of the batch left."""
    db.session.execute(unfenced(sa.delete(_TABLE).where(
        _TABLE.c.tenant_id == current_tenant_id(), _TABLE.c.batch_id == batch_id)))


def append(batch_id: UUID, entries: Iterable[Entry]) -> None:
    """Write the lines of a batch, which stand in the order of the file."""
    now = clock.now()
    same = {"tenant_id": current_tenant_id(), "created_at": now, "updated_at": now, "batch_id": batch_id}
    ready, position = iter(entries), 0
    while lines := list(islice(ready, PART)):
        parts = [lines[start:start + LINES] for start in range(0, len(lines), LINES)]
        insert_rows(_TABLE, [same | {"id": uuid7(), "position": nth, "lines": dump(part), "undone": Ready("{}"),
                                     "counts": Ready(dump(Counter(entry[3] for entry in part)))}
                             for nth, part in enumerate(parts, start=position)])
        position += len(parts)


def note_undo(batch_id: UUID, results: Iterable[tuple[Key, str, str | None]]) -> None:
    """Write down what undoing did to each line: (its key, removed | reverted | standing, reason)."""
    of_part: dict[int, dict[str, list[str | None]]] = defaultdict(dict)
    for (position, place), what, why in results:
        of_part[position][str(place)] = [what, why]
    rows = []
    for part in _parts(batch_id, set(of_part)):
        undone = parse(part.undone) | of_part[part.position]
        rows.append({"id": part.id, "undone": Ready(dump(undone)),
                     "standing": sum(what == "standing" for what, _why in undone.values())})
    if rows:
        update_rows(_TABLE, rows)


# -- reading ---------------------------------------------------------------------------------------------


def count(batch_id: UUID, outcome: str | None) -> int:
    """How many lines there are: all, those of one outcome, or `standing`."""
    parts = db.session.execute(sa.select(ImportPart.counts, ImportPart.standing).where(ImportPart.batch_id == batch_id))
    return sum(_here(counts, standing, outcome) for counts, standing in parts)


def _here(counts: dict[str, int], standing: int, outcome: str | None) -> int:
    return standing if outcome == "standing" else counts.get(outcome, 0) if outcome else sum(counts.values())


def page(batch_id: UUID, outcome: str | None, start: int, size: int) -> list[Told]:
    """`size` lines from `start` (from 0) on, in the order of the file: all, those of one outcome, or `standing`."""
    wanted, skipped, first = set[int](), 0, 0
    columns = ImportPart.position, ImportPart.counts, ImportPart.standing
    statement = sa.select(*columns).where(ImportPart.batch_id == batch_id).order_by(ImportPart.position)
    for position, counts, standing in db.session.execute(statement):
        here = _here(counts, standing, outcome)
        if skipped + here > start and skipped < start + size and here:
            first = first if wanted else skipped
            wanted.add(position)
        skipped += here
    found = (line for _key, line in _lines(batch_id, wanted) if _is_wanted(line, outcome)) if wanted else iter(())
    return list(islice(found, start - first, start - first + size))


def _is_wanted(line: Told, outcome: str | None) -> bool:
    return not outcome or (line.undo == "standing" if outcome == "standing" else line.outcome == outcome)


def accepted(batch_id: UUID) -> Iterator[Told]:
    """The lines to write, in the order of the file, read in parts."""
    return (line for part in _parts(batch_id) for line in _told(part) if line.outcome in _WRITTEN)


def written(batch_id: UUID, resource: str) -> Iterator[tuple[Key, Told]]:
    """The lines, with their keys, that a commit wrote to one table and that no undo has taken back yet."""
    return ((key, line) for key, line in _lines(batch_id)
            if line.resource == resource and line.outcome in _WRITTEN and line.undo in (None, "standing"))


def lines(batch_id: UUID) -> Iterator[Told]:
    """Every line, in the order of the file, read in parts."""
    return (line for part in _parts(batch_id) for line in _told(part))


def subjects(batch_id: UUID, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Those of `ids` that lines of the batch are about: id to the line's values."""
    wanted = {str(one): one for one in ids}
    found: dict[UUID, Mapping[str, Any]] = {}
    for line in lines(batch_id) if wanted else ():
        if line.subject in wanted:
            found[wanted.pop(line.subject)] = line.values or {}
            if not wanted:
                break
    return found


def _lines(batch_id: UUID, positions: Collection[int] | None = None) -> Iterator[tuple[Key, Told]]:
    for part in _parts(batch_id, positions):
        for place, line in enumerate(_told(part)):
            yield (part.position, place), line


def _told(part: Any) -> list[Told]:
    if part.undone == "{}":
        return [Told(*line) for line in parse(part.lines)]
    undone = parse(part.undone)
    return [Told(*line, *undone.get(str(place), ())) for place, line in enumerate(parse(part.lines))]


def _parts(batch_id: UUID, positions: Collection[int] | None = None) -> Sequence[Any] | Iterator[Any]:
    undone = sa.cast(ImportPart.undone, sa.Text).label("undone")  # the codec reads it faster than the driver does
    statement = sa.select(ImportPart.id, ImportPart.position, ImportPart.lines, undone).where(
        ImportPart.batch_id == batch_id).order_by(ImportPart.position)
    if positions is not None:
        return db.session.execute(statement.where(ImportPart.position.in_(positions))).all()
    return iter(db.session.execute(statement.execution_options(yield_per=PART // LINES)))
