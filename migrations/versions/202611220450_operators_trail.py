"""The trail of platform operators

Revision ID: 202611220450
Revises: 202611220400
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220450"
down_revision = "202611220400"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "operator_audit_heads",
        sa.Column("chain", sa.String(length=20), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chain", name="uq_operator_audit_heads_chain"),
    )
    op.create_table(
        "operator_audit_logs",
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("event", sa.String(length=80), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=140), nullable=False),
        sa.Column("impersonator_id", sa.Integer(), nullable=True),
        sa.Column("impersonator_name", sa.String(length=140), nullable=True),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("trace_id", sa.String(length=32), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sequence", name="uq_operator_audit_logs_sequence"),
    )
    seal_entries()


def seal_entries():
    """Nobody changes or removes an entry, and no tenant's scope reads one."""
    if op.get_bind().dialect.name != "postgresql":
        for change in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER operator_audit_logs_no_{change.lower()} BEFORE {change} ON operator_audit_logs
                BEGIN SELECT RAISE(ABORT, 'operator_audit_logs is append-only'); END
            """)
        return
    op.execute("""
        CREATE FUNCTION operator_audit_logs_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'operator_audit_logs is append-only'; END $$
    """)
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(f"""
            CREATE TRIGGER operator_audit_logs_append_only_{each.lower()} BEFORE {when} ON operator_audit_logs
            FOR EACH {each} EXECUTE FUNCTION operator_audit_logs_are_append_only()
        """)
    # What an operator does to a tenant is written in that tenant's scope.
    op.execute("ALTER TABLE operator_audit_logs ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY append ON operator_audit_logs FOR INSERT WITH CHECK (true)")
    op.execute("""
        CREATE POLICY operators ON operator_audit_logs FOR SELECT
        USING ((SELECT current_setting('trainflow.scope', true)) IN ('platform', 'every tenant'))
    """)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
