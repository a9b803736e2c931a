"""How Alembic reaches the database: as its owner, where the application is somebody else."""

from alembic import context
from flask import current_app

from app.platform import row_security

migrate = current_app.extensions["migrate"]
metadata = migrate.db.metadatas[None]


def render_item(kind, obj, autogen_context):
    """Our own column types are written as the plain ones they store: a migration imports nothing of app."""
    if kind == "type" and type(obj).__module__.startswith("app."):
        return f"sa.{type(obj.impl).__name__}()" if hasattr(obj, "impl") else False
    return False


def run_migrations():
    """Bring the connected database up to date, one transaction for each migration; then secure its tables."""
    with row_security.owner_engine() as engine, engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_item=render_item,
                          transaction_per_migration=True, **migrate.configure_args)
        with context.begin_transaction():
            context.run_migrations()
    with row_security.owner_engine() as engine, engine.begin() as connection:
        row_security.secure(connection)


run_migrations()
