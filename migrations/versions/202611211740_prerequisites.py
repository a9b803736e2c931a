"""What happens when somebody begins a course without what comes before it

Revision ID: 202611211740
Revises: 202611211520
"""

import sqlalchemy as sa
from alembic import op

revision = "202611211740"
down_revision = "202611211520"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("tenants", sa.Column("prerequisite_rule", sa.String(length=10), nullable=False,
                                       server_default="refuse"))


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
