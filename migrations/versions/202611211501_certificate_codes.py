"""Codes by which anybody can check a certificate

Revision ID: 202611211501
Revises: 202611211500
"""

import sqlalchemy as sa
from alembic import op


revision = "202611211501"
down_revision = "202611211500"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('certificate_codes',
    sa.Column('enrollment_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'enrollment_id'], ['enrollments.tenant_id', 'enrollments.id'], name='fk_certificate_codes_enrollment_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'enrollment_id', name='uq_certificate_codes_enrollment')
    )
    op.create_index('ix_certificate_codes_code', 'certificate_codes', ['code'], unique=False)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
