"""Thousands of composite keys in one statement: a table of them to join with, sent as one parameter for each column.

An IN list of as many tuples takes seconds to compile, and `x IN (…) AND y IN (…)` reads the whole product.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.platform.db import db


def joined_with(keys: Sequence[tuple[Any, ...]], *columns: Any) -> tuple[Any, Any, Any]:
    """What a select needs to find the rows whose `columns` are one of `keys`.

    Keys hold UUIDs, dates and text. Returns the table to join, the condition to join on, and the column that
    says which key (its position in `keys`, from 0) a row goes with.
    """
    if db.session.connection().dialect.name == "postgresql":
        return _unnested(keys, columns)
    rows = sa.func.json_each(json.dumps([[_stored(part) for part in key] for key in keys])).table_valued("key", "value")
    parts = [sa.func.json_extract(rows.c.value, f"$[{n}]") for n in range(len(columns))]
    return rows, _equal(columns, parts), rows.c.key


def _unnested(keys: Sequence[tuple[Any, ...]], columns: Sequence[Any]) -> tuple[Any, Any, Any]:
    arrays = [sa.bindparam(None, [key[n] for key in keys], type_=ARRAY(column.type))
              for n, column in enumerate(columns)]
    named = [sa.column(f"part_{n}", column.type) for n, column in enumerate(columns)]
    rows = sa.func.unnest(*arrays).table_valued(*named, with_ordinality="place").render_derived()
    return rows, _equal(columns, [rows.c[column.name] for column in named]), rows.c.place - 1


def _equal(columns: Sequence[Any], parts: Sequence[Any]) -> Any:
    return sa.and_(*(column == part for column, part in zip(columns, parts, strict=True)))


def _stored(part: Any) -> Any:
    # as SQLAlchemy stores them in SQLite
    if isinstance(part, UUID):
        return part.hex
    return part.isoformat() if isinstance(part, date) else part
