"""The training matrix: requirements, waivers, equivalent courses, coverage, and where people stood when

Revision ID: 202611211410
Revises: 202611211401
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from uuid_utils.compat import uuid7


revision = "202611211410"
down_revision = "202611211401"
branch_labels = None
depends_on = None

EPOCH = date(1900, 1, 1)  # since ever, as far as anybody knows; the day of hiring stands in the employee's row


def upgrade():
    op.create_table('course_equivalences',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('counted_id', sa.Uuid(), nullable=False),
    sa.Column('both_ways', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'counted_id'], ['courses.tenant_id', 'courses.id'], name='fk_course_equivalences_counted_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_course_equivalences_course_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_course_equivalences_tenant_id')
    )
    op.create_index('ix_course_equivalences_counted', 'course_equivalences', ['tenant_id', 'counted_id'], unique=False)
    op.create_index('ix_course_equivalences_course', 'course_equivalences', ['tenant_id', 'course_id'], unique=False)
    op.create_table('coverage_needs',
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('foreman_id', sa.Uuid(), nullable=True),
    sa.Column('minimum', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_coverage_needs_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'department_id'], ['departments.tenant_id', 'departments.id'], name='fk_coverage_needs_department_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'foreman_id'], ['employees.tenant_id', 'employees.id'], name='fk_coverage_needs_foreman_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_coverage_needs_tenant_id')
    )
    op.create_index('ix_coverage_needs_course', 'coverage_needs', ['tenant_id', 'course_id'], unique=False)
    op.create_table('employee_positions',
    sa.Column('employee_id', sa.Uuid(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('grade_id', sa.Uuid(), nullable=True),
    sa.Column('job_role_id', sa.Uuid(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('department_since', sa.Date(), nullable=False),
    sa.Column('grade_since', sa.Date(), nullable=False),
    sa.Column('job_role_since', sa.Date(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'department_id'], ['departments.tenant_id', 'departments.id'], name='fk_employee_positions_department_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'employee_id'], ['employees.tenant_id', 'employees.id'], name='fk_employee_positions_employee_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'grade_id'], ['grades.tenant_id', 'grades.id'], name='fk_employee_positions_grade_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'job_role_id'], ['job_roles.tenant_id', 'job_roles.id'], name='fk_employee_positions_job_role_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_employee_positions_tenant_id')
    )
    op.create_index('ix_employee_positions_employee', 'employee_positions', ['tenant_id', 'employee_id', 'from_on'], unique=False)
    op.create_index('uq_employee_positions_open', 'employee_positions', ['tenant_id', 'employee_id'], unique=True, sqlite_where=sa.text('until_on IS NULL'), postgresql_where=sa.text('until_on IS NULL'))
    op.create_table('requirement_changes',
    sa.Column('rule_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('undoes_id', sa.Uuid(), nullable=True),
    sa.Column('gained', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'actor_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_requirement_changes_actor_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_requirement_changes_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'undoes_id'], ['requirement_changes.tenant_id', 'requirement_changes.id'], name='fk_requirement_changes_undoes_id', initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_requirement_changes_tenant_id')
    )
    op.create_index('ix_requirement_changes_made', 'requirement_changes', ['tenant_id', 'created_at'], unique=False)
    op.create_index('ix_requirement_changes_rule', 'requirement_changes', ['tenant_id', 'rule_id', 'created_at'], unique=False)
    op.create_table('waivers',
    sa.Column('employee_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.Column('deleted_at', sa.DateTime(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'approved_by_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_waivers_approved_by_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_waivers_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'employee_id'], ['employees.tenant_id', 'employees.id'], name='fk_waivers_employee_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'ended_by_id'], ['ab_user.tenant_id', 'ab_user.id'], name='fk_waivers_ended_by_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_waivers_tenant_id')
    )
    op.create_index('ix_waivers_course', 'waivers', ['tenant_id', 'course_id'], unique=False)
    op.create_index('ix_waivers_person', 'waivers', ['tenant_id', 'employee_id', 'course_id', 'starts_on'], unique=False)
    op.create_table('requirements',
    sa.Column('rule_id', sa.Uuid(), nullable=False),
    sa.Column('course_id', sa.Uuid(), nullable=False),
    sa.Column('department_id', sa.Uuid(), nullable=True),
    sa.Column('grade_id', sa.Uuid(), nullable=True),
    sa.Column('job_role_id', sa.Uuid(), nullable=True),
    sa.Column('grace_days', sa.Integer(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('since_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=True),
    sa.Column('change_id', sa.Uuid(), nullable=False),
    sa.Column('superseded_at', sa.DateTime(), nullable=True),
    sa.Column('superseded_by_id', sa.Uuid(), nullable=True),
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'change_id'], ['requirement_changes.tenant_id', 'requirement_changes.id'], name='fk_requirements_change_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'course_id'], ['courses.tenant_id', 'courses.id'], name='fk_requirements_course_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'department_id'], ['departments.tenant_id', 'departments.id'], name='fk_requirements_department_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'grade_id'], ['grades.tenant_id', 'grades.id'], name='fk_requirements_grade_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'job_role_id'], ['job_roles.tenant_id', 'job_roles.id'], name='fk_requirements_job_role_id'),
    sa.ForeignKeyConstraint(['tenant_id', 'superseded_by_id'], ['requirement_changes.tenant_id', 'requirement_changes.id'], name='fk_requirements_superseded_by_id'),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenants.id'], name='fk_tenant'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('tenant_id', 'id', name='uq_requirements_tenant_id')
    )
    op.create_index('ix_requirements_change', 'requirements', ['tenant_id', 'change_id'], unique=False)
    op.create_index('ix_requirements_course', 'requirements', ['tenant_id', 'course_id'], unique=False)
    op.create_index('ix_requirements_rule', 'requirements', ['tenant_id', 'rule_id', 'valid_from'], unique=False)
    op.create_index('ix_requirements_superseded_by', 'requirements', ['tenant_id', 'superseded_by_id'], unique=False)

    _note_positions()


def _note_positions():
    """Everybody who works today has always stood where they are, as far as anybody knows."""
    employees = sa.table("employees", *(sa.column(name, kind) for name, kind in (
        ("tenant_id", sa.Uuid()), ("id", sa.Uuid()), ("department_id", sa.Uuid()), ("grade_id", sa.Uuid()),
        ("job_role_id", sa.Uuid()), ("is_active", sa.Boolean()),
        ("deleted_at", sa.DateTime()))))
    positions = sa.table("employee_positions", *(sa.column(name, kind) for name, kind in (
        ("id", sa.Uuid()), ("tenant_id", sa.Uuid()), ("employee_id", sa.Uuid()), ("department_id", sa.Uuid()),
        ("grade_id", sa.Uuid()), ("job_role_id", sa.Uuid()), ("from_on", sa.Date()), ("department_since", sa.Date()),
        ("grade_since", sa.Date()), ("job_role_since", sa.Date()), ("created_at", sa.DateTime()),
        ("updated_at", sa.DateTime()))))
    found = op.get_bind().execute(sa.select(employees).where(employees.c.is_active, employees.c.deleted_at.is_(None)))
    at, rows = datetime.now(UTC).replace(tzinfo=None), []
    for row in found.mappings():
        rows.append({"id": uuid7(), "tenant_id": row["tenant_id"], "employee_id": row["id"],
                     "department_id": row["department_id"], "grade_id": row["grade_id"],
                     "job_role_id": row["job_role_id"], "from_on": EPOCH, "department_since": EPOCH,
                     "grade_since": EPOCH, "job_role_since": EPOCH, "created_at": at, "updated_at": at})
    if rows:
        op.bulk_insert(positions, rows)


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
