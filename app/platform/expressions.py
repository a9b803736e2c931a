"""SQL that SQLite and PostgreSQL spell differently."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class new_row_id(FunctionElement[Any]):  # noqa: N801
    """A time-ordered id (UUID version 7) of the instant `at` for each row of an INSERT … SELECT."""

    type = sa.Uuid()
    inherit_cache = True

    def __init__(self, at: datetime) -> None:
        super().__init__(sa.literal(f"{int(at.timestamp() * 1000):012x}7"))


@compiles(new_row_id, "postgresql")
def _new_row_id_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    stem = compiler.process(element.clauses, **options)
    return f"CAST({stem} || substr(replace(CAST(gen_random_uuid() AS text), '-', ''), 14) AS uuid)"


@compiles(new_row_id)
def _new_row_id(element: Any, compiler: Any, **options: Any) -> str:
    stem = compiler.process(element.clauses, **options)
    return f"({stem} || lower(substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2)))"


class row_id_after(FunctionElement[Any]):  # noqa: N801
    """An id as `new_row_id` gives, for one row of each `source` (a column of ids), whose chance it takes over: in the
    order of their sources they follow each other as well, so that an index grows at its end."""

    type = sa.Uuid()
    inherit_cache = True

    def __init__(self, at: datetime, source: Any) -> None:
        super().__init__(sa.literal(f"{int(at.timestamp() * 1000):012x}7"), source)


@compiles(row_id_after, "postgresql")
def _row_id_after_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    stem, source = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST({stem} || substr(replace(CAST({source} AS text), '-', ''), 14) AS uuid)"


@compiles(row_id_after)
def _row_id_after(element: Any, compiler: Any, **options: Any) -> str:
    stem, source = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({stem} || substr({source}, 14))"


class day_after(FunctionElement[Any]):  # noqa: N801
    """The day after the date in a column."""

    type = sa.Date()
    inherit_cache = True


@compiles(day_after, "postgresql")
def _day_after_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 1)"


@compiles(day_after)
def _day_after(element: Any, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"
