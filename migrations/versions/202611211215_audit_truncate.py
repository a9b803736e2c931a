"""Refuse to empty the audit trail

Revision ID: 202611211215
Revises: 202611211140
"""

from alembic import op

revision = "202611211215"
down_revision = "202611211140"
branch_labels = None
depends_on = None


def upgrade():
    # PostgreSQL's TRUNCATE fires no row trigger; SQLite has no such statement.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE TRIGGER audit_logs_not_emptied BEFORE TRUNCATE ON audit_logs
            FOR EACH STATEMENT EXECUTE FUNCTION audit_logs_are_append_only()
        """)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
