"""A large statement is planned otherwise, and only that one."""

from __future__ import annotations

from contextlib import suppress

import pytest
import sqlalchemy as sa

from app.platform.db import db
from app.platform.planning import by_hashing


def settings():
    """What PostgreSQL goes by; none on another database."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return None
    return tuple(connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("work_mem", "enable_mergejoin"))


def test_the_planner_hashes_meanwhile_and_not_afterwards(inside):
    before = settings()
    with by_hashing():
        assert settings() in (None, ("32MB", "off"))
    assert settings() == before
    assert before is None or before != ("32MB", "off")


def test_after_an_error_in_a_savepoint_it_is_as_before(inside):
    before = settings()
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested(), by_hashing():
        db.session.connection().exec_driver_sql("SELECT no_such_column")
    assert settings() == before


def test_after_an_error_of_ours_it_is_as_before_too(inside):
    before = settings()
    with suppress(LookupError), by_hashing():
        raise LookupError
    assert settings() == before
