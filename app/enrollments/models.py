"""Enrollments and their evidence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.courses.models import Course
from app.enrollments import states
from app.organisation.models import Employee
from app.platform.db import SoftDeletes, TenantModel, tenant_key, tenant_reference
from app.platform.errors import Conflict


def _unique_live(name: str, *columns: str, where: str) -> sa.Index:
    condition = sa.text(f"deleted_at IS NULL AND {where}")
    return sa.Index(name, "tenant_id", *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


class Enrollment(SoftDeletes, TenantModel):
    """One person's one go at one course. History is append-only: a renewal is another row.

    `status` is active, completed, failed, expired (completed, and over: a cache) or withdrawn. `completed_on`
    is the day of the result, passed or failed. `granted_expires_on` is an expiry that the certificate states;
    `expires_on` and `expired_from` (the first day after grace) follow from it, the course's policy and the
    person's history, and are written by `planning` only. `source_detail` says where in the source: `batch`,
    `row`. `reason` is why it was withdrawn or revoked.
    """

    DERIVED = ("status", "expires_on", "expired_from", "renews_id")
    """What follows from the rest: other rows and the calendar move it, and nobody changed the row then."""

    __tablename__ = "enrollments"
    __table_args__ = (
        tenant_key("enrollments"),
        tenant_reference("enrollments", "employee_id", "employees"),
        tenant_reference("enrollments", "course_id", "courses"),
        tenant_reference("enrollments", "renews_id", "enrollments"),
        _unique_live("uq_enrollments_active", "employee_id", "course_id", where="status = 'active'"),
        _unique_live("uq_enrollments_completion", "employee_id", "course_id", "completed_on",
                     where="status IN ('completed', 'expired')"),
        sa.Index("ix_enrollments_expires", "tenant_id", "expires_on", "id"),
        sa.Index("ix_enrollments_completed", "tenant_id", "completed_on", "id"),
        sa.Index("ix_enrollments_person", "tenant_id", "employee_id", "course_id", "completed_on"),
        sa.Index("ix_enrollments_course", "tenant_id", "course_id", "expires_on"),
        sa.Index("ix_enrollments_status", "tenant_id", "status", "expires_on", "id"),
        sa.Index("ix_enrollments_revoked", "tenant_id", "revoked_on", sqlite_where=sa.text("revoked_on IS NOT NULL"),
                 postgresql_where=sa.text("revoked_on IS NOT NULL")),
        sa.Index("ix_enrollments_renews", "tenant_id", "renews_id"),
    )

    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    status: Mapped[str] = mapped_column(sa.String(12), nullable=False, default="active")
    started_on: Mapped[date | None] = mapped_column(sa.Date)
    completed_on: Mapped[date | None] = mapped_column(sa.Date)
    expires_on: Mapped[date | None] = mapped_column(sa.Date)
    expired_from: Mapped[date | None] = mapped_column(sa.Date)
    granted_expires_on: Mapped[date | None] = mapped_column(sa.Date)
    withdrawn_on: Mapped[date | None] = mapped_column(sa.Date)
    revoked_on: Mapped[date | None] = mapped_column(sa.Date)
    reason: Mapped[str | None] = mapped_column(sa.String(400))
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))
    certificate_number: Mapped[str | None] = mapped_column(sa.String(80))
    source: Mapped[str] = mapped_column(sa.String(20), nullable=False, default="screen")
    source_detail: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    renews_id: Mapped[UUID | None] = mapped_column(sa.Uuid)

    employee: Mapped[Employee] = relationship(
        primaryjoin="foreign(Enrollment.employee_id) == Employee.id", viewonly=True)
    course: Mapped[Course] = relationship(
        primaryjoin="foreign(Enrollment.course_id) == Course.id", viewonly=True)

    @property
    def is_completion(self) -> bool:
        """Whether it was passed, so that a period of validity came from it."""
        return self.status in states.COMPLETED

    def require_active(self) -> None:
        """Conflict `not_active` when it is over already."""
        if self.status != "active":
            raise Conflict(_("This enrollment is over already."), code="not_active")

    def require_completion(self) -> None:
        """Conflict `not_completed` when no certificate came from it."""
        if not self.is_completion:
            raise Conflict(_("This enrollment was not completed."), code="not_completed")

    def __str__(self) -> str:
        return f"{self.employee} – {self.course}"


Enrollment.state = column_property(states.state_case(Enrollment))  # type: ignore[attr-defined]


class Evidence(TenantModel):
    """A file that shows that somebody completed a course: the certificate, scanned."""

    __tablename__ = "enrollment_evidence"
    __table_args__ = (
        tenant_reference("enrollment_evidence", "enrollment_id", "enrollments"),
        tenant_reference("enrollment_evidence", "uploaded_by_id", "ab_user"),
        sa.Index("ix_enrollment_evidence_enrollment", "tenant_id", "enrollment_id"),
    )

    enrollment_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    file_key: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    file_name: Mapped[str] = mapped_column(sa.String(255), nullable=False)
    media_type: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    size: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.Integer)


class CertificateCode(TenantModel):
    """The code by which anybody can check a certificate; made when the certificate is first drawn."""

    __tablename__ = "certificate_codes"
    __table_args__ = (
        tenant_reference("certificate_codes", "enrollment_id", "enrollments"),
        sa.UniqueConstraint("tenant_id", "enrollment_id", name="uq_certificate_codes_enrollment"),
        sa.Index("ix_certificate_codes_code", "code"),  # whoever checks one does not know the tenant
    )

    enrollment_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    code: Mapped[str] = mapped_column(sa.String(32), nullable=False)
