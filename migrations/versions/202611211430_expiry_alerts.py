"""What was told about which expiry

Revision ID: 202611211430
Revises: 202611211421
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211430"
down_revision = "202611211421"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("tenants", sa.Column("alert_days", sa.String(length=60), server_default="30, 14, 7, 1, 0",
                                       nullable=False))
    op.add_column("tenants", sa.Column("alert_patience_days", sa.Integer(), server_default="7", nullable=False))
    op.create_table(
        "alert_rounds",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("escalations", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "id", name="uq_alert_rounds_tenant_id"),
    )
    op.create_index("ix_alert_rounds_day", "alert_rounds", ["tenant_id", "day"])
    op.create_table(
        "expiry_alerts",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("told_id", sa.Uuid(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "round_id"], ["alert_rounds.tenant_id", "alert_rounds.id"],
                                name="fk_expiry_alerts_round_id"),
        sa.ForeignKeyConstraint(["tenant_id", "enrollment_id"], ["enrollments.tenant_id", "enrollments.id"],
                                name="fk_expiry_alerts_enrollment_id"),
        sa.ForeignKeyConstraint(["tenant_id", "employee_id"], ["employees.tenant_id", "employees.id"],
                                name="fk_expiry_alerts_employee_id"),
        sa.ForeignKeyConstraint(["tenant_id", "course_id"], ["courses.tenant_id", "courses.id"],
                                name="fk_expiry_alerts_course_id"),
        sa.ForeignKeyConstraint(["tenant_id", "told_id"], ["employees.tenant_id", "employees.id"],
                                name="fk_expiry_alerts_told_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "id", name="uq_expiry_alerts_tenant_id"),
        sa.UniqueConstraint("tenant_id", "enrollment_id", "expires_on", "level", "threshold",
                            name="uq_expiry_alerts_once"),
    )
    op.create_index("ix_expiry_alerts_employee", "expiry_alerts", ["tenant_id", "employee_id"])
    op.create_index("ix_expiry_alerts_level", "expiry_alerts", ["tenant_id", "level", "expires_on"])
    op.create_index("ix_expiry_alerts_round", "expiry_alerts", ["tenant_id", "round_id", "level", "told_id"])
    op.create_index("ix_expiry_alerts_told_on", "expiry_alerts", ["tenant_id", "told_on", "id"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
