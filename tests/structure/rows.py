"""A row in every tenant table, made up from the columns, so that a new table is covered by existing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.platform.db import Instant, db
from app.platform.fence import unfenced

SECRET = "Zanzibar"  # stands in every text of the made-up rows

# columns that the code reads more into than their type says
CODES: dict[tuple[str, str], Any] = {
    ("outbox_messages", "state"): "waiting", ("delivery_attempts", "outcome"): "sent",
    ("import_batches", "table"): {"headings": []}, ("report_runs", "asked_as"): "Employee",
    ("report_runs", "name"): "transcript", ("holidays", "work_starts"): "10:00", ("holidays", "work_ends"): "16:00"}


def fill_every_table(tenant_id: UUID, text: str = SECRET, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """Insert one row into each tenant table, `text` in each text of it; returns table name to the row's id.

    Tables that the tenant has rows in already give the id of one of those.
    """
    keys: dict[str, Any] = dict(given or {})
    for table in db.Model.metadata.sorted_tables:
        if "tenant_id" in table.c and table.name not in ("audit_heads", *keys):
            keys[table.name] = _existing(table, tenant_id) or _insert(table, tenant_id, keys, text)
    return keys


def _existing(table: sa.Table, tenant_id: UUID) -> Any:
    column = next(iter(table.primary_key))
    return db.session.scalar(unfenced(sa.select(column).where(table.c.tenant_id == tenant_id).limit(1)))


def _insert(table: sa.Table, tenant_id: UUID, keys: dict[str, Any], text: str) -> Any:
    row = {column.name: _value(column, text) for column in table.c}
    row |= {"tenant_id": tenant_id} | ({"id": uuid4()} if isinstance(table.c.id.type, sa.Uuid) else {})
    for key in table.foreign_keys:
        target = key.column.table.name
        if key.column.name == "id" and target in keys:
            row[key.parent.name] = keys[target]
        elif key.column.name == "id" and target != "tenants":
            row[key.parent.name] = None
    row = {name: value for name, value in row.items() if name not in ("deleted_at",)}
    db.session.execute(unfenced(sa.insert(table).values(**row)))
    return row[next(iter(table.primary_key)).name]


def _value(column: sa.Column[Any], text: str) -> Any:
    if (column.table.name, column.name) in CODES:
        return CODES[column.table.name, column.name]
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    if isinstance(column.type, sa.String):
        return f"{text} {column.name}"[:column.type.length]
    if column.nullable:
        return None
    return next((value for kind, value in VALUES if isinstance(column.type, kind)), 1)


VALUES: tuple[tuple[Any, Any], ...] = (
    (sa.Uuid, UUID(int=7)), (Instant, dt.datetime(2026, 1, 1)), (sa.DateTime, dt.datetime(2026, 1, 1)),
    (sa.Date, dt.date(2026, 1, 1)), (sa.Boolean, True), (sa.JSON, {}), (sa.LargeBinary, b"x"),
)


def rows_of(tenant_id: UUID) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tenant in every table."""
    found = {}
    for table in db.Model.metadata.sorted_tables:
        if "tenant_id" in table.c:
            statement = sa.select(table).where(table.c.tenant_id == tenant_id).order_by(*table.primary_key)
            found[table.name] = [tuple(row) for row in db.session.execute(unfenced(statement))]
    return found
