"""What ran for a tenant

Revision ID: 202611211345
Revises: 202611211215
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211345"
down_revision = "202611211215"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("slot", sa.String(length=120), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=True),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_job_runs_began", "job_runs", ["tenant_id", "began_at"])
    op.create_index("ix_job_runs_job", "job_runs", ["tenant_id", "job", "began_at"])
    op.create_index("ix_job_runs_slot", "job_runs", ["tenant_id", "slot", "began_at"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
