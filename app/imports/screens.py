"""What the pages of an import show: a batch and its rows in the words of the reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.imports import choosing, queries, questions
from app.imports.codec import Codec
from app.imports.importer import Field, Importer, importer_of
from app.imports.ledger import Told
from app.imports.lines import BY_COURSE, by_course
from app.imports.models import ImportBatch, Outcome
from app.imports.tables import column_letters

PAGE_SIZE = 50


@dataclass(frozen=True)
class FieldChoice:
    """A field of the columns page: which positions feed it, why, and one more choice where columns are joined."""

    field: Field
    positions: list[int]
    reason: str
    is_key: bool
    may_join: bool


@dataclass(frozen=True)
class ShownRow:
    """A row of a batch: `title` tells which one it is; `values` and `changes` come with the fields' labels, and
    with their names where those decide how a value looks."""

    row: Told
    title: list[str]
    where: str
    values: list[tuple[Any, Any, str]]
    changes: list[tuple[Any, Any, Any]]
    cells: list[tuple[str, str]]


def field_choices(importer: Importer, batch: ImportBatch) -> list[FieldChoice]:
    """The fields with the columns that are proposed or chosen for them."""
    proposal = choosing.propose(importer, batch.table, queries.remembered(importer.kind))
    reasons = {match.field: match.reason for match in proposal.matches if match.field}
    wide = by_course(importer)
    return [FieldChoice(one, batch.mapping.get(one.name, []), _choice_reason(one, batch, proposal, reasons),
                        one.name in importer.key or one.required, bool(one.parts))
            for one in importer.fields if one.name not in wide]


def _choice_reason(one: Field, batch: ImportBatch, proposal: Any, reasons: Mapping[Any, str]) -> str:
    if one.name in proposal.conflicts:
        return _("Several columns could be meant. Choose one.")
    return "" if not batch.mapping.get(one.name) and one.name not in reasons else reasons.get(one.name, "")


def headings(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """(position, what the column is called, its first values) of the file's columns."""
    samples = batch.table.get("samples") or []
    return [(place, f"{column_letters(column)} · {text}", ", ".join(samples[place]) if place < len(samples) else "")
            for place, (column, text, _written) in enumerate(batch.table["headings"])]


def unused(batch: ImportBatch) -> list[str]:
    """Headings of the columns that feed no field."""
    used = {int(place) for places in batch.mapping.values() for place in places}
    return [text for place, (_column, text, _written) in enumerate(batch.table["headings"]) if place not in used]


def read_mapping(importer: Importer, form: Any) -> dict[str, Any]:
    """What the columns page sent, as `operations.match_columns` takes it."""
    mapping: dict[str, Any] = {}
    for one in importer.fields:
        places = [int(value) for value in form.getlist(f"field:{one.name}") if value.isdigit()]
        if places:
            mapping[one.name] = list(dict.fromkeys(places))
    return {**mapping, **{name: _by_course(form, name) for name in BY_COURSE}} if importer.wide else mapping


def _by_course(form: Any, prefix: str) -> dict[str, str]:
    """Position to course, as 'across:3=HSE-101' says it."""
    given = {name.removeprefix(f"{prefix}:"): value.strip() for name, value in form.items()
             if name.startswith(f"{prefix}:") and value.strip()}
    return {place: course for place, course in given.items() if place.isdigit()}


def read_answers(form: Any) -> dict[str, str]:
    """What the questions page sent: question key to answer; what was written comes before what was chosen."""
    written = {name.removesuffix(":text"): value for name, value in form.items()
               if name.endswith(":text") and value.strip()}
    return {**form.to_dict(), **written}


def asked(importer: Importer, batch: ImportBatch) -> list[dict[str, Any]]:
    """The batch's open questions in words: key, title, hint, options as (value, label), is_text."""
    return [{"key": one["key"], "title": questions.title(one, importer.field(one["field"]).label),
             "hint": questions.hint(one), "is_text": one["is_text"],
             "options": [(option, questions.option_label(one, option)) for option in one["options"]]}
            for one in batch.questions]


