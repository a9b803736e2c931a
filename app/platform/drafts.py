"""Rows as somebody wants them, checked before they are written: one by a form, thousands by a file.

An operation that saves rows has two halves. `plan_…` loads what is there, finds what would change and
hangs every refusal on the draft it belongs to; it writes nothing, so a dry run is the same call. `write`
then puts the accepted drafts into the table in a few set-based statements. A form is a list of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from uuid_utils.compat import uuid7

from app.platform import clock, progress
from app.platform.bulk import insert_rows, update_rows
from app.platform.db import db
from app.platform.errors import Conflict, DomainError, Invalid, NotFound
from app.platform.keys import is_one_of
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import note_written
from app.platform.wording import search_key

PART = 5000  # rows in one statement
KEYS = 50_000  # keys looked up in one statement
Key = TypeVar("Key")


@dataclass(slots=True)
class Draft:
    """One row as wanted: `values` holds only the fields that were given.

    `changes` (name to (old, new)) and `errors` are what planning found out, `notes` what a person should know
    of a row that is not refused. `free` names the fields of a key by which a new row was looked for a moment ago,
    and there was none: planning need not look again.
    """

    id: UUID
    values: dict[str, Any]
    is_new: bool
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    errors: list[DomainError] = field(default_factory=list)
    current: dict[str, Any] = field(default_factory=dict)
    notes: tuple[DomainError, ...] = ()
    free: tuple[str, ...] = ()

    @classmethod
    def new(cls, values: dict[str, Any]) -> Draft:
        """A row to be made; its id is known already, so that other drafts can refer to it."""
        return cls(uuid7(), values, is_new=True)

    @classmethod
    def change(cls, row_id: UUID, values: dict[str, Any]) -> Draft:
        """New values for a row that exists."""
        return cls(row_id, values, is_new=False)

    @property
    def outcome(self) -> str:
        """What writing it does: create, change, same (nothing to do) or refused."""
        if self.errors:
            return "refused"
        return "create" if self.is_new else ("change" if self.changes else "same")

    def get(self, name: str) -> Any:
        """The value the row will have: the wanted one, else the one that is there."""
        return self.values[name] if name in self.values else self.current.get(name)

    def refuse(self, error: DomainError) -> None:
        """Hang a refusal on this draft."""
        self.errors.append(error)

    def note(self, note: DomainError) -> None:
        """Say something about this draft that refuses nothing."""
        self.notes = (*self.notes, note)


def parts(keys: Sequence[Key], size: int = PART) -> Iterator[Sequence[Key]]:
    """`keys` in slices short enough for one statement."""
    for start in range(0, len(keys), size):
        yield keys[start:start + size]


def load_current(model: Any, drafts: Iterable[Draft], *also: str, lock: bool = True) -> None:
    """Read the rows that are to change and note what differs; an unknown id refuses its draft.

    Reads the columns that the drafts set, those that its search looks through, and those named in `also`.
    Locks the rows unless told not to; rows that refer to them can be written meanwhile.
    """
    changing = {draft.id: draft for draft in drafts if not draft.is_new}
    names = sorted({name for draft in changing.values() for name in draft.values}
                   | set(also) | set(getattr(model, "SEARCHED", ())))
    columns = [getattr(model, name) for name in names]
    for part in parts(list(changing)):
        statement = sa.select(model.id, *columns).where(is_one_of(model.id, part))
        for row_id, *values in db.session.execute(statement.with_for_update(key_share=True) if lock else statement):
            changing[row_id].current = {"id": row_id, **dict(zip(names, values, strict=True))}
    for draft in changing.values():
        _note_changes(draft)


def _note_changes(draft: Draft) -> None:
    if not draft.current:
        draft.refuse(NotFound(_("There is no such entry.")))
        return
    draft.changes = {name: (draft.current[name], new) for name, new in draft.values.items()
                     if draft.current[name] != new}


def refuse_taken(drafts: Sequence[Draft], model: Any, name: str, message: Callable[[str], str]) -> None:
    """Refuse each draft whose `name` (a code) another live row or an earlier draft has: `code_taken`."""
    claimed: dict[str, UUID] = {}
    wanted = [d for d in drafts if name in d.values and (d.is_new or name in d.changes)]
    column, unsure = getattr(model, name), [d.values[name] for d in wanted if d.free != (name,)]
    if unsure:
        codes = is_one_of(column, unsure)
        claimed.update(db.session.execute(sa.select(column, model.id).where(codes)).all())
    for draft in wanted:
        owner = claimed.setdefault(draft.values[name], draft.id)
        if owner != draft.id:
            draft.refuse(Conflict(message(draft.values[name]), field=name, code=f"{name}_taken"))


def refuse_unknown(drafts: Sequence[Draft], name: str, model: Any, message: str,
                   coming: Collection[UUID] = ()) -> None:
    """Refuse each draft whose `name` refers to no live row of `model`: `<name>_unknown`.

    `coming` are ids of rows that the same batch is about to make. Another tenant's id is as unknown as
    any other.
    """
    wanted = {d.values[name] for d in drafts
              if d.values.get(name) is not None and (d.is_new or name in d.changes)} - set(coming)
    known = db.session.scalars(sa.select(model.id).where(is_one_of(model.id, wanted))) if wanted else ()
    unknown = wanted.difference(known)
    for draft in drafts if unknown else ():
        if draft.values.get(name) in unknown:
            draft.refuse(Invalid(message, field=name, code=f"{name}_unknown"))


def write(model: Any, drafts: Iterable[Draft], at: datetime | None = None) -> None:
    """Put the accepted drafts into the table of `model`: inserts, then updates grouped by what they set.

    The rows carry `at` (this instant unless given) as the time of the change; a draft that sets
    `updated_at` itself, as an undo does, keeps it.
    """
    accepted, at = [draft for draft in drafts if draft.outcome in ("create", "change")], at or clock.now()
    _insert(model, [draft for draft in accepted if draft.is_new], at)
    _update(model, [draft for draft in accepted if not draft.is_new], at)
    note_written(model.__tablename__, len(accepted))


def _insert(model: Any, drafts: list[Draft], at: datetime) -> None:
    same = {"tenant_id": current_tenant_id(), "created_at": at, "updated_at": at}
    searched = getattr(model, "SEARCHED", ())
    for part in parts(drafts):
        rows = [draft.values | {"id": draft.id, "search_key": search_key(*map(draft.values.get, searched))}
                for draft in part] if searched else [draft.values | {"id": draft.id} for draft in part]
        for same_columns in _by_columns(rows):
            insert_rows(model.__table__, same_columns, same=same)
        progress.advance(len(part))


def _update(model: Any, drafts: list[Draft], at: datetime) -> None:
    for part in parts(drafts):
        for same_columns in _by_columns([
                {"updated_at": at} | _derived(model, draft, {name: new for name, (_old, new) in draft.changes.items()})
                | {"id": draft.id} for draft in part]):
            update_rows(model.__table__, same_columns)
        progress.advance(len(part))


def _derived(model: Any, draft: Draft, values: dict[str, Any]) -> dict[str, Any]:
    searched = getattr(model, "SEARCHED", ())
    if any(name in values for name in searched):
        return values | {"search_key": search_key(*(draft.get(name) for name in searched))}
    return values


def _by_columns(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    orders: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        orders[tuple(row)].append(row)
    groups: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for names, same_order in orders.items():
        groups[frozenset(names)] += same_order
    return groups.values()


def save_one(model: Any, plan: Callable[[Any, list[Draft]], None], actor: Any, draft: Draft) -> Any:
    """Plan and write a single draft; return its row. Raises what planning refused."""
    plan(actor, [draft])
    if draft.errors:
        raise Invalid.all(draft.errors)
    write(model, [draft])
    return db.session.get(model, draft.id, populate_existing=True)
