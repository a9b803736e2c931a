"""What importing a file would do to each row: nothing is written here but the answer.

Lines find the rows that are there by the importer's key, references are looked up, and the context's own
`plan_…` refuses and compares, as it does for the form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from uuid_utils.compat import uuid7

from app.imports.importer import Importer, Target, Values
from app.imports.ledger import Entry, entry_of, follower
from app.imports.lines import Line
from app.imports.lookups import Lookup, Several, code_form, new_code_and_name, texts_of
from app.imports.questions import Question
from app.platform.db import db
from app.platform.drafts import Draft, parts
from app.platform.errors import Conflict, DomainError, Invalid

SHOWN = 12  # missing codes named in a question


class DryRun:
    """One file against the tables as they are now. `questions` first, then `plan`, then `entries`."""

    def __init__(self, actor: Any, importer: Importer, lines: list[Line], answers: Mapping[str, Any],
                 batch_id: UUID) -> None:
        self._actor, self._importer, self._lines = actor, importer, lines
        self._answers, self._batch_id = answers, str(batch_id)
        self._drafts: dict[int, Draft] = {}  # by id() of the line
        self._repeated: set[int] = set()  # lines that say again what an earlier one says
        self._needed: dict[str, dict[UUID, tuple[Draft, int]]] = defaultdict(dict)
        said = set[str]().union(*(line.values.keys() for line in lines))
        self._lookups = {name: Lookup(target) for name, target in importer.targets.items() if name in said}
        self._own = {name: target for name, target in importer.targets.items()
                     if name in said and target.table.resource == importer.table.resource}
        self._required = {is_new: [one.name for one in importer.fields if one.name in importer.key
                                   or (is_new and one.required)] for is_new in (True, False)}
        self._keys: list[tuple[Any, ...] | None] = []  # of each line, as keys are compared
        self._entries: list[int] = []  # which entry each line is about, numbered as they come; -1 where it has no key
        self._ids: list[UUID] = []  # of each entry
        self._known: list[bool] = []  # whether it is there already
        self._followers: list[Draft] = []

    # -- references and keys -----------------------------------------------------------------------------

    def questions(self) -> list[Question]:
        """Look everything up; return what is missing and might be added along the way."""
        foreign = [name for name in self._lookups if name not in self._own]
        for name in foreign:
            self._lookups[name].load(set(texts_of((line.values for line in self._lines), name)))
        missing = [(name, self._missing(name)) for name in foreign if self._importer.targets[name].make]
        for name, texts in missing:
            if self._answers.get(f"{name}:missing") == "create":
                self._make_missing(name, texts)
        return [Question(f"{name}:missing", name, "missing", ("create", "refuse"),
                         {"count": len(texts), "texts": [text for text, _line in texts[:SHOWN]]})
                for name, texts in missing if texts]

    def _missing(self, name: str) -> list[tuple[str, int]]:
        lookup, first, found = self._lookups[name], dict[str, int](), dict[str, tuple[str, int]]()
        for line in self._lines:
            text = line.values.get(name)
            if isinstance(text, str) and text not in first:
                first[text] = line.number
        for text, number in first.items():
            if code_form(text) not in found and lookup.find(text) is None:
                found[code_form(text)] = (text, number)
        return list(found.values())

    def _make_missing(self, name: str, texts: Iterable[tuple[str, int]]) -> None:
        target, lookup = self._importer.targets[name], self._lookups[name]
        for text, number in texts:
            code, label = new_code_and_name(text)
            if target.make is None or lookup.find(code) is not None:
                continue
            draft = Draft.new(target.make(code, label))
            lookup.add(code, draft.id, [label])
            self._needed[target.table.resource][draft.id] = (draft, number)

    def _resolve(self, names: Iterable[str]) -> None:
        for name in names:
            lookup, target = self._lookups[name], self._importer.targets[name]
            known: dict[str, Any] = {}
            for line in self._lines:
                text = line.values.get(name)
                if isinstance(text, str):
                    found = known[text] if text in known else known.setdefault(text, lookup.find(text))
                    if isinstance(found, UUID):
                        line.values[name] = found
                    else:
                        del line.values[name]
                        line.errors.append(_not_found(name, target, text, found))

    def _match(self) -> None:
        """Give each line the id of the row it means, a new one where there is none yet."""
        importer, numbers, keys = self._importer, dict[Any, int](), list[Any]()
        for line in self._lines:
            key = _key(importer, line.values)
            folded = None if key is None else _folded(key)
            self._keys.append(folded)
            self._entries.append(-1 if key is None else numbers.setdefault(folded, len(keys)))
            if self._entries[-1] == len(keys):
                keys.append(key)
        existing = (importer.match or self._match_by_code)(keys)
        found = [existing.get(key) for key in keys] if existing else [None] * len(keys)
        self._known = [row_id is not None for row_id in found]
        self._ids = [row_id or uuid7() for row_id in found]

    def _match_by_code(self, wanted: Sequence[tuple[str]]) -> dict[tuple[str], UUID]:
        [name] = self._importer.key
        lookup = Lookup(Target(table=self._importer.table, code=name, names=(), is_small=False))
        lookup.load({code for (code,) in wanted})
        if lookup.is_empty:
            return {}
        found = {key: lookup.find(key[0]) for key in wanted}
        return {key: row_id for key, row_id in found.items() if isinstance(row_id, UUID)}

    # -- planning ----------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Decide each line. Call it once nothing is left to ask."""
        importer = self._importer
        self._resolve([name for name in self._lookups if name not in self._own])
        self._match()
        self._refuse_repeated()
        self._resolve_own()
        for line, entry in zip(self._lines, self._entries, strict=True):
            if not line.is_left_alone:
                self._draft(line, entry)
        coming = self._plan_needed()
        drafts = list(self._drafts.values())
        if self._own:
            coming |= {draft.id for draft in drafts if draft.is_new}
        self._drop_refused_references()
        self._followers = importer.table.plan(self._actor, drafts, coming, lock=False) or []
        self._drop_refused_references()

    def _refuse_repeated(self) -> None:
        first: dict[int, Line] = {}
        for line, entry in zip(self._lines, self._entries, strict=True):
            earlier = first.setdefault(entry, line)
            if earlier is line or entry < 0:
                continue
            if earlier.values == line.values and not earlier.errors:
                self._repeated.add(id(line))
                line.notes.append(Conflict(_("Row %(row)s says the same.", row=earlier.number), code="repeated"))
            else:
                _refuse_both(earlier, line)

    def _resolve_own(self) -> None:
        for name, target in self._own.items():
            lookup = self._lookups[name]
            for line, key, entry in zip(self._lines, self._keys, self._entries, strict=True):
                if key is not None:
                    lookup.add(str(key[0]), self._ids[entry], [line.values.get(one) for one in target.names])
            lookup.load(set(texts_of((line.values for line in self._lines), name)))
        self._resolve(self._own)

    def _draft(self, line: Line, entry: int) -> None:
        is_new = entry < 0 or not self._known[entry]
        if is_new and self._importer.fill is not None:
            self._importer.fill(line.values)
        self._require(line, is_new)
        if entry < 0 or line.errors or id(line) in self._repeated:
            return
        values = line.values
        if is_new and self._importer.origin is not None:
            values.update(self._importer.origin(self._batch_id, line.number))
        elif not is_new:  # the key found the row; spelled differently it is still the same
            values = {name: value for name, value in values.items()
                      if name not in self._importer.key or not isinstance(value, str)}
        draft = self._drafts[id(line)] = Draft(self._ids[entry], values, is_new)
        draft.free = self._importer.key if is_new else ()

    def _require(self, line: Line, is_new: bool) -> None:
        values = line.values
        missing = [name for name in self._required[is_new] if values.get(name) is None]
        if missing and not (_is_open(self._importer, line.values) and set(missing).issubset(self._importer.may_lack)):
            wrong = {error.field for error in line.errors}
            line.errors += [Invalid(_("%(field)s is missing.", field=self._importer.field(name).label), field=name,
                                    code="missing") for name in missing if name not in wrong]

    def _plan_needed(self) -> set[UUID]:
        coming = set()
        for table in self._importer.tables:
            needed = [draft for draft, _number in self._needed.get(table.resource, {}).values()]
            if needed:
                table.plan(self._actor, needed, lock=False)
                coming |= {draft.id for draft in needed if not draft.errors}
        return coming

    def _drop_refused_references(self) -> None:
        """A row that will not be made can not be referred to: such a reference stays empty, with a note.

        Refusing the line as well would refuse everybody below a manager whose own line has a typing error.
        """
        gone = self._refused_new() if self._own else {}
        for line in self._lines if gone else ():
            draft = self._drafts.get(id(line))
            if draft is not None and not draft.errors:
                self._drop_references(line, draft, gone)

    def _refused_new(self) -> dict[UUID, int]:
        gone = {}
        for line, entry in zip(self._lines, self._entries, strict=True):
            draft = self._drafts.get(id(line))
            if (line.errors or (draft and draft.errors)) and entry >= 0 and not self._known[entry]:
                gone[self._ids[entry]] = line.number
        return gone

    def _drop_references(self, line: Line, draft: Draft, gone: Mapping[UUID, int]) -> None:
        for name in self._own:
            row = gone.get(draft.values.get(name))  # type: ignore[arg-type]
            if row is None:
                continue
            label = self._importer.field(name).label
            note = Invalid(_("%(field)s stays as it is: row %(row)s is refused. Import this row again once that one "
                             "is corrected.", field=label, row=row), field=name, code="refers_to_refused")
            del draft.values[name]
            draft.changes.pop(name, None)
            line.notes.append(note)

    # -- the answer --------------------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """One line of the ledger for each line of the file, and for each row that is added along the way."""
        own, drafts, seen = self._importer.table.resource, self._drafts, self._seen_at()
        aside = self._entries_aside()
        for line in self._lines:
            while aside and aside[-1][0] <= line.number:
                yield aside.pop()
            draft = drafts.get(id(line))
            yield entry_of(line, own, draft, seen.get(draft.id) if seen and draft else None)
        yield from reversed(aside)

    def _entries_aside(self) -> list[Entry]:
        """Those of rows that the file does not have of its own, the last one first."""
        added = [entry_of(Line(number, -place, [], {}, []), table.resource, draft)
                 for table in self._importer.tables
                 for place, (draft, number) in enumerate(self._needed.get(table.resource, {}).values(), start=1)]
        moved = [follower(place, self._importer.table.resource, draft)
                 for place, draft in enumerate(self._followers, start=1)]
        return sorted([*added, *moved], key=lambda entry: entry[:2], reverse=True)

    def _seen_at(self) -> dict[UUID, datetime]:
        model = self._importer.table.model
        changing = [draft.id for draft in self._drafts.values() if draft.outcome == "change"]
        seen: dict[UUID, datetime] = {}
        for part in parts(changing):
            seen.update(db.session.execute(sa.select(model.id, model.updated_at).where(model.id.in_(part))).all())
        return seen


