"""What was told about which expiry."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.courses.models import Course
from app.organisation.models import Employee
from app.platform.db import TenantModel, tenant_key, tenant_reference

PERSON, FOREMAN, MANAGER, OFFICERS = "person", "foreman", "manager", "officers"
LEVELS = (PERSON, FOREMAN, MANAGER, OFFICERS)


class AlertRound(TenantModel):
    """One look at every expiry of a tenant, on one of its days, and how many were told because of it."""

    __tablename__ = "alert_rounds"
    __table_args__ = (tenant_key("alert_rounds"), sa.Index("ix_alert_rounds_day", "tenant_id", "day"))

    day: Mapped[date] = mapped_column(sa.Date, nullable=False)
    warnings: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    escalations: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)


class ExpiryAlert(TenantModel):
    """Somebody was told that a certificate runs out.

    `threshold` is the days before the expiry that the warning is for, 0 for an escalation. `told_id` is the
    employee who was told: the person, the foreman or the manager, as `level` says; of those whom nobody leads the
    training officers were told, and it is the person again. `expires_on` is the expiry
    as it was then: a corrected one is warned of anew. `message_id` is the alert that stands for the message,
    where one message told of several; None: it has its own.

    The unique key is what makes every warning happen once.
    """

    KEPT_WITH = "enrollment_id"

    __tablename__ = "expiry_alerts"
    __table_args__ = (
        tenant_key("expiry_alerts"),
        tenant_reference("expiry_alerts", "round_id", "alert_rounds"),
        tenant_reference("expiry_alerts", "enrollment_id", "enrollments"),
        tenant_reference("expiry_alerts", "employee_id", "employees"),
        tenant_reference("expiry_alerts", "course_id", "courses"),
        tenant_reference("expiry_alerts", "told_id", "employees"),
        sa.UniqueConstraint("tenant_id", "enrollment_id", "expires_on", "level", "threshold",
                            name="uq_expiry_alerts_once"),
        sa.Index("ix_expiry_alerts_round", "tenant_id", "round_id", "level", "told_id"),
        sa.Index("ix_expiry_alerts_level", "tenant_id", "level", "expires_on"),
        sa.Index("ix_expiry_alerts_employee", "tenant_id", "employee_id"),
        sa.Index("ix_expiry_alerts_told_id", "tenant_id", "told_id"),
        sa.Index("ix_expiry_alerts_told_on", "tenant_id", "told_on", "id"),
    )

    round_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    enrollment_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    expires_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    level: Mapped[str] = mapped_column(sa.String(10), nullable=False)
    threshold: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    told_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    told_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    message_id: Mapped[UUID | None] = mapped_column(sa.Uuid)

    employee: Mapped[Employee] = relationship(
        primaryjoin="foreign(ExpiryAlert.employee_id) == Employee.id", viewonly=True)
    told: Mapped[Employee] = relationship(
        primaryjoin="foreign(ExpiryAlert.told_id) == Employee.id", viewonly=True)
    course: Mapped[Course] = relationship(primaryjoin="foreign(ExpiryAlert.course_id) == Course.id", viewonly=True)

    @property
    def told_to(self) -> Any:
        """Who was told, to show."""
        return _("Training officers") if self.level == OFFICERS else self.told

    def __str__(self) -> str:
        return f"{self.employee} – {self.course}"
