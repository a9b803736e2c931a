"""Reports that were made, and those that are made again and again

Revision ID: 202611211520
Revises: 202611211501
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211520"
down_revision = "202611211501"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "report_runs",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.Column("totals", sa.JSON(), nullable=True),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=400), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.ForeignKeyConstraint(["tenant_id", "asked_by_id"], ["ab_user.tenant_id", "ab_user.id"],
                                name="fk_report_runs_asked_by_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_runs_asked", "report_runs", ["tenant_id", "asked_by_id", "created_at"])
    op.create_index("ix_report_runs_status", "report_runs", ["tenant_id", "status"])
    op.create_table(
        "report_schedules",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.ForeignKeyConstraint(["tenant_id", "owner_id"], ["ab_user.tenant_id", "ab_user.id"],
                                name="fk_report_schedules_owner_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_report_schedules_owner", "report_schedules", ["tenant_id", "owner_id"])
