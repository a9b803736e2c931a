"""Renewals, who stands in for whom, and the working calendar

Revision ID: 202611211420
Revises: 202611211410
"""

import sqlalchemy as sa
from alembic import op


revision = "202611211420"
down_revision = "202611211410"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "holidays",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_holidays_starts", "holidays", ["tenant_id", "starts_on"], unique=False)
    op.create_table(
        "workflow_decisions",
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("undone_at", sa.DateTime(), nullable=True),
        sa.Column("standing", sa.JSON(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"],
            ["ab_user.tenant_id", "ab_user.id"],
            name="fk_workflow_decisions_actor_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "id", name="uq_workflow_decisions_tenant_id"),
    )
    op.create_index(
        "ix_workflow_decisions_actor",
        "workflow_decisions",
        ["tenant_id", "actor_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_workflow_decisions_finished", "workflow_decisions", ["tenant_id", "finished_at"], unique=False
    )
    op.create_table(
        "approval_chains",
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("step_1", sa.String(length=20), nullable=True),
        sa.Column("step_2", sa.String(length=20), nullable=True),
        sa.Column("step_3", sa.String(length=20), nullable=True),
        sa.Column("step_4", sa.String(length=20), nullable=True),
        sa.Column("person_1_id", sa.Uuid(), nullable=True),
        sa.Column("person_2_id", sa.Uuid(), nullable=True),
        sa.Column("person_3_id", sa.Uuid(), nullable=True),
        sa.Column("person_4_id", sa.Uuid(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_1_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_approval_chains_person_1_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_2_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_approval_chains_person_2_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_3_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_approval_chains_person_3_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_4_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_approval_chains_person_4_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "uq_approval_chains_category",
        "approval_chains",
        ["tenant_id", "category"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "delegations",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "delegate_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_delegations_delegate_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_delegations_employee_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_delegations_delegate", "delegations", ["tenant_id", "delegate_id", "ends_on"], unique=False
    )
    op.create_index(
        "ix_delegations_employee", "delegations", ["tenant_id", "employee_id", "ends_on"], unique=False
    )
    op.create_index("ix_delegations_ends", "delegations", ["tenant_id", "ends_on"], unique=False)
    op.create_table(
        "renewal_requests",
        sa.Column("employee_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("enrollment_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("question", sa.String(length=1000), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("new_enrollment_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_id"],
            ["ab_user.tenant_id", "ab_user.id"],
            name="fk_renewal_requests_asked_by_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["courses.tenant_id", "courses.id"],
            name="fk_renewal_requests_course_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "employee_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_renewal_requests_employee_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "enrollment_id"],
            ["enrollments.tenant_id", "enrollments.id"],
            name="fk_renewal_requests_enrollment_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "new_enrollment_id"],
            ["enrollments.tenant_id", "enrollments.id"],
            name="fk_renewal_requests_new_enrollment_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "id", name="uq_renewal_requests_tenant_id"),
    )
    op.create_index(
        "ix_renewal_requests_employee",
        "renewal_requests",
        ["tenant_id", "employee_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_renewal_requests_history",
        "renewal_requests",
        ["tenant_id", "enrollment_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_renewal_requests_new", "renewal_requests", ["tenant_id", "new_enrollment_id"], unique=False
    )
    op.create_index(
        "ix_renewal_requests_status",
        "renewal_requests",
        ["tenant_id", "status", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_renewal_requests_enrollment_id",
        "renewal_requests",
        ["tenant_id", "enrollment_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('pending', 'returned')"),
        postgresql_where=sa.text("status IN ('pending', 'returned')"),
    )
    op.create_table(
        "renewal_evidence",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["renewal_requests.tenant_id", "renewal_requests.id"],
            name="fk_renewal_evidence_request_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "uploaded_by_id"],
            ["ab_user.tenant_id", "ab_user.id"],
            name="fk_renewal_evidence_uploaded_by_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_renewal_evidence_request", "renewal_evidence", ["tenant_id", "request_id"], unique=False
    )
    op.create_table(
        "workflow_steps",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("chosen_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=40), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("pool", sa.String(length=20), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("least_level", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("waiting_since", sa.DateTime(), nullable=True),
        sa.Column("remind_at", sa.DateTime(), nullable=True),
        sa.Column("escalate_at", sa.DateTime(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_for_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "assignee_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_workflow_steps_assignee_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "chosen_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_workflow_steps_chosen_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by_id"],
            ["ab_user.tenant_id", "ab_user.id"],
            name="fk_workflow_steps_decided_by_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_for_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_workflow_steps_decided_for_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decision_id"],
            ["workflow_decisions.tenant_id", "workflow_decisions.id"],
            name="fk_workflow_steps_decision_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_workflow_steps_person_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["renewal_requests.tenant_id", "renewal_requests.id"],
            name="fk_workflow_steps_request_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "id", name="uq_workflow_steps_tenant_id"),
        sa.UniqueConstraint("tenant_id", "request_id", "position", name="uq_workflow_steps_position"),
    )
    op.create_index(
        "ix_workflow_steps_assignee", "workflow_steps", ["tenant_id", "status", "assignee_id"], unique=False
    )
    op.create_index(
        "ix_workflow_steps_decision", "workflow_steps", ["tenant_id", "decision_id"], unique=False
    )
    op.create_index(
        "ix_workflow_steps_escalate", "workflow_steps", ["tenant_id", "status", "escalate_at"], unique=False
    )
    op.create_index("ix_workflow_steps_pool", "workflow_steps", ["tenant_id", "status", "pool"], unique=False)
    op.create_index(
        "ix_workflow_steps_remind", "workflow_steps", ["tenant_id", "status", "remind_at"], unique=False
    )
    op.create_table(
        "workflow_logs",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("for_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("pool", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "actor_id"], ["ab_user.tenant_id", "ab_user.id"], name="fk_workflow_logs_actor_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "for_id"], ["employees.tenant_id", "employees.id"], name="fk_workflow_logs_for_id"
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["employees.tenant_id", "employees.id"],
            name="fk_workflow_logs_person_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["renewal_requests.tenant_id", "renewal_requests.id"],
            name="fk_workflow_logs_request_id",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "step_id"],
            ["workflow_steps.tenant_id", "workflow_steps.id"],
            name="fk_workflow_logs_step_id",
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tenant"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_workflow_logs_request",
        "workflow_logs",
        ["tenant_id", "request_id", "created_at", "id"],
        unique=False,
    )
    op.add_column(
        "tenants",
        sa.Column(
            "working_days", sa.JSON(), server_default='["sun", "mon", "tue", "wed", "thu"]', nullable=False
        ),
    )
    op.add_column(
        "tenants", sa.Column("work_starts", sa.String(length=5), server_default="08:00", nullable=False)
    )
    op.add_column(
        "tenants", sa.Column("work_ends", sa.String(length=5), server_default="16:00", nullable=False)
    )
    op.add_column(
        "tenants", sa.Column("approval_reminder_hours", sa.Integer(), server_default="8", nullable=False)
    )
    op.add_column(
        "tenants", sa.Column("approval_sla_hours", sa.Integer(), server_default="16", nullable=False)
    )


def downgrade():
    raise RuntimeError("migrations only add; restore a backup instead")
