"""Reads of runs and schedules. Everybody sees their own only: what a run says was read with its owner's eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.platform.db import db
from app.platform.errors import NotFound
from app.reports import policies
from app.reports.models import ReportRun, ReportSchedule, RunStatus

SHOWN = 20


def run(run_id: UUID, lock: bool = False) -> ReportRun:
    """The run with this id. NotFound."""
    statement = sa.select(ReportRun).where(ReportRun.id == run_id)
    found = db.session.scalar(statement.with_for_update() if lock else statement,
                              execution_options={"populate_existing": lock})
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


def own_run(actor: Any, run_id: str) -> ReportRun:
    """The actor's run with this id as text. NotFound, also for somebody else's and for what `may_open` denies."""
    try:
        found = run(UUID(run_id))
    except ValueError:
        found = None
    if found is None or not policies.may_open(actor, found):
        raise NotFound(_("There is no such report."))
    return found


def own_runs(actor: Any, page: int = 1) -> tuple[list[ReportRun], int]:
    """Page `page` (from 1) of the actor's runs that they may still open, newest first, and how many there are."""
    found = _own_runs(actor)
    many = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    return list(db.session.scalars(found.offset((page - 1) * SHOWN).limit(SHOWN))), many


def own_run_ids(actor: Any) -> list[UUID]:
    """The ids of all of them, newest first."""
    return list(db.session.scalars(_own_runs(actor).with_only_columns(ReportRun.id)))


def runs_called(ids: Sequence[UUID]) -> list[ReportRun]:
    """The runs with these ids, in their order."""
    found = {run.id: run for run in db.session.scalars(sa.select(ReportRun).where(ReportRun.id.in_(ids)))}
    return [found[run_id] for run_id in ids if run_id in found]


def _own_runs(actor: Any) -> Any:
    mine = ReportRun.asked_by_id == actor.id
    kinds = db.session.execute(sa.select(ReportRun.name, ReportRun.asked_as).where(mine).distinct()).all()
    open_kinds = [sa.and_(ReportRun.name == name, ReportRun.asked_as.is_not_distinct_from(asked_as))
                  for name, asked_as in kinds if policies.may_open_kind(actor, name, asked_as)]
    return sa.select(ReportRun).where(mine, sa.or_(sa.false(), *open_kinds)).order_by(
        ReportRun.created_at.desc(), ReportRun.id.desc())


def waiting_run(actor: Any, name: str, given: Mapping[str, Any]) -> ReportRun | None:
    """The actor's latest run of this report that is yet to be made, if it is narrowed by the same."""
    found = db.session.scalar(sa.select(ReportRun).where(
        ReportRun.asked_by_id == actor.id, ReportRun.status == RunStatus.WAITING, ReportRun.name == name
    ).order_by(ReportRun.id.desc()).limit(1))
    narrowed = {key: value for key, value in found.values.items() if value is not None} if found else None
    return found if narrowed == dict(given) else None


def waiting_runs() -> list[ReportRun]:
    """Runs that a worker has to make, oldest first."""
    return list(db.session.scalars(sa.select(ReportRun).where(ReportRun.status == RunStatus.WAITING)
                                   .order_by(ReportRun.created_at).limit(50)))


def own_schedules(actor: Any) -> list[ReportSchedule]:
    """The actor's schedules."""
    return list(db.session.scalars(sa.select(ReportSchedule).where(ReportSchedule.owner_id == actor.id)
                                   .order_by(ReportSchedule.id)))


def own_schedule(actor: Any, schedule_id: str) -> ReportSchedule:
    """The actor's schedule with this id as text. NotFound."""
    found = next((one for one in own_schedules(actor) if str(one.id) == schedule_id), None)
    if found is None:
        raise NotFound(_("There is no such entry."))
    return found


def schedules() -> list[ReportSchedule]:
    """Everybody's schedules: for what is reckoned without being shown."""
    return list(db.session.scalars(sa.select(ReportSchedule)))


def schedules_not_made(day: date) -> list[ReportSchedule]:
    """Schedules that nothing was made of on `day`."""
    return list(db.session.scalars(sa.select(ReportSchedule).where(
        sa.or_(ReportSchedule.last_on.is_(None), ReportSchedule.last_on < day))))
