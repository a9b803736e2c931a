"""The second wall on PostgreSQL: row-level security, which holds when the session's fence is passed.

Every table with a `tenant_id` has policies that compare it with what the transaction says whose data it is
about. They bind the application because it connects as a role that does not own the tables. docs/security.md
says how to set the roles up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event

from app.platform.db import db
from app.platform.fence import FencedSession
from app.platform.scope import Scope, current_scope

SETTINGS = "SELECT set_config('trainflow.tenant', %s, true), set_config('trainflow.scope', %s, true)"


def settings_of(scope: UUID | Scope | None) -> tuple[str, str]:
    """What the policies are to read for `scope`: the tenant's id and the name of a scope that is none."""
    return (str(scope), "") if isinstance(scope, UUID) else ("", scope.value if scope else "")


@event.listens_for(FencedSession, "after_begin")
def _say_whose(session: Any, transaction: Any, connection: sa.Connection) -> None:
    # For this transaction only: a pooled connection forgets it at the end, and knows no tenant in between.
    if connection.dialect.name == "postgresql" and not transaction.nested:
        say_scope(connection, current_scope())


def say_scope(connection: sa.Connection, scope: UUID | Scope | None) -> None:
    """Have the policies hold the open transaction of `connection` to `scope`; None: they show no row."""
    driver: Any = connection.connection.driver_connection
    driver.execute(SETTINGS, settings_of(scope))


@contextmanager
def owner_engine() -> Iterator[sa.Engine]:
    """The engine of whoever owns the tables: DATABASE_OWNER_URL's, or the application's own."""
    url = current_app.config["DATABASE_OWNER_URL"]
    if not url:
        yield db.engine
        return
    engine = sa.create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def secure(connection: sa.Connection) -> int:
    """Put every tenant table behind its policies and let the application's role use the tables.

    Returns how many tables are secured; 0 on a database without row-level security, or before the migration
    that brings it.
    """
    if connection.dialect.name != "postgresql":
        return 0
    known = connection.exec_driver_sql("SELECT count(*) FROM pg_proc WHERE proname = 'trainflow_secure_tables'")
    if not known.scalar():
        return 0
    role = current_app.config["DATABASE_APP_ROLE"]
    return int(connection.exec_driver_sql("SELECT trainflow_secure_tables(%s)", (role,)).scalar_one())


def is_bound(connection: sa.Connection) -> bool:
    """Whether the policies bind the role that `connection` is: it owns no tenant table and passes none."""
    return bool(connection.exec_driver_sql(
        "SELECT NOT (rolsuper OR rolbypassrls) AND NOT pg_has_role(relowner, 'USAGE') AND relrowsecurity "
        "FROM pg_roles, pg_class WHERE rolname = current_user AND pg_class.oid = 'audit_logs'::regclass").scalar())
