"""From what a cell says to the row it means: by code, by name, or by 'CODE - name' in one cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.imports.importer import Target
from app.imports.layouts import split_code_and_name
from app.imports.wording import ascii_digits, normal_form, plain
from app.platform.db import db
from app.platform.drafts import KEYS, parts
from app.platform.keys import is_one_of


def code_form(text: str) -> str:
    """A code as it is compared: without blanks around, digits as 0 to 9, case ignored."""
    return text.lower() if text.isascii() and text.isalnum() else ascii_digits(plain(text)).casefold()


def code_and_name(text: str) -> tuple[str, str] | None:
    """The two parts of 'HSE-01 - Safety' or 'Safety (HSE-01)'; None when the cell holds one thing."""
    if text.isalnum():  # one thing, without a look at how it might divide
        return None
    found = split_code_and_name(text)
    return (found.code[:40], found.name[:160]) if found.code and found.name else None


def new_code_and_name(text: str) -> tuple[str, str]:
    """Code and name for a row that is to be made of `text` alone: a name of several words becomes its own code."""
    both = code_and_name(text)
    if both is not None:
        return both
    code = text if not re.search(r"\s", text) else "-".join(re.findall(r"\w+", text)).upper()
    return code[:40], text[:160]


@dataclass(frozen=True)
class Several:
    """A name that more than one row bears; `codes` are theirs."""

    codes: tuple[str, ...]


Found = UUID | Several | None


class Lookup:
    """Finds the rows of one target for the texts of one file."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._by_code: dict[str, UUID] = {}
        self._by_name: dict[str, dict[UUID, str]] = {}
        self._names: list[tuple[str, UUID, Sequence[str | None]]] = []  # not in `_by_name` yet: codes mostly do

    @property
    def is_empty(self) -> bool:
        """Whether it has not one row."""
        return not self._by_code

    def load(self, texts: Collection[str]) -> None:
        """Read the rows that `texts` may mean, in a few statements."""
        if self._target.is_small:
            self._read(None)
            return
        self._read_where(self._code, texts)
        rest = {text for text in texts if self.find(text) is None}
        parted = {part for text in rest for part in (code_and_name(text) or ())}
        self._read_where(self._code, parted)
        rest |= parted
        folded = {text.lower() for text in rest}
        self._read_where(_lower(self._code), {text for text in folded if text != text.upper()})  # digits have no case
        for name in self._target.names:
            self._read_where(_lower(self._column(name)), folded)

    def add(self, code: str, row_id: UUID, names: Sequence[str | None] = ()) -> None:
        """Let `code` and `names` mean a row that the file itself brings."""
        self._by_code[code_form(code)] = row_id
        if names:
            self._names.append((code, row_id, names))

    def find(self, text: str) -> Found:
        """The row that `text` means: its id, `Several` namesakes, or None."""
        found = self._by_code.get(code_form(text)) or self._named(text)
        if found is not None:
            return found
        both = code_and_name(text)
        if both is None:
            return None
        return self._by_code.get(code_form(both[0])) or self._named(both[1])

    def _named(self, text: str) -> Found:
        for code, row_id, names in self._names:
            for name in filter(None, names):
                self._by_name.setdefault(normal_form(name), {})[row_id] = code
        self._names.clear()
        rows = self._by_name.get(normal_form(text)) if self._target.names else None
        if not rows:
            return None
        return next(iter(rows)) if len(rows) == 1 else Several(tuple(sorted(rows.values())))

    @property
    def _code(self) -> Any:
        return self._column(self._target.code)

    def _column(self, name: str) -> Any:
        return getattr(self._target.table.model, name)

    def _read_where(self, column: Any, values: Collection[str]) -> None:
        for part in parts(list(values), KEYS):
            self._read(is_one_of(column, part))

    def _read(self, condition: Any) -> None:
        columns = [self._column(name) for name in self._target.names]
        statement = sa.select(self._target.table.model.id, self._code, *columns)
        for row_id, code, *names in db.session.execute(
                statement if condition is None else statement.where(condition)):
            self.add(code, row_id, names)


def _lower(column: Any) -> Any:
    return sa.func.lower(column, type_=sa.Text)


def texts_of(rows: Iterable[Mapping[str, Any]], name: str) -> Iterator[str]:
    """What the rows say in the field `name`, where they say anything."""
    return (value for row in rows if isinstance(value := row.get(name), str))