def rows_page(batch: ImportBatch, outcome: str, page: int) -> dict[str, Any]:
    """One page of a batch's rows, all or of one outcome, and whether more follow."""
    page = max(page, 1)
    found = queries.rows(batch.id, outcome or None, page, PAGE_SIZE + 1)
    return {"rows": shown_rows(batch, found[:PAGE_SIZE]), "has_more": len(found) > PAGE_SIZE, "outcome": outcome,
            "page": page}


def shown_rows(batch: ImportBatch, rows: Sequence[Told]) -> list[ShownRow]:
    """Rows of the ledger as people read them; what they refer to is named, in three statements at most."""
    importer = importer_of(batch.kind)
    assert importer is not None
    names = _names(importer, batch, rows)
    return [_shown(importer, batch, row, names) for row in rows]


def _names(importer: Importer, batch: ImportBatch, rows: Sequence[Told]) -> dict[str, str]:
    wanted: dict[Any, set[UUID]] = defaultdict(set)
    for row in rows:
        if row.outcome == Outcome.FOLLOWS and row.subject_id is not None:
            wanted[importer.table.model].add(row.subject_id)
        for name, target in importer.targets.items():
            for value in ((row.values or {}).get(name), *((row.changes or {}).get(name) or ())):
                if value and row.resource == importer.table.resource:
                    wanted[target.table.model].add(UUID(value))
    found = queries.labels(wanted)
    missing = {one for ids in wanted.values() for one in ids} - found.keys()
    return {str(key): text for key, text in (found | queries.coming_labels(batch.id, missing)).items()}


class _Words:
    """The fields of one row's table, and its values, in words."""

    def __init__(self, importer: Importer, row: Told, names: Mapping[str, str]) -> None:
        own = row.resource == importer.table.resource
        table = next(table for table in importer.tables if table.resource == row.resource)
        self.table, self._codec, self._names = table, Codec(table.model), names
        self.fields = {one.name: one for one in importer.fields} if own else {}
        self.is_own = own

    def label(self, name: str) -> Any:
        """What a field is called."""
        if name in self.fields:
            return self.fields[name].label
        added = {"code": _("Code"), "name": _("Name")}  # all that a row has that is added along the way
        return added.get(name, name.replace("_", " "))

    def value(self, name: str, value: Any) -> Any:
        """A value as people know it: the name of what it refers to, the word of a choice."""
        field = self.fields.get(name)
        if field is not None and field.target is not None:
            return self._names.get(str(value), value)
        if field is not None and field.choices is not None:
            return field.choices.get(value, value)
        return self._codec.load_one(name, value)


def _shown(importer: Importer, batch: ImportBatch, row: Told, names: Mapping[str, str]) -> ShownRow:
    words = _Words(importer, row, names)
    values = [(words.label(name), words.value(name, value), name) for name, value in (row.values or {}).items()
              if value is not None and (name in words.fields or not words.is_own)]
    changes = [(words.label(name), words.value(name, old), words.value(name, new))
               for name, (old, new) in (row.changes or {}).items()]
    cells = [(text, cell) for (_column, text, _written), cell in
             zip(batch.table["headings"], row.raw or [], strict=False) if cell]
    title = [str(value) for _label, value, _name in values[:2]] or [cell for _text, cell in cells[:3]]
    if row.outcome == Outcome.FOLLOWS:
        title = [names.get(str(row.subject_id), "")]
    return ShownRow(row, title, _where(batch, row, words), values if row.outcome == "create" else [], changes, cells)


def _where(batch: ImportBatch, row: Told, words: _Words) -> str:
    if row.outcome == Outcome.FOLLOWS:
        return _("not in the file; it moves because of other rows")
    if row.place < 0:
        return _("added along the way: %(what)s", what=words.table.label)
    return str(batch.table["headings"][row.place - 1][1]) if row.place else ""
