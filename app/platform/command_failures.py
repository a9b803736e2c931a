"""What a command says when what it stands on is missing: the database, its tables, Redis, a file.

Whatever is not told here is a bug and keeps its traceback.
"""

from __future__ import annotations

import os

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.platform.db import db


def sentence(failure: Exception) -> str | None:
    """What to do about `failure`, in one sentence without secrets; None: it is a bug of ours."""
    if isinstance(failure, DBAPIError):
        return _of_database()
    if isinstance(failure, RedisError):
        return "Redis does not answer: start it, or say in REDIS_URL where it is"
    if isinstance(failure, OSError):
        return _of_file(failure)
    return None


def _of_database() -> str | None:
    try:
        with db.engine.connect() as connection:
            there = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        return "the database can not be used: check that DATABASE_URL is right and that its server runs"
    scripts = ScriptDirectory(current_app.config["MIGRATIONS_DIRECTORY"])
    if there == set(scripts.get_heads()):
        return None
    return ("the database lacks tables of this version: run flask --app app db upgrade, then "
            "flask --app app trainflow sync-permissions")


def _of_file(failure: OSError) -> str:
    reason = os.strerror(failure.errno) if failure.errno else str(failure)
    return f"{failure.filename}: {reason}" if failure.filename else reason
