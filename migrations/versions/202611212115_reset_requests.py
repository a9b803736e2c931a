"""Links for new passwords that were asked for and are not on their way yet

Revision ID: 202611212115
Revises: 202611212040
"""

import sqlalchemy as sa
from alembic import op

revision = "202611212115"
down_revision = "202611212040"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "reset_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("logins", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reset_requests_asked_at", "reset_requests", ["asked_at"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
