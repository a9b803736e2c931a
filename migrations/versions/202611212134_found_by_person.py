"""Find what refers to a person by the person

The database looks for references to each person that an undone import takes away: of 20,000 people it read each of
these tables 20,000 times.

Revision ID: 202611212134
Revises: 202611212115
"""

import sqlalchemy as sa
from alembic import op

revision = "202611212134"
down_revision = "202611212115"
branch_labels = None
depends_on = None

SPARSE = [("workflow_steps", "person_id"), ("workflow_steps", "chosen_id"), ("workflow_steps", "assignee_id"),
          ("workflow_steps", "decided_for_id"), ("workflow_logs", "for_id"), ("workflow_logs", "person_id")]


def upgrade():
    for table, column in SPARSE:
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, ["tenant_id", column], sqlite_where=given,
                        postgresql_where=given)
    op.create_index("ix_expiry_alerts_told_id", "expiry_alerts", ["tenant_id", "told_id"])


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
