"""When the last link to choose a new password left, and how many in a row

Revision ID: 202611220010
Revises: 202611212134
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220010"
down_revision = "202611212134"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("ab_user", sa.Column("reset_sent_at", sa.DateTime(), nullable=True))
    op.add_column("ab_user", sa.Column("resets_in_a_row", sa.Integer(), nullable=False, server_default="0"))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
