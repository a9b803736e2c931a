"""Reads of what ran."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.jobs.models import FAILED, LOST, RUNNING, JobRun
from app.platform.db import db

SHOWN = 50


def run(run_id: UUID) -> JobRun | None:
    """The run with this id."""
    return db.session.scalar(sa.select(JobRun).where(JobRun.id == run_id))


def last_runs() -> dict[str, JobRun]:
    """Job name to its last run in the current tenant."""
    last = sa.select(JobRun.job, sa.func.max(JobRun.began_at).label("at")).group_by(JobRun.job).subquery()
    rows = db.session.scalars(sa.select(JobRun).join(
        last, sa.and_(JobRun.job == last.c.job, JobRun.began_at == last.c.at)).order_by(JobRun.id))
    return {row.job: row for row in rows}


def runs_of(job: str) -> list[JobRun]:
    """The last `SHOWN` runs of a job, the latest first."""
    return list(db.session.scalars(sa.select(JobRun).where(JobRun.job == job)
                                   .order_by(JobRun.began_at.desc(), JobRun.id.desc()).limit(SHOWN)))


def open_failures() -> list[JobRun]:
    """What failed or was lost and has not been tried since, the latest first, up to `SHOWN`."""
    later = aliased(JobRun)
    tried_since = sa.exists().where(later.slot == JobRun.slot, later.began_at >= JobRun.began_at,
                                    later.id > JobRun.id)
    return list(db.session.scalars(
        sa.select(JobRun).where(JobRun.outcome.in_((FAILED, LOST)), ~tried_since)
        .order_by(JobRun.began_at.desc(), JobRun.id.desc()).limit(SHOWN)))


def left_running(slot: str) -> list[JobRun]:
    """The runs of a slot that began and never said how they ended."""
    return list(db.session.scalars(sa.select(JobRun).where(JobRun.slot == slot, JobRun.outcome == RUNNING)))


def forget_before(instant: datetime) -> int:
    """Delete what ran before `instant`; returns how many runs that were."""
    result = db.session.execute(sa.delete(JobRun).where(JobRun.began_at < instant)
                                .execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
