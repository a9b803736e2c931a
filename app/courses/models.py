"""The catalogue: courses with their validity policy, and what has to be known before."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.courses.rules import ValidityPolicy
from app.organisation.models import Department
from app.platform.db import SoftDeletes, TenantModel, tenant_key, tenant_reference, unique_while_live
from app.platform.wording import localised

POLICY_COLUMNS = {
    "kind": "validity_kind", "months": "validity_months", "days": "validity_days",
    "fixed_month": "fixed_month", "fixed_day": "fixed_day", "window_before_days": "window_before_days",
    "window_after_days": "window_after_days", "grace_days": "grace_days",
}
"""The fields of a `ValidityPolicy` and the columns of a course that hold them."""


class Course(SoftDeletes, TenantModel):
    """Something that people are trained in, and how long that lasts."""

    SEARCHED = ("code", "name", "name_ar", "provider")

    __tablename__ = "courses"
    __table_args__ = (
        tenant_key("courses"),
        unique_while_live("courses", "code"),
        tenant_reference("courses", "department_id", "departments"),
        sa.Index("ix_courses_name", "tenant_id", "name", "id"),
        sa.Index("ix_courses_department", "tenant_id", "department_id"),
    )

    code: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    name: Mapped[str] = mapped_column(sa.String(160), nullable=False)
    name_ar: Mapped[str | None] = mapped_column(sa.String(160))
    description: Mapped[str | None] = mapped_column(sa.Text)
    category: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="technical")
    delivery: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="classroom")
    validity_kind: Mapped[str] = mapped_column(sa.String(12), nullable=False, default="never")
    validity_months: Mapped[int | None] = mapped_column(sa.Integer)
    validity_days: Mapped[int | None] = mapped_column(sa.Integer)
    fixed_month: Mapped[int | None] = mapped_column(sa.Integer)
    fixed_day: Mapped[int | None] = mapped_column(sa.Integer)
    window_before_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    window_after_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    grace_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    is_mandatory: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    scope: Mapped[str] = mapped_column(sa.String(12), nullable=False, default="tenant")
    is_active: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)
    provider: Mapped[str | None] = mapped_column(sa.String(160))
    duration_hours: Mapped[Decimal | None] = mapped_column(sa.Numeric(7, 2))
    cost: Mapped[Decimal | None] = mapped_column(sa.Numeric(12, 2))
    search_key: Mapped[str] = mapped_column(sa.String(800), nullable=False, default="")

    department: Mapped[Department | None] = relationship(
        primaryjoin="foreign(Course.department_id) == Department.id", viewonly=True)

    @property
    def policy(self) -> ValidityPolicy:
        """How long a completion counts."""
        return ValidityPolicy(**{field: getattr(self, column) for field, column in POLICY_COLUMNS.items()})

    def __str__(self) -> str:
        return localised(self)


class Prerequisite(TenantModel):
    """A course that has to be completed before another one."""

    __tablename__ = "course_prerequisites"
    __table_args__ = (
        tenant_reference("course_prerequisites", "course_id", "courses"),
        tenant_reference("course_prerequisites", "required_id", "courses"),
        sa.UniqueConstraint("tenant_id", "course_id", "required_id", name="uq_course_prerequisites_pair"),
        sa.Index("ix_course_prerequisites_required", "tenant_id", "required_id"),
    )

    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    required_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
