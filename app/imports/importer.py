"""What a context says about its rows, so that spreadsheets of them can be read. Declarations only.

A context's `importer.py` makes one `Importer` per kind of file and app.wiring lists it. Nothing here and
nothing in this context knows what the rows mean: every rule is the context's own many-row `plan_…`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from marshmallow import Schema

from app.platform import drafts as platform_drafts
from app.platform.drafts import Draft

Values = dict[str, Any]


class Plan(Protocol):
    """A context's own check of many rows: hangs refusals and changes on drafts, writes nothing."""

    def __call__(
        self, actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *, lock: bool = True
    ) -> Any:
        """`coming`: ids of rows that the same batch makes. May return drafts of other rows that move along."""


Write = Callable[[Any, Sequence[Draft], datetime], None]
Settle = Callable[[Any, Sequence[Values]], None]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one resource, as far as imports write them.

    `write(actor, drafts, at)` puts accepted drafts into the table, with `at` as the instant of the change;
    unless given, the platform's own bulk write. `settle(actor, rows)` puts right what follows from rows that
    an undo took away or gave their old values. `label` is the plural, as people say it.
    """

    resource: str
    label: Any
    model: Any
    plan: Plan
    write: Write | None = None
    settle: Settle | None = None

    def put(self, actor: Any, drafts: Sequence[Draft], at: datetime) -> None:
        """Write the accepted ones of `drafts`."""
        if self.write is not None:
            self.write(actor, drafts, at)
        else:
            platform_drafts.write(self.model, drafts, at)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a field refers to. A cell may hold its code (`code`), one of its `names`, or 'CODE - name'.

    `make(code, name)` gives the values of a row that is missing, where a person may ask for it to be made
    along the way; None: an unknown one is always refused. `is_small` tables are looked up as a whole.
    """

    table: Table
    code: str = "code"
    names: tuple[str, ...] = ("name", "name_ar")
    make: Callable[[str, str], Values] | None = None
    is_small: bool = True
    unknown: Any = ""  # 'There is no department %(text)s.'


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field that a column can feed.

    `type` is one of text, code, integer, decimal, boolean, date, score, result, email. `headings` and
    `arabic` are other names that its column goes by; `parts` those of columns that are joined for it (first
    name, last name). `required`: a new row can not do without, and it is never cleared. `choices` maps
    values to the words people use for them.
    """

    name: str
    label: Any
    type: str = "text"
    headings: tuple[str, ...] = ()
    arabic: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    required: bool = False
    note: Any = ""
    example: Any = ""
    choices: Mapping[str, Any] | None = None
    target: Target | None = None


@dataclass(frozen=True, kw_only=True)
class Wide:
    """The layout that has one line per person and one column per course.

    `down` is the field that the line gives, `across` the one that a column's heading gives (its cells are
    looked up like any reference), `cell` the one that a cell gives; `until` the one that a second column of
    the same course gives, if any does.
    """

    down: str
    across: str
    cell: str
    until: str | None = None


Match = Callable[[Sequence[Any]], dict[Any, UUID]]


@dataclass(frozen=True, kw_only=True)
class Importer:
    """One kind of file.

    `key` names the fields by which a line finds the row that is there already. `complete` may fill in what
    follows from other values before they are checked, `fill` likewise for new rows only. `match`, where the
    key is not one column of the model, gives keys (tuples in the order of `key`) to ids of existing
    rows. `origin` gives the values that tell a new row's batch (its id as text) and sheet row.
    `may_lack` names fields of the key that the lines may lack of which `is_open` is true.
    """

    kind: str
    label: Any
    intro: Any
    resource: str
    table: Table
    schema: type[Schema]
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    complete: Callable[[Values], None] | None = None
    fill: Callable[[Values], None] | None = None
    match: Match | None = None
    origin: Callable[[str, int], Values] | None = None
    may_lack: tuple[str, ...] = ()
    is_open: Callable[[Values], bool] | None = None
    wide: Wide | None = None
    has_template: bool = True
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {one.name: one for one in self.fields})

    def field(self, name: str) -> Field:
        """The field called `name`. KeyError."""
        return self._by_name[name]

    @property
    def targets(self) -> dict[str, Target]:
        """Field name to what it refers to."""
        return {one.name: one.target for one in self.fields if one.target is not None}

    @property
    def tables(self) -> list[Table]:
        """Every table that a file of this kind may write, in the order of writing: the needed ones first."""
        made = [
            target.table
            for target in self.targets.values()
            if target.make is not None and target.table.resource != self.table.resource
        ]
        unique = {table.resource: table for table in made}
        return [*unique.values(), self.table]


_importers: dict[str, Importer] = {}


def wire(importers: Iterable[Importer]) -> None:
    """Called once by app.wiring."""
    _importers.clear()
    _importers.update({importer.kind: importer for importer in importers})


def importers() -> list[Importer]:
    """Every declared importer, in the order in which a new tenant needs them."""
    return list(_importers.values())


def importer_of(kind: str) -> Importer | None:
    """The importer of this kind; None: there is none."""
    return _importers.get(kind)
