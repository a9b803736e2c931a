"""With whose roles a report was read

Revision ID: 202611212040
Revises: 202611211827
"""

import sqlalchemy as sa
from alembic import op

revision = "202611212040"
down_revision = "202611211827"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("report_runs", sa.Column("asked_as", sa.String(length=200), nullable=True))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
