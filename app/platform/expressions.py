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


class numbered_row_id(FunctionElement[Any]):  # noqa: N801
    """An id as `new_row_id` gives, in the order of `number` (of a row of one statement, under 2**28): written in that
    order, rows go to the end of an index."""

    type = sa.Uuid()
    inherit_cache = True

    def __init__(self, at: datetime, number: Any) -> None:
        super().__init__(sa.literal(f"{int(at.timestamp() * 1000):012x}70008"), number)


@compiles(numbered_row_id, "postgresql")
def _numbered_row_id_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    stem, number = (compiler.process(clause, **options) for clause in element.clauses)
    chance = "substr(CAST(gen_random_uuid() AS text), 1, 8)"
    return f"CAST({stem} || lpad(to_hex({number}), 7, '0') || {chance} AS uuid)"


@compiles(numbered_row_id)
def _numbered_row_id(element: Any, compiler: Any, **options: Any) -> str:
    stem, number = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({stem} || printf('%07x', {number}) || lower(hex(randomblob(4))))"


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
