"""The ledger of imports in parts of some hundred lines

A row of its own for each line of a file made half of what a dry run writes foreign keys and indexes. What stands in
`import_rows` is copied.

Revision ID: 202611220030
Revises: 202611220025
"""

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import groupby
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "202611220030"
down_revision = "202611220025"
branch_labels = None
depends_on = None

LINES = 500


def upgrade():
    parts = op.create_table(
        "import_parts",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("undone", sa.JSON(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.ForeignKeyConstraint(["tenant_id", "batch_id"], ["import_batches.tenant_id", "import_batches.id"],
                                name="fk_import_parts_batch_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "batch_id", "position", name="uq_import_parts_position"),
    )
    copy_rows(op.get_bind(), parts)


def copy_rows(connection, parts):
    """Put what each batch has in `import_rows` into parts, in the order of the file."""
    rows = sa.table("import_rows", *(sa.column(name, kind) for name, kind in {
        "tenant_id": sa.Uuid(), "batch_id": sa.Uuid(), "number": sa.Integer(), "place": sa.Integer(),
        "resource": sa.String(), "outcome": sa.String(), "values": sa.JSON(), "raw": sa.JSON(), "reasons": sa.JSON(),
        "changes": sa.JSON(), "subject_id": sa.Uuid(), "seen_at": sa.DateTime(), "undo": sa.String(),
        "undo_reason": sa.String(), "created_at": sa.DateTime()}.items()))
    batches = connection.execute(sa.select(rows.c.tenant_id, rows.c.batch_id).distinct()).all()
    for tenant_id, batch_id in batches:
        found = connection.execute(sa.select(rows).where(
            rows.c.tenant_id == tenant_id, rows.c.batch_id == batch_id).order_by(rows.c.number, rows.c.place)).all()
        connection.execute(sa.insert(parts), [
            {"id": uuid4(), "tenant_id": tenant_id, "batch_id": batch_id, "position": position, **_part(list(some))}
            for position, some in groupby(found, key=_counter())])


def _counter():
    """Which part the next row goes into."""
    seen = iter(range(10**9))
    return lambda _row: next(seen) // LINES


def _part(found):
    undone = {str(place): [row.undo, row.undo_reason] for place, row in enumerate(found) if row.undo}
    return {"lines": json.dumps([_line(row) for row in found]), "counts": Counter(row.outcome for row in found),
            "undone": undone, "standing": sum(what == "standing" for what, _why in undone.values()),
            "created_at": found[0].created_at, "updated_at": found[0].created_at}


def _line(row):
    seen_at = row.seen_at.replace(tzinfo=UTC).isoformat() if isinstance(row.seen_at, datetime) else None
    return [row.number, row.place, row.resource, row.outcome, row.values, row.raw, row.reasons, row.changes,
            str(row.subject_id) if row.subject_id else None, seen_at]


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
