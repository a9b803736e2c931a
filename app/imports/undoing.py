"""Take a committed batch back, row by row; what stands in the way stays, and the ledger says why.

Rows that the batch changed get their old values again, `updated_at` included, where they still have the new
ones. Rows that it made are removed where nobody changed them since and nothing else refers to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.imports import events, ledger, queries
from app.imports.codec import Codec
from app.imports.importer import Table, importer_of
from app.imports.ledger import Key, Told
from app.imports.merging import Tell
from app.imports.models import ImportBatch, Stage
from app.imports.references import Referrer, referrers
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import KEYS, Draft, parts
from app.platform.keys import is_one_of
from app.platform.unit_of_work import record

Following = Mapping[str, Sequence[Callable[[Collection[UUID]], Any]]]
_followers: dict[str, Sequence[Callable[[Collection[UUID]], Any]]] = {}
_forgetters: dict[str, Sequence[Callable[[Collection[UUID]], Any]]] = {}


def wire(followers: Following, forgetters: Following) -> None:
    """Called once by app.wiring: resource to what brings the rows kept about its rows in line with them, given the ids
    of those that were put back, before those that the import made are removed; and to what takes the ids of these out
    of what is kept about others (see `Referrer.is_forgotten`)."""
    _followers.clear()
    _followers.update(followers)
    _forgetters.clear()
    _forgetters.update(forgetters)


Result = tuple[Key, str, str | None]  # line of the ledger, removed | reverted | standing, why


def undo_batch(actor: Any, batch_id: UUID, tell: Tell) -> ImportBatch:
    """Take back what can be taken back, in one transaction."""
    batch = queries.batch(batch_id, lock=True)
    if batch.stage != Stage.UNDOING:
        return batch
    importer = importer_of(batch.kind)
    assert importer is not None
    tables = list(reversed(importer.tables))
    results: list[Result] = []
    back: dict[str, set[UUID]] = {}
    tell(0, 0, "reverting")
    for table in tables:
        results += _revert(actor, table, batch, back.setdefault(table.resource, set()))
    for table in tables:
        for follow in _followers.get(table.resource, ()):
            follow(back[table.resource])
    tell(0, 0, "removing")
    results += _remove(tables, batch, tell)
    _settle(actor, tables, batch, {line for line, what, _why in results if what != "standing"})
    ledger.note_undo(batch.id, results)
    _close(actor, batch, results)
    return batch


def _settle(actor: Any, tables: list[Table], batch: ImportBatch, undone: set[Key]) -> None:
    for table in tables:
        if table.settle is not None:
            codec = Codec(table.model)
            table.settle(actor, [codec.load(line.values or {}) for key, line in
                                 ledger.written(batch.id, table.resource) if key in undone])


def _close(actor: Any, batch: ImportBatch, results: list[Result]) -> None:
    found = Counter(what for _line, what, _why in results)
    counts = {what: found[what] + batch.counts.get(what, 0) * (what != "standing")
              for what in ("removed", "reverted", "standing")}
    batch.move(Stage.UNDONE, Stage.UNDOING)
    batch.undone_at, batch.counts = clock.now(), {**batch.counts, **counts}
    record(events.ImportUndone(actor_id=actor.id, subject_id=batch.id, kind=batch.kind, counts=counts))


# -- rows that were changed ------------------------------------------------------------------------------


def _revert(actor: Any, table: Table, batch: ImportBatch, back: set[UUID]) -> list[Result]:
    """Adds to `back` the ids of those that have their old values again."""
    lines = [(key, line) for key, line in ledger.written(batch.id, table.resource) if line.outcome == "change"]
    if not lines:
        return []
    codec = Codec(table.model)
    drafts = [Draft.change(UUID(line.subject), _old_values(codec, line)) for _key, line in lines]
    table.plan(actor, drafts, lock=True)
    results = [(key, *_judge(codec, line, draft, batch)) for (key, line), draft in zip(lines, drafts, strict=True)]
    put_back = [draft for draft, result in zip(drafts, results, strict=True) if result[1] == "reverted"]
    table.put(actor, put_back, clock.now())
    back |= {draft.id for draft in put_back}
    return results


def _old_values(codec: Codec, line: Told) -> dict[str, Any]:
    old = {name: codec.load_one(name, before) for name, (before, _after) in line.changes.items()}
    return old | {"updated_at": datetime.fromisoformat(line.seen_at)}


def _judge(codec: Codec, line: Told, draft: Draft, batch: ImportBatch) -> tuple[str, str | None]:
    if draft.errors:
        return "standing", str(draft.errors[0])[:400]
    for name in (line.changes.keys() & draft.changes.keys()) - codec.derived:
        if draft.changes[name][0] != codec.load_one(name, line.changes[name][1]):
            return "standing", _("It was changed again since.")
    if draft.current.get("updated_at") != batch.committed_at:  # something else changed since; that is news
        draft.values.pop("updated_at")
        draft.changes.pop("updated_at", None)
    return "reverted", None


# -- rows that were made ---------------------------------------------------------------------------------


def _remove(tables: list[Table], batch: ImportBatch, tell: Tell) -> list[Result]:
    made: dict[str, dict[UUID, tuple[Key, Told]]] = {}
    why: dict[UUID, str] = {}
    for table in tables:
        lines = {UUID(line.subject): (key, line) for key, line in ledger.written(batch.id, table.resource)
                 if line.outcome == "create"}
        made[table.model.__tablename__] = lines
        why |= dict(_changed_since(table.model, lines, batch))
    removable = {name: lines.keys() - why.keys() for name, lines in made.items()}
    _keep_referred(tables, removable, why)
    for table in tables:
        gone = removable[table.model.__tablename__]
        for link in referrers(table.model):
            if link.goes_along:
                for part in parts(sorted(gone, key=int), KEYS):
                    _delete(link.model, getattr(link.model, link.column.name), part)
        for forget in _forgetters.get(table.resource, ()):
            forget(gone)
    done, total = 0, sum(map(len, removable.values()))
    for table in tables:
        for part in parts(sorted(removable[table.model.__tablename__], key=int)):
            tell(done, total, "removing")
            _delete(table.model, table.model.id, part)
            done += len(part)
    return [(key, "standing" if subject in why else "removed", why.get(subject))
            for lines in made.values() for subject, (key, _line) in lines.items()]


def _delete(model: Any, column: Any, ids: Sequence[UUID]) -> None:
    db.session.execute(sa.delete(model).where(is_one_of(column, ids)).execution_options(synchronize_session=False))


def _changed_since(model: Any, lines: dict[UUID, tuple[Key, Told]], batch: ImportBatch) -> Iterator[tuple[UUID, str]]:
    codec = Codec(model)
    names = sorted({name for _key, line in lines.values() for name in line.values or ()} - codec.derived)
    columns = [getattr(model, name) for name in names]
    for part in parts(list(lines), KEYS):
        statement = sa.select(model.id, model.updated_at, *columns).where(is_one_of(model.id, part))
        for subject, updated_at, *now in db.session.execute(statement, execution_options={"include_deleted": True}):
            written = codec.load(lines[subject][1].values or {})
            same = all(value == written.get(name, value) for name, value in zip(names, now, strict=True))
            if not same or updated_at != batch.committed_at:
                yield subject, _("It was changed since.")


def _keep_referred(tables: list[Table], removable: dict[str, set[UUID]], why: dict[UUID, str]) -> None:
    """Leave out, until nothing more turns up, what a row that stays refers to."""
    links = [(table.model.__tablename__, link) for table in tables for link in referrers(table.model)
             if not link.is_forgotten]
    along = {link.table: (name, dict(link.rows(removable[name]))) for name, link in links if link.goes_along}
    found = True
    while found:
        found = False
        leaving = removable | {table: {row for row, kept in rows.items() if kept in removable[name]}
                               for table, (name, rows) in along.items()}
        for name, link in links:
            for subject in _referred(link, removable[name], leaving):
                why[subject] = _("Something else refers to it: %(what)s.", what=link.label)
                removable[name].discard(subject)
                found = True


def _referred(link: Referrer, subjects: set[UUID], leaving: dict[str, Any]) -> set[UUID]:
    going = leaving.get(link.table, set())
    return {subject for row, subject in link.rows(subjects) if row not in going}
