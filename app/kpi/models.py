"""The numbers as they were known, day by day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import TenantModel

LEVELS = ("tenant", "department", "team", "employee")


class KpiSnapshot(TenantModel):
    """What was known on `taken_on` about the tenant, a department, a team or an employee. Never rewritten.

    `scope_id` is the tenant, the department, the foreman or the employee (no foreign key: what was counted stays
    counted when an import is undone). `counts` are the counters of every source; a metric is worked out from
    them. Departments and teams are without those below them. An employee has a row only on days on which
    something differs from the row before, with the department and foreman of then; one who left has empty counts.
    """

    __tablename__ = "kpi_snapshots"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "level", "scope_id", "taken_on", name="uq_kpi_snapshots"),
        sa.Index("ix_kpi_snapshots_day", "tenant_id", "taken_on", "level"),
    )

    taken_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    level: Mapped[str] = mapped_column(sa.String(12), nullable=False)
    scope_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    foreman_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, nullable=False)
