"""An application on a database of its own, where commits are real: for threads, and for what ends a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.accounts.permission_sync import sync_permissions
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.wiring import menu_resources
from config import Testing
from tests.databases import beside, given_url, options_for


@contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """The address of an empty database: beside TEST_DATABASE_URL's when that is PostgreSQL, else a file."""
    given = sa.make_url(given_url("sqlite://"))
    if given.get_backend_name() == "sqlite":
        yield f"sqlite:///{folder / 'own.db'}"
        return
    with beside(given, f"{given.database}_{uuid4().hex[:8]}") as url:
        yield url


@contextmanager
def served_app(folder: Path, before_first: Callable[[Flask], None] | None = None,
               **options: object) -> Iterator[Flask]:
    """TrainFlow on an empty database with the permission table written.

    `before_first(app)` may add to it before it answers anybody; `options` replace configuration.
    """
    with own_database(folder) as url:
        app = create_app(Testing(), FILES_DIRECTORY=str(folder / "files"),
                         **options_for(url) | {"WTF_CSRF_ENABLED": False} | options)
        with app.app_context():
            if before_first is not None:
                before_first(app)
            upgrade()
            with unit_of_work():
                sync_permissions(menu_resources())
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            app.appbuilder.sm.forget_grants()
