"""What ran for a tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.platform.db import Instant, TenantModel

RUNNING, DONE, REFUSED, FAILED, LOST = "running", "done", "refused", "failed", "lost"
OUTCOMES = (RUNNING, DONE, REFUSED, FAILED, LOST)


class JobRun(TenantModel):
    """One attempt at one job. `slot` is the same for the same job with the same arguments.

    `outcome` is one of OUTCOMES; lost means that its worker was killed. `code` is why it was refused, or
    the kind of error. Values of an error are people's data and stay out; `trace_id` finds them in the log.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        sa.Index("ix_job_runs_job", "tenant_id", "job", "began_at"),
        sa.Index("ix_job_runs_slot", "tenant_id", "slot", "began_at"),
        sa.Index("ix_job_runs_began", "tenant_id", "began_at"),
    )

    job: Mapped[str] = mapped_column(sa.String(80), nullable=False)
    slot: Mapped[str] = mapped_column(sa.String(120), nullable=False)
    arguments: Mapped[list[Any]] = mapped_column(sa.JSON, nullable=False)
    source: Mapped[str] = mapped_column(sa.String(20), nullable=False)
    trace_id: Mapped[str | None] = mapped_column(sa.String(32))
    began_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    duration_ms: Mapped[int | None] = mapped_column(sa.Integer)
    outcome: Mapped[str] = mapped_column(sa.String(12), nullable=False, default=RUNNING)
    code: Mapped[str | None] = mapped_column(sa.String(80))

    def __str__(self) -> str:
        return self.job