def _key(importer: Importer, values: Values) -> tuple[Any, ...] | None:
    key = tuple([values.get(name) for name in importer.key])
    for part in key:
        if part is None and not _is_open(importer, values):
            return None
    return key


def _is_open(importer: Importer, values: Values) -> bool:
    """Whether a line may lack what it lacks of the key."""
    lacking = {name for name in importer.key if values.get(name) is None}
    return importer.is_open is not None and lacking.issubset(importer.may_lack) and importer.is_open(values)


def _folded(key: tuple[Any, ...]) -> tuple[Any, ...]:
    if str not in map(type, key):
        return key
    return tuple([code_form(part) if part.__class__ is str else part for part in key])


def _refuse_both(earlier: Line, later: Line) -> None:
    for line, other in ((later, earlier), (earlier, later)):
        if not any(error.code == "key_twice" for error in line.errors):
            line.errors.append(Conflict(
                _("Row %(row)s is about the same entry and says something else. Keep one of the two.",
                  row=other.number), code="key_twice"))


def _not_found(name: str, target: Target, text: str, found: Any) -> DomainError:
    if isinstance(found, Several):
        return Invalid(_('"%(text)s" is the name of several: %(codes)s. Write the code.', text=text,
                         codes=", ".join(found.codes[:5])), field=name, code=f"{name}_ambiguous")
    return Invalid(str(target.unknown) % {"text": text}, field=name, code=f"{name}_unknown")
