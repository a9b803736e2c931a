"""Rows into and in a table by the thousand, past SQLAlchemy's work on every single value.

PostgreSQL gets one array per column, written here as text: as quick as COPY and, unlike COPY, heeding row-level
security. SQLite gets thousands of rows in one statement, which takes it two thirds of the time of as many statements.
Statements name the tenant themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.platform.db import db
from app.platform.scope import current_tenant_id

TOGETHER, MARKS = (500, 100), 30_000  # rows and parameters of one statement of SQLite, which takes 32,766

Rows = Sequence[Mapping[str, Any]]
Given = dict[sa.Column[Any], list[Any]]

_COUNTED = {"preserve_rowcount": True}


class Ready(str):
    """A JSON value that was written out already."""


def insert_rows(table: sa.Table, rows: Rows, skip_known: bool = False, same: Mapping[str, Any] | None = None) -> int:
    """Insert `rows`, which all name the same columns and, they or `same`, their tenant; return how many are new.

    `same` is what every row has, whatever it says itself. Columns that nobody names keep their default. With
    `skip_known` a row whose unique key is there already is left out. Raises what the database refuses as
    SQLAlchemy's errors.
    """
    given, fixed = _apart(table, rows, same or {})
    names = ", ".join(f'"{column.name}"' for column in (*fixed, *given))
    insert = _insert_arrays if _is_postgresql() else _insert_lines
    return insert(f"INSERT INTO {table.name} ({names}) ", " ON CONFLICT DO NOTHING" if skip_known else "", fixed, given)


def insert_new(model: Any, rows: Rows) -> int:
    """`insert_rows` into the table of `model`, leaving out rows whose unique key is there already."""
    return insert_rows(model.__table__, rows, skip_known=True)


def update_rows(table: sa.Table, rows: Rows) -> None:
    """Give rows of the current tenant new values: each of `rows` names its `id` and the same other columns."""
    connection, names = db.session.connection(), [name for name in rows[0] if name != "id"]
    given = {table.columns[name]: list(map(itemgetter(name), rows)) for name in (*names, "id")}
    if _is_postgresql():
        chosen = ", ".join(f'"{column.name}"' for column in given)
        values = ", ".join(f'"{name}" = given."{name}"' for name in names)
        connection.exec_driver_sql(
            f"UPDATE {table.name} SET {values} FROM unnest({_kinds(given)}) AS given ({chosen}) "
            f"WHERE {table.name}.id = given.id AND {table.name}.tenant_id = %s", (*_arrays(given), current_tenant_id()))
        return
    tenant = _stored(table.columns["tenant_id"], [current_tenant_id()])
    values = ", ".join(f'"{name}" = ?' for name in names)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {values} WHERE id = ? AND tenant_id = ?",
                               [(*line, *tenant) for line in _lines(given)])


def array_literal(values: Iterable[Any]) -> str:
    """Plain values as the text of a PostgreSQL array, to be cast to the array's type."""
    return "{" + ",".join([_WRITTEN[value.__class__](value) for value in values]) + "}"


def _apart(table: sa.Table, rows: Rows, same: Mapping[str, Any]) -> tuple[Given, dict[sa.Column[Any], Any]]:
    """The columns that vary, with what each row says, and those in which every row says the same."""
    given: Given = {}
    fixed: dict[sa.Column[Any], Any] = {}
    for column in table.columns:
        if column.name in same:
            fixed[column] = same[column.name]
        elif column.name in rows[0]:
            values = list(map(itemgetter(column.name), rows))
            if column.name != "id" and _is_same(values):
                fixed[column] = values[0]
            else:
                given[column] = values
        elif (default := _default(column)) is not None:
            fixed[column] = default
    return given, fixed


def _is_same(given: list[Any]) -> bool:
    return bool(given[0] == given[-1]) and given.count(given[0]) == len(given)


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None


