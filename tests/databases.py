"""Which database the tests run on, and as whom.

On PostgreSQL the application acts as `trainflow_app`, which owns nothing, so that every test runs behind
row-level security as production does; migrations run as the owner that TEST_DATABASE_URL names. The owner has
to be a member of that role (GRANT trainflow_app TO trainflow_owner); where it is not, it does both, and the
policies bind nobody.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.platform import row_security
from app.platform.scope import current_scope
from tests import trail

APP_ROLE = "trainflow_app"


def options_for(url: str) -> dict[str, Any]:
    """The configuration of an application whose tables live, or will, at `url`."""
    if not url.startswith("postgresql") or not _has_app_role(url):
        return {"SQLALCHEMY_DATABASE_URI": url}
    as_app = sa.make_url(url).update_query_dict({"options": f"-c role={APP_ROLE}"})
    return {"SQLALCHEMY_DATABASE_URI": as_app.render_as_string(hide_password=False), "DATABASE_OWNER_URL": url}


def _has_app_role(url: str) -> bool:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s",
                                           (APP_ROLE,)).scalar()
    engine.dispose()
    return bool(found)


@contextmanager
def as_owner(connection: sa.Connection) -> Iterator[sa.Connection]:
    """Act as whoever owns the tables, as somebody does who sits at the database."""
    if connection.dialect.name != "postgresql":
        with trail.by_hand():
            yield connection
        return
    before = connection.exec_driver_sql("SELECT current_user, set_config('role', session_user, true)").scalar()
    with trail.by_hand():
        yield connection
    connection.exec_driver_sql("SELECT set_config('role', %s, true)", (before,))


def worker_number() -> int | None:
    """Which of the processes that share the tests this is, from 0 on; None: it has them all."""
    name = os.environ.get("PYTEST_XDIST_WORKER")
    return int(name.removeprefix("gw")) if name else None


def given_url(fallback: str) -> str:
    """TEST_DATABASE_URL, else `fallback`."""
    return os.environ.get("TEST_DATABASE_URL", fallback)


@contextmanager
def emptied(url: str) -> Iterator[str]:
    """Where this process finds the tables of its tests: at `url`, or when several share the tests and `url` is a
    server's, in a database of its own beside it, which is new."""
    given, worker = sa.make_url(url), worker_number()
    if given.get_backend_name() == "sqlite" or worker is None:
        yield url
        return
    with beside(given, f"{given.database}_{worker}") as own:
        yield own


@contextmanager
def beside(given: sa.URL, name: str) -> Iterator[str]:
    """An empty database of that name on the server of `given`, for as long as the block lasts."""
    server = sa.create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        _drop(connection, name)
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield given.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            _drop(connection, name)
        server.dispose()


def _drop(connection: sa.Connection, name: str) -> None:
    # Not WITH (FORCE): that is refused while autovacuum, which is nobody's, looks at the database; a plain DROP
    # sends it away.
    connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                               "WHERE datname = %s AND backend_type = 'client backend'", (name,))
    connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")


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
