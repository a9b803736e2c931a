"""Thousands of keys in one statement, sent as one parameter for each column.

An IN list of as many values takes seconds to compile, and `x IN (…) AND y IN (…)` reads the whole product.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.platform.bulk import array_literal
from app.platform.db import db


def is_one_of(column: Any, values: Collection[Any]) -> Any:
    """The condition that `column` is one of `values`, which are UUIDs, dates or text."""
    if _is_postgresql():
        # a sub-select, as = ANY of what is no constant compares with one value after the other
        return column.in_(sa.select(sa.func.unnest(_array(column.type, values))))
    rows = sa.func.json_each(json.dumps([_stored(value) for value in values])).table_valued("value")
    return column.in_(sa.select(sa.type_coerce(rows.c.value, column.type)))


def joined_with(keys: Sequence[tuple[Any, ...]], *columns: Any) -> tuple[Any, Any, Any]:
    """What a select needs to find the rows whose `columns` are one of `keys`.

    Keys hold UUIDs, dates and text. Returns the table to join, the condition to join on, and the column that
    says which key (its position in `keys`, from 0) a row goes with.
    """
    if _is_postgresql():
        return _unnested(keys, columns)
    rows = sa.func.json_each(json.dumps([[_stored(part) for part in key] for key in keys])).table_valued("key", "value")
    parts = [sa.func.json_extract(rows.c.value, f"$[{n}]") for n in range(len(columns))]
    return rows, _equal(columns, parts), rows.c.key


def _unnested(keys: Sequence[tuple[Any, ...]], columns: Sequence[Any]) -> tuple[Any, Any, Any]:
    arrays = [_array(column.type, [key[n] for key in keys]) for n, column in enumerate(columns)]
    named = [sa.column(f"part_{n}", column.type) for n, column in enumerate(columns)]
    rows = sa.func.unnest(*arrays).table_valued(*named, with_ordinality="place").render_derived()
    return rows, _equal(columns, [rows.c[column.name] for column in named]), rows.c.place - 1


def _array(kind: Any, values: Collection[Any]) -> Any:
    # as text: the driver looks at every value of a list, and at every character of each
    return sa.cast(sa.bindparam(None, array_literal(values), type_=sa.Text), ARRAY(kind))


def _is_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _equal(columns: Sequence[Any], parts: Sequence[Any]) -> Any:
    return sa.and_(*(column == part for column, part in zip(columns, parts, strict=True)))


def _stored(part: Any) -> Any:
    # as SQLAlchemy stores them in SQLite
    if isinstance(part, UUID):
        return part.hex
    return part.isoformat() if isinstance(part, date) else part
