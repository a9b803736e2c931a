"""The numbers as they were known, day by day

Revision ID: 202611211500
Revises: 202611211435
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211500"
down_revision = "202611211435"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "kpi_snapshots",
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=True),
        sa.Column("foreman_id", sa.Uuid(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "level", "scope_id", "taken_on", name="uq_kpi_snapshots"),
    )
    op.create_index("ix_kpi_snapshots_day", "kpi_snapshots", ["tenant_id", "taken_on", "level"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
