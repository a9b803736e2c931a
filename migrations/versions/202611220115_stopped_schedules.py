"""Since when a report that should come by itself can not be made

Revision ID: 202611220115
Revises: 202611220110
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220115"
down_revision = "202611220110"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("report_schedules", sa.Column("stopped_on", sa.Date(), nullable=True))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
