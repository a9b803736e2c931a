"""Both names in each entry of the trail

Revision ID: 202611211805
Revises: 202611211740
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211805"
down_revision = "202611211740"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("audit_logs", sa.Column("impersonator_id", sa.Integer(), nullable=True))
    op.add_column("audit_logs", sa.Column("impersonator_name", sa.String(length=140), nullable=True))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
