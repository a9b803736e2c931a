"""Keys of platform operators

Revision ID: 202611220025
Revises: 202611220010
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220025"
down_revision = "202611220010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "operator_keys",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("access", sa.String(length=10), nullable=False),
        sa.Column("resources", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name="fk_operator_keys_user_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name="uq_operator_keys_digest"),
    )
    op.create_index("ix_operator_keys_user", "operator_keys", ["user_id"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
