"""Thousands of keys in one statement, sent as one parameter for each column.

An IN list of as many values takes seconds to compile, and `x IN (…) AND y IN (…)` reads the whole product.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.platform.bulk import array_literal
from app.platform.db import db

MOST_KEPT = 10_000  # ids that are kept made


def is_one_of(column: Any, values: Collection[Any]) -> Any:
    """The condition that `column` is one of `values`, which are UUIDs, dates or text."""
    if _is_postgresql():
        # a sub-select, as = ANY of what is no constant compares with one value after the other
        return column.in_(sa.select(sa.func.unnest(_array(column.type, values))))
    rows = sa.func.json_each(json.dumps([_stored(value) for value in values])).table_valued("value")
    return column.in_(sa.select(sa.type_coerce(rows.c.value, column.type)))


def for_each(keys: Sequence[tuple[Any, ...]], columns: Sequence[Any], statement: Any,
             meant: Callable[..., Any] | None = None) -> Any:
    """What `statement`, a select of a model's columns, finds for each of `keys`: the values of `columns`.

    Keys hold UUIDs, dates and text. `meant` makes another condition of a key's parts. The last column of the select
    that is returned is the place of the key, from 0.
    """
    meant = meant or partial(_equal, columns)
    if _is_postgresql():
        return _by_index(keys, columns, statement, meant)
    rows = sa.func.json_each(json.dumps([[_stored(part) for part in key] for key in keys])).table_valued("key", "value")
    parts = [sa.func.json_extract(rows.c.value, f"$[{n}]") for n in range(len(columns))]
    return statement.join(rows, meant(*parts)).add_columns(rows.c.key)


def _by_index(keys: Sequence[tuple[Any, ...]], columns: Sequence[Any], statement: Any, meant: Any) -> Any:
    # key by key (OFFSET 0 holds the planner to it): as one join it sorts the whole table beside the keys
    arrays = [_array(column.type, [key[n] for key in keys]) for n, column in enumerate(columns)]
    named = [sa.column(f"part_{n}", column.type) for n, column in enumerate(columns)]
    rows = sa.func.unnest(*arrays).table_valued(*named, with_ordinality="place").render_derived()
    found = statement.where(meant(*(rows.c[column.name] for column in named))).correlate(rows).offset(
        sa.literal_column("0")).lateral()
    return sa.select(*found.c, rows.c.place - 1).select_from(rows).join(found, sa.true())


def _array(kind: Any, values: Collection[Any]) -> Any:
    # as text: the driver looks at every value of a list, and at every character of each
    return sa.cast(sa.bindparam(None, array_literal(values), type_=sa.Text), ARRAY(kind))


def _is_postgresql() -> bool:
    return db.session.connection().dialect.name == "postgresql"


def _equal(columns: Sequence[Any], *parts: Any) -> Any:
    return sa.and_(*(column == part for column, part in zip(columns, parts, strict=True)))


def _stored(part: Any) -> Any:
    # as SQLAlchemy stores them in SQLite
    if isinstance(part, UUID):
        return part.hex
    return part.isoformat() if isinstance(part, date) else part


class Recurring(sa.TypeDecorator[UUID]):
    """Ids of which a result has few, each many times: made from what the database gives once, not for every row."""

    impl = sa.Uuid
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """What makes an id of a value; None where the driver does."""
        make = super().result_processor(dialect, coltype)
        return None if make is None else Made(make).__getitem__


class Made(dict[Any, Any]):
    """Values and what `make` made of them. It outlives the result, so it begins anew where it would hold more than
    `most`."""

    def __init__(self, make: Callable[[Any], Any], most: int = MOST_KEPT) -> None:
        self._make, self._most = make, most

    def __missing__(self, value: Any) -> Any:
        if len(self) >= self._most:
            self.clear()
        self[value] = made = self._make(value)
        return made
