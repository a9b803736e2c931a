"""What was run, and what is run by itself."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.platform.db import Instant, SoftDeletes, TenantModel, tenant_reference


class RunStatus(StrEnum):
    """Where a run is."""

    WAITING = "waiting"  # a worker makes it
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"  # whoever asked does not want it any more


class ReportRun(TenantModel):
    """One report, made once: what it said is kept in the file `file_key` and never changes.

    `values` are the filters as `filters.plain` gives them; `totals` what the rows add up to. `asked_as` are the roles
    with whose eyes it was read, with commas between them; None in runs that are older than the column.
    """

    __tablename__ = "report_runs"
    __table_args__ = (
        tenant_reference("report_runs", "asked_by_id", "ab_user"),
        sa.Index("ix_report_runs_asked", "tenant_id", "asked_by_id", "created_at"),
        sa.Index("ix_report_runs_status", "tenant_id", "status"),
    )

    name: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    language: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    status: Mapped[str] = mapped_column(sa.String(12), nullable=False, default=RunStatus.WAITING)
    row_count: Mapped[int | None] = mapped_column(sa.Integer)
    totals: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    file_key: Mapped[str | None] = mapped_column(sa.String(64))
    problem: Mapped[str | None] = mapped_column(sa.String(400))
    asked_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    asked_as: Mapped[str | None] = mapped_column(sa.String(200))
    is_scheduled: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)

    asked_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(ReportRun.asked_by_id) == User.id", viewonly=True)


class ReportSchedule(SoftDeletes, TenantModel):
    """A report that is made for its owner again and again: `every` day, week (on Sundays) or month (on its first).

    `stopped_on` is the day on which it could first not be made, until it can again.
    """

    __tablename__ = "report_schedules"
    __table_args__ = (
        tenant_reference("report_schedules", "owner_id", "ab_user"),
        sa.Index("ix_report_schedules_owner", "tenant_id", "owner_id"),
    )

    name: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    language: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    values: Mapped[dict[str, Any]] = mapped_column(sa.JSON, nullable=False, default=dict)
    every: Mapped[str] = mapped_column(sa.String(8), nullable=False)
    owner_id: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    last_on: Mapped[date | None] = mapped_column(sa.Date)
    stopped_on: Mapped[date | None] = mapped_column(sa.Date)
