"""Rows into and in a table by the thousand, past SQLAlchemy's work on every single value.

PostgreSQL gets one array per column, written here as text: as quick as COPY and, unlike COPY, heeding row-level
security. Other databases get the driver's own executemany. Statements name the tenant themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.platform.db import db
from app.platform.scope import current_tenant_id

Rows = Sequence[Mapping[str, Any]]

_COUNTED = {"preserve_rowcount": True}


class Ready(str):
    """A JSON value that was written out already."""


def insert_rows(table: sa.Table, rows: Rows, skip_known: bool = False) -> int:
    """Insert `rows`, which all name the same columns and their tenant, in one statement; return how many are new.

    Columns that they do not name keep their default. With `skip_known` a row whose unique key is there
    already is left out. Raises what the database refuses as SQLAlchemy's errors.
    """
    connection = db.session.connection()
    columns = [column for column in table.columns if column.name in rows[0] or _default(column) is not None]
    names = ", ".join(f'"{column.name}"' for column in columns)
    conflict = " ON CONFLICT DO NOTHING" if skip_known else ""
    if connection.dialect.name == "postgresql":
        varying, same = _apart(columns, rows)
        chosen = ", ".join(f'"{column.name}"' for column in (*same, *varying))
        fixed = "".join(f"%s::{_kind(column)}, " for column in same)
        done = connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({chosen}) SELECT {fixed}made.* FROM unnest({_kinds(varying)}) AS made"
            + conflict,
            (*(_one(column, rows[0]) for column in same), *(_array(column, rows) for column in varying)), _COUNTED)
        return done.rowcount
    marks = ", ".join("?" for _ in columns)
    return connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks}){conflict}",
                                      _lines(columns, rows), _COUNTED).rowcount


def insert_new(model: Any, rows: Rows) -> int:
    """`insert_rows` into the table of `model`, leaving out rows whose unique key is there already."""
    return insert_rows(model.__table__, rows, skip_known=True)


def update_rows(table: sa.Table, rows: Rows) -> None:
    """Give rows of the current tenant new values: each of `rows` names its `id` and the same other columns."""
    connection, names = db.session.connection(), [name for name in rows[0] if name != "id"]
    columns = [table.columns[name] for name in (*names, "id")]
    if connection.dialect.name == "postgresql":
        given = ", ".join(f'"{column.name}"' for column in columns)
        values = ", ".join(f'"{name}" = given."{name}"' for name in names)
        connection.exec_driver_sql(
            f"UPDATE {table.name} SET {values} FROM unnest({_kinds(columns)}) AS given ({given}) "
            f"WHERE {table.name}.id = given.id AND {table.name}.tenant_id = %s",
            (*(_array(column, rows) for column in columns), current_tenant_id()))
        return
    tenant = _writer(table.columns["tenant_id"])(current_tenant_id())
    values = ", ".join(f'"{name}" = ?' for name in names)
    connection.exec_driver_sql(f"UPDATE {table.name} SET {values} WHERE id = ? AND tenant_id = ?",
                               [(*line, tenant) for line in _lines(columns, rows)])


def array_literal(values: Iterable[Any]) -> str:
    """Plain values as the text of a PostgreSQL array, to be cast to the array's type."""
    return "{" + ",".join([_WRITTEN[value.__class__](value) for value in values]) + "}"


# -- PostgreSQL ------------------------------------------------------------------------------------------


def _apart(columns: list[sa.Column[Any]], rows: Rows) -> tuple[list[sa.Column[Any]], list[sa.Column[Any]]]:
    """The columns that vary, at least one of them, and those in which every row says the same."""
    same = [column for column in columns if column.name != "id" and _is_same(_given(column, rows))]
    return [column for column in columns if column not in same], same


def _is_same(given: list[Any]) -> bool:
    return bool(given[0] == given[-1]) and given.count(given[0]) == len(given)


def _given(column: sa.Column[Any], rows: Rows) -> list[Any]:
    """What each row says in a column."""
    return list(map(itemgetter(column.name), rows)) if column.name in rows[0] else [_default(column)] * len(rows)


def _kind(column: sa.Column[Any]) -> str:
    return str(column.type.compile(db.session.connection().dialect))


def _kinds(columns: Iterable[sa.Column[Any]]) -> str:
    return ", ".join(f"%s::{_kind(column)}[]" for column in columns)


def _array(column: sa.Column[Any], rows: Rows) -> str:
    write, given = _adapter(column), _given(column, rows)
    return array_literal(map(write, given) if write else given)


def _one(column: sa.Column[Any], row: Mapping[str, Any]) -> Any:
    write, value = _adapter(column), row.get(column.name, _default(column))
    return write(value) if write else value


def _adapter(column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """What stands between a value of the model and a value that can be written; None: nothing."""
    dialect: Any = db.session.connection().dialect
    return _json_text if isinstance(column.type, sa.JSON) else (
        column.type.dialect_impl(dialect).bind_processor(dialect))


def _json_text(value: Any) -> Any:
    return value if value is None or value.__class__ is Ready else json.dumps(value)


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


# -- other databases -------------------------------------------------------------------------------------


def _lines(columns: list[sa.Column[Any]], rows: Rows) -> list[tuple[Any, ...]]:
    """The rows as tuples of what the driver takes, made column by column."""
    made: list[Iterable[Any]] = []
    for column in columns:
        given, write = _given(column, rows), _writer(column)
        made.append([write(given[0])] * len(given) if _is_same(given) else map(write, given))
    return list(zip(*made, strict=True))


def _writer(column: sa.Column[Any]) -> Callable[[Any], Any]:
    bind = _adapter(column)
    return bind if bind is not None else lambda value: value


def _default(column: sa.Column[Any]) -> Any:
    default: Any = column.default
    return default.arg if default is not None and default.is_scalar else None
