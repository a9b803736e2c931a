"""Answers to writes that programs of platform operators named

Revision ID: 202611220055
Revises: 202611220030
"""

import sqlalchemy as sa
from alembic import op

revision = "202611220055"
down_revision = "202611220030"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "operator_answers",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "key", name="uq_operator_answers_key"),
    )
    op.create_index("ix_operator_answers_age", "operator_answers", ["created_at"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
