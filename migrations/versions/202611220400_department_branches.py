"""What departments were part of and since when

Revision ID: 202611220400
Revises: 202611220115
"""

from datetime import date

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7

revision = "202611220400"
down_revision = "202611220115"
branch_labels = None
depends_on = None

EPOCH = date(1900, 1, 1)  # since ever, as far as anybody knows


def upgrade():
    op.create_table('department_branches',
    sa.Column('department_id', sa.Uuid(), nullable=False),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'department_id'], ['departments.tenant_id', 'departments.id'], name='fk_department_branches_department_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'parent_id'], ['departments.tenant_id', 'departments.id'], name='fk_department_branches_parent_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_department_branches_tenant_id')
    )
    op.create_index('ix_department_branches_department', 'department_branches', ['tenant_id', 'department_id', 'from_on'], unique=False)
    op.create_index('uq_department_branches_open', 'department_branches', ['tenant_id', 'department_id'], unique=True, sqlite_where=sa.text('until_on IS NULL'), postgresql_where=sa.text('until_on IS NULL'))
    _note_branches()


def _note_branches():
    """Every department has always been part of what it is part of today, as far as anybody knows. The note is as old as
    the department, so that a move later today puts no slip right."""
    departments = sa.table("departments", *(sa.column(name, kind) for name, kind in (
        ("tenant_id", sa.Uuid()), ("id", sa.Uuid()), ("parent_id", sa.Uuid()), ("deleted_at", sa.DateTime()),
        ("created_at", sa.DateTime()))))
    branches = sa.table("department_branches", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("tenant_id", sa.Uuid()), ("department_id", sa.Uuid()), ("parent_id", sa.Uuid()),
        ("from_on", sa.Date()), ("since", sa.Date()), ("created_at", sa.DateTime()), ("updated_at", sa.DateTime()))))
    found = op.get_bind().execute(sa.select(departments).where(departments.c.deleted_at.is_(None)))
    rows = [{"id": uuid7(), "tenant_id": row["tenant_id"], "department_id": row["id"], "parent_id": row["parent_id"],
             "from_on": EPOCH, "since": EPOCH, "created_at": row["created_at"],
             "updated_at": row["created_at"]} for row in found.mappings()]
    if rows:
        op.bulk_insert(branches, rows)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
