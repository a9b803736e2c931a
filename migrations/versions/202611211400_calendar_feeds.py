"""Secret links to calendars

Revision ID: 202611211400
Revises: 202611211345
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211400"
down_revision = "202611211345"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("renewed_at", sa.DateTime(), nullable=True),
        sa.Column("last_read_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["ab_user.tenant_id", "ab_user.id"],
                                name="fk_calendar_feeds_user_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "user_id", "kind", name="uq_calendar_feeds_user_kind"),
    )


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
