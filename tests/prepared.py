"""What many tests begin with, made by the real operations once and written anew, row by row, for each of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_appbuilder import Model

from app.platform import clock
from app.platform.db import db
from tests.databases import as_owner

Rows = dict[sa.Table, list[dict[str, Any]]]


@dataclass(frozen=True)
class Arrangement:
    """What was returned when it was made, when that was, the rows that it added, and those that it changed."""

    returned: Any
    at: datetime
    rows: Rows
    changed: Rows


class Prepared:
    """Arrangements of one test. Each returns something that holds no row: it is copied.

    One that builds on another (the tenant's trail goes on) is asked for after that one.
    """

    def __init__(self, made: dict[str, Arrangement]) -> None:
        self._made = made
        self._present: set[str] = set()

    def __call__(self, name: str, arrange: Callable[[], Any]) -> Any:
        """What `arrange()` returns, with its rows in the tables; one `name` for one arrangement."""
        if name not in self._made:
            self._make(name, arrange)
        found = self._made[name]
        if found.at != clock.now():
            return arrange()
        self._write(name)
        return copy.deepcopy(found.returned)

    def _make(self, name: str, arrange: Callable[[], Any]) -> None:
        # Beside all others, so that no two ever take the same number; then as if nothing had been.
        present, trial = set(self._present), db.engines[None].begin_nested()
        for other in self._made:
            self._write(other)
        before = _read()
        returned = arrange()
        keys = {table: {_key(table, row) for row in rows} for table, rows in before.items()}
        rows = {table: [row for row in rows if row not in before[table]] for table, rows in _read().items()}
        changed = {table: [row for row in found if _key(table, row) in keys[table]] for table, found in rows.items()}
        rows = {table: [row for row in found if row not in changed[table]] for table, found in rows.items()}
        db.session.remove()
        trial.rollback()
        self._made[name], self._present = Arrangement(returned, clock.now(), rows, changed), present

    def _write(self, name: str) -> None:
        is_there, found = name in self._present, self._made[name]
        self._present.add(name)
        if is_there:
            return
        with as_owner(db.engines[None]) as connection:
            for table in _tables():
                if found.rows.get(table):
                    connection.execute(table.insert(), found.rows[table])
                for row in found.changed.get(table, ()):
                    same = [column == row[column.name] for column in table.primary_key]
                    connection.execute(table.update().where(*same).values(row))


def _key(table: sa.Table, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)


def _tables() -> list[sa.Table]:
    # The operators' chain is one for all tenants, so that no arrangement has a piece of it: each test begins it.
    return [table for table in Model.metadata.sorted_tables if not table.name.startswith("operator_audit_")]


def _read() -> Rows:
    with as_owner(db.engines[None]) as connection:
        return {table: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in _tables()}
