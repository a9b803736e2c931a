"""The daily root of each trail, and where it is sent

Revision ID: 202611211815
Revises: 202611211805
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211815"
down_revision = "202611211805"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("tenants", sa.Column("audit_root_email", sa.String(length=320), nullable=True))
    op.create_table(
        "audit_roots",
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("sent_to", sa.String(length=320), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "taken_on", name="uq_audit_roots_day"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("""
            CREATE FUNCTION audit_roots_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'audit_roots is append-only'; END $$
        """)
        for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(f"""
                CREATE TRIGGER audit_roots_append_only_{each.lower()} BEFORE {when} ON audit_roots
                FOR EACH {each} EXECUTE FUNCTION audit_roots_are_append_only()
            """)
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(f"""
            CREATE TRIGGER audit_roots_no_{change.lower()} BEFORE {change} ON audit_roots
            BEGIN SELECT RAISE(ABORT, 'audit_roots is append-only'); END
        """)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
