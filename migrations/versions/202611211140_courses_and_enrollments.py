"""Courses and enrollments

Revision ID: 202611211140
Revises: 202611211130
"""

import sqlalchemy as sa
from alembic import op


revision = "202611211140"
down_revision = "202611211130"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('courses',
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('name_ar', sa.String(length=160), nullable=True),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('delivery', sa.String(length=20), nullable=False),
    sa.Column('validity_kind', sa.String(length=12), nullable=False),
    sa.Column('validity_months', sa.Integer(), nullable=True),
    sa.Column('validity_days', sa.Integer(), nullable=True),
    sa.Column('fixed_month', sa.Integer(), nullable=True),
    sa.Column('fixed_day', sa.Integer(), nullable=True),
    sa.Column('window_before_days', sa.Integer(), nullable=False),
    sa.Column('window_after_days', sa.Integer(), nullable=False),
    sa.Column('grace_days', sa.Integer(), nullable=False),
    sa.Column('is_mandatory', sa.Boolean(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('scope', sa.String(length=12), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('provider', sa.String(length=160), nullable=True),
    sa.Column('duration_hours', sa.Numeric(precision=7, scale=2), nullable=True),
    sa.Column('cost', sa.Numeric(precision=12, scale=2), nullable=True),
    sa.Column('search_key', sa.String(length=800), nullable=False),
    sa.Column('deleted_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'department_id'], ['departments.tenant_id', 'departments.id'], name='fk_courses_department_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_courses_tenant_id')
    )
    op.create_index('ix_courses_department', 'courses', ['tenant_id', 'department_id'], unique=False)
    op.create_index('ix_courses_name', 'courses', ['tenant_id', 'name', 'id'], unique=False)
    op.create_index('uq_courses_code', 'courses', ['tenant_id', 'code'], unique=True, sqlite_where=sa.text('deleted_at IS NULL'), postgresql_where=sa.text('deleted_at IS NULL'))
    op.create_table('course_prerequisites',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('required_id', sa.Uuid(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_course_prerequisites_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'required_id'], ['courses.tenant_id', 'courses.id'], name='fk_course_prerequisites_required_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'course_id', 'required_id', name='uq_course_prerequisites_pair')
    )
    op.create_index('ix_course_prerequisites_required', 'course_prerequisites', ['tenant_id', 'required_id'], unique=False)
    op.create_table('enrollments',
    sa.Column('employee_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=True),
    sa.Column('completed_on', sa.Date(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('expired_from', sa.Date(), nullable=True),
    sa.Column('granted_expires_on', sa.Date(), nullable=True),
    sa.Column('withdrawn_on', sa.Date(), nullable=True),
    sa.Column('revoked_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=True),
    sa.Column('score', sa.Numeric(precision=6, scale=2), nullable=True),
    sa.Column('certificate_number', sa.String(length=80), nullable=True),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('source_detail', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('renews_id', sa.Uuid(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_enrollments_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'employee_id'], ['employees.tenant_id', 'employees.id'], name='fk_enrollments_employee_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'renews_id'], ['enrollments.tenant_id', 'enrollments.id'], name='fk_enrollments_renews_id', initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_enrollments_tenant_id')
    )
    op.create_index('ix_enrollments_completed', 'enrollments', ['tenant_id', 'completed_on', 'id'], unique=False)
    op.create_index('ix_enrollments_course', 'enrollments', ['tenant_id', 'course_id', 'expires_on'], unique=False)
    op.create_index('ix_enrollments_expires', 'enrollments', ['tenant_id', 'expires_on', 'id'], unique=False)
    op.create_index('ix_enrollments_person', 'enrollments', ['tenant_id', 'employee_id', 'course_id', 'completed_on'], unique=False)
    op.create_index('ix_enrollments_renews', 'enrollments', ['tenant_id', 'renews_id'], unique=False)
    op.create_index('ix_enrollments_revoked', 'enrollments', ['tenant_id', 'revoked_on'], unique=False, sqlite_where=sa.text("revoked_on IS NOT NULL"), postgresql_where=sa.text("revoked_on IS NOT NULL"))
    op.create_index('ix_enrollments_status', 'enrollments', ['tenant_id', 'status', 'expires_on', 'id'], unique=False)
    op.create_index('uq_enrollments_active', 'enrollments', ['tenant_id', 'employee_id', 'course_id'], unique=True, sqlite_where=sa.text("deleted_at IS NULL AND status = 'active'"), postgresql_where=sa.text("deleted_at IS NULL AND status = 'active'"))
    op.create_index('uq_enrollments_completion', 'enrollments', ['tenant_id', 'employee_id', 'course_id', 'completed_on'], unique=True, sqlite_where=sa.text("deleted_at IS NULL AND status IN ('completed', 'expired')"), postgresql_where=sa.text("deleted_at IS NULL AND status IN ('completed', 'expired')"))
    op.create_table('enrollment_evidence',
    sa.Column('enrollment_id', sa.Uuid(), nullable=False),
    sa.Column('file_key', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=255), nullable=False),
    sa.Column('media_type', sa.String(length=40), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'enrollment_id'], ['enrollments.tenant_id', 'enrollments.id'], name='fk_enrollment_evidence_enrollment_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'uploaded_by_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_enrollment_evidence_uploaded_by_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_enrollment_evidence_enrollment', 'enrollment_evidence', ['tenant_id', 'enrollment_id'], unique=False)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