def _is_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _adapted(column: sa.Column[Any], given: Iterable[Any]) -> Iterable[Any]:
    """Values of the model as values that can be written."""
    dialect: Any = db.session.connection().dialect
    kind = column.type
    adapt = _json_text if isinstance(kind, sa.JSON) else kind.dialect_impl(dialect).bind_processor(dialect)
    return map(adapt, given) if adapt else given


def _json_text(value: Any) -> Any:
    return value if value is None or value.__class__ is Ready else json.dumps(value)


# -- PostgreSQL ------------------------------------------------------------------------------------------


def _insert_arrays(into: str, conflict: str, fixed: Mapping[sa.Column[Any], Any], given: Given) -> int:
    stated = "".join(f"%s::{_kind(column)}, " for column in fixed)
    done = db.session.connection().exec_driver_sql(
        f"{into}SELECT {stated}made.* FROM unnest({_kinds(given)}) AS made{conflict}",
        (*_fixed(_adapted, fixed), *_arrays(given)), _COUNTED)
    return done.rowcount


def _fixed(adapt: Callable[[Any, list[Any]], Iterable[Any]], fixed: Mapping[sa.Column[Any], Any]) -> list[Any]:
    return [one for column, value in fixed.items() for one in adapt(column, [value])]


def _kind(column: sa.Column[Any]) -> str:
    return str(column.type.compile(db.session.connection().dialect))


def _kinds(columns: Iterable[sa.Column[Any]]) -> str:
    return ", ".join(f"%s::{_kind(column)}[]" for column in columns)


def _arrays(given: Given) -> list[str]:
    return [array_literal(_adapted(column, values)) for column, values in given.items()]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Written(dict[type, Callable[[Any], str]]):
    """How a value stands in an array's text, by its class; a subclass is written as its base."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        self[kind] = next(write for base, write in list(self.items()) if issubclass(kind, base))
        return self[kind]


_WRITTEN = _Written({
    type(None): lambda _value: "NULL", str: _quoted, UUID: lambda value: f"{value.int:032x}",
    bool: lambda value: "t" if value else "f", int: str, float: repr, Decimal: str,
    datetime: lambda value: f'"{value.isoformat(" ")}"', date: date.isoformat,
})


# -- SQLite ----------------------------------------------------------------------------------------------


def _insert_lines(into: str, conflict: str, fixed: Mapping[sa.Column[Any], Any], given: Given) -> int:
    # what every row says is one parameter, named by its number
    row = f"({', '.join([*(f'?{nth}' for nth in range(1, len(fixed) + 1)), *['?'] * len(given)])})"
    stated, connection = _fixed(_stored, fixed), db.session.connection()
    return sum(connection.exec_driver_sql(
        f"{into}VALUES {', '.join([row] * size)}{conflict}",
        [(*stated, *chain.from_iterable(group)) for group in groups], _COUNTED).rowcount
        for size, groups in _groups(_lines(given), MARKS // len(given)))


def _groups(lines: list[Any], most: int) -> Iterator[tuple[int, list[list[Any]]]]:
    """The lines in groups of few sizes, at most `most`: the driver keeps each statement that it met."""
    start = 0
    for size in (min(size, most) for size in TOGETHER):
        stop = start + (len(lines) - start) // size * size
        if stop > start:
            yield size, [lines[at:at + size] for at in range(start, stop, size)]
        start = stop
    if start < len(lines):
        yield len(lines) - start, [lines[start:]]


def _lines(given: Given) -> list[tuple[Any, ...]]:
    """The rows as tuples of what the driver takes, made column by column."""
    return list(zip(*(_stored(column, values) for column, values in given.items()), strict=True))


def _stored(column: sa.Column[Any], given: list[Any]) -> Iterable[Any]:
    """Ids and days as SQLAlchemy stores them, but without a call for each of their parts."""
    if column.type.__class__ is sa.Uuid:
        return [None if value is None else f"{value.int:032x}" for value in given]
    if column.type.__class__ is sa.Date:
        return [None if value is None else date.isoformat(value) for value in given]
    return _adapted(column, given)
