"""How Alembic reaches the database: by the application's own engine."""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]
metadata = migrate.db.metadatas[None]


def render_item(kind, obj, autogen_context):
    """Our own column types are written as the plain ones they store: a migration imports nothing of app."""
    if kind == "type" and type(obj).__module__.startswith("app."):
        return f"sa.{type(obj.impl).__name__}()" if hasattr(obj, "impl") else False
    return False


def run_migrations():
    """Bring the connected database up to date, one transaction for each migration."""
    engine = migrate.db.engine
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata, render_item=render_item,
                          transaction_per_migration=True, **migrate.configure_args)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
