"""Holidays on which people work shorter hours

Revision ID: 202611220110
Revises: 202611220055
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220110"
down_revision = "202611220055"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("holidays", sa.Column("work_starts", sa.String(length=5), nullable=True))
    op.add_column("holidays", sa.Column("work_ends", sa.String(length=5), nullable=True))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
