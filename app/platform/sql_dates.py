"""Dates that the database reckons, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class latest(FunctionElement[Any]):  # noqa: N801  a function of SQL
    """The latest of some dates, none of which may be null."""

    name = "latest"
    type = sa.Date()
    inherit_cache = True


class days_after(FunctionElement[Any]):  # noqa: N801  a function of SQL
    """The date so many days after a date: `days_after(date, days)`."""

    name = "days_after"
    type = sa.Date()
    inherit_cache = True


class minutes_between(FunctionElement[Any]):  # noqa: N801  a function of SQL
    """Whole minutes from one instant to a later one: `minutes_between(first, last)`."""

    name = "minutes_between"
    type = sa.Integer()
    inherit_cache = True


@compiles(minutes_between)
def _minutes_between(element: Any, compiler: Any, **kw: Any) -> str:
    first, last = (compiler.process(part, **kw) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"CAST(round((julianday({last}) - julianday({first})) * 1440) AS INTEGER)"
    return f"CAST(floor(EXTRACT(EPOCH FROM ({last} - {first})) / 60) AS INTEGER)"


@compiles(latest)
def _latest(element: Any, compiler: Any, **kw: Any) -> str:
    name = "max" if compiler.dialect.name == "sqlite" else "greatest"
    return f"{name}({compiler.process(element.clauses, **kw)})"


@compiles(days_after)
def _days_after(element: Any, compiler: Any, **kw: Any) -> str:
    day, days = (compiler.process(part, **kw) for part in element.clauses)
    if compiler.dialect.name == "sqlite":  # date() reads and writes text, and most rules give no days
        return f"CASE WHEN {days} = 0 THEN {day} ELSE date({day}, ({days}) || ' days') END"
    return f"(CAST({day} AS DATE) + CAST({days} AS INTEGER))"
