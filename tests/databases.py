"""Which database the tests run on, and as whom.

On PostgreSQL the application connects as `trainflow_app`, which owns nothing, so that every test runs behind
row-level security as production does; migrations run as the owner that TEST_DATABASE_URL names. Where the
server has no such role the owner does both, and the policies bind nobody.
"""

from __future__ import annotations

import os
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.platform import row_security
from app.platform.scope import current_scope

APP_ROLE = "trainflow_app"


def options_for(url: str) -> dict[str, Any]:
    """The configuration of an application whose tables live, or will, at `url`."""
    if not url.startswith("postgresql") or not _has_app_role(url):
        return {"SQLALCHEMY_DATABASE_URI": url}
    as_app = sa.make_url(url).set(username=APP_ROLE).render_as_string(hide_password=False)
    return {"SQLALCHEMY_DATABASE_URI": as_app, "DATABASE_OWNER_URL": url}


def _has_app_role(url: str) -> bool:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (APP_ROLE,)).scalar()
    engine.dispose()
    return bool(found)


def given_url(fallback: str) -> str:
    """TEST_DATABASE_URL, else `fallback`."""
    return os.environ.get("TEST_DATABASE_URL", fallback)


def follow_scope(connection: sa.Connection) -> Any:
    """All sessions of a test share `connection`: say whose turn it is before each statement. Returns the undo."""
    if connection.dialect.name != "postgresql":
        return lambda: None

    def say(of: sa.Connection, cursor: Any, statement: str, *rest: Any) -> None:
        # An aborted transaction takes nothing before its ROLLBACK TO.
        if of.connection.driver_connection is driver and not statement.startswith("ROLLBACK"):
            row_security.say_scope(of, current_scope())

    driver = connection.connection.driver_connection
    event.listen(Engine, "before_cursor_execute", say)
    return lambda: event.remove(Engine, "before_cursor_execute", say)
