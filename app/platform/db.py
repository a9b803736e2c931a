"""The session and the model bases."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from app.platform import clock, scope
from app.platform.fence import FencedSession, fence_class, hide_deleted


class Database(SQLA):
    """Flask-SQLAlchemy, giving back the sessions of every scope that an application context was in.

    Its own teardown knows the scope that is set at the very end only; the others would keep their
    connections until the pool is empty, and hand their rows to a later context at the same address.
    """

    def init_app(self, app: Flask) -> None:
        """As Flask-SQLAlchemy's."""
        super().init_app(app)
        app.teardown_appcontext(self._close_sessions)

    def _close_sessions(self, error: BaseException | None) -> None:
        here, sessions = id(scope.app_context()), self.session.registry.registry
        for key in [key for key in list(sessions) if key[0] == here]:
            sessions.pop(key).close()


db = Database(
    metadata=Model.metadata,
    session_options={
        "class_": FencedSession,
        "scopefunc": scope.session_key,
        "expire_on_commit": False,
        "join_transaction_mode": "create_savepoint",
    },
)


class Instant(sa.TypeDecorator[datetime]):
    """An instant: aware in Python, stored as UTC without a zone so that both databases compare alike."""

    impl = sa.DateTime
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware or naive UTC in, naive UTC out."""
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None and value.tzinfo else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Naive UTC in, aware UTC out."""
        return value.replace(tzinfo=UTC) if value is not None else None


class Row(Model):
    """A row with a time-ordered UUID key and the instants it was made and last changed."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(Instant, nullable=False, default=clock.now,
                                                 onupdate=clock.now)


@fence_class
class TenantModel(Row):
    """A row that belongs to exactly one tenant; the fence sees to it."""

    __abstract__ = True

    tenant_id: Mapped[UUID] = mapped_column(sa.Uuid, sa.ForeignKey("tenants.id", name="fk_tenant"),
                                            nullable=False)


@hide_deleted
class SoftDeletes:
    """A row that people delete: it leaves every list, frees its unique keys and can be restored."""

    deleted_at: Mapped[datetime | None] = mapped_column(Instant, nullable=True)

    @property
    def is_deleted(self) -> bool:
        """Whether a person deleted this row."""
        return self.deleted_at is not None


def tenant_key(table: str) -> sa.UniqueConstraint:
    """The key that other tables' `tenant_reference` points at: no row can refer across tenants."""
    return sa.UniqueConstraint("tenant_id", "id", name=f"uq_{table}_tenant_id")


def tenant_reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """A foreign key from `table.column` to `target.id` of the same tenant, by construction.

    A table's references to itself are checked at commit: a file may name somebody's manager before the
    manager's own row.
    """
    deferred: Any = {"deferrable": True, "initially": "DEFERRED"} if table == target else {}
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"],
                                   name=f"fk_{table}_{column}", **deferred)


def unique_while_live(table: str, *columns: str) -> sa.Index:
    """Unique in the tenant among rows that are not deleted, so that a deleted code can be used again."""
    live = sa.text("deleted_at IS NULL")
    return sa.Index(f"uq_{table}_{'_'.join(columns)}", "tenant_id", *columns, unique=True,
                    sqlite_where=live, postgresql_where=live)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver would begin transactions late and by itself
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000",
                   "temp_store=MEMORY", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, record: Any) -> None:
    """Compiling a statement takes longer than any of ours runs: the figures of 20,000 people took twice as long."""
    if not isinstance(connection, sqlite3.Connection):
        connection.autocommit = True  # a transaction that is rolled back would take the setting along
        connection.execute("SET jit = off")
        connection.autocommit = False


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A writer that begins as a reader fails at once when another writer was faster.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
