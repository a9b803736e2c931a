"""Reports made by a worker, and those that are due."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM
from app.platform import clock, progress
from app.platform.errors import DomainError, NotAllowed
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work
from app.reports import operations, queries, rules
from app.reports.models import RunStatus

FROM = time(6, 0)  # of the tenant's day


def _gave_up(run_id: UUID) -> None:
    with unit_of_work():
        operations.fail_run(run_id)


@job("default", gave_up=_gave_up)
def make(run_id: UUID) -> None:
    """Make one report. The rows are read outside any transaction that writes."""
    run = queries.run(run_id)
    if run.status != RunStatus.WAITING:
        return
    with force_locale(run.language):
        try:
            actor = _asker(run.asked_by_id)
            if actor is None:
                raise NotAllowed(_("Whoever asked for it can no longer sign in."), code="asker_gone")
            made = operations.compose(actor, run, lambda rows, whole=0: _told(run_id, rows, whole))
        except _NotWantedAnyMore:
            return
        except DomainError as refusal:
            with unit_of_work():
                operations.fail_run(run_id, refusal)
            return
        with unit_of_work():
            operations.finish_run(actor, run_id, made)


class _NotWantedAnyMore(Exception):
    pass


def _told(run_id: UUID, rows: int, whole: int) -> None:
    """Say how far it is, and leave off where it was cancelled; the row says so, so nothing more is to be written."""
    progress.report(run_id, rows, whole, "writing")
    if progress.is_stopped(run_id):
        raise _NotWantedAnyMore


@job("default")
def send_due() -> None:
    """Every day: have the reports made that are due, each once."""
    day, due = clock.today(), []
    with unit_of_work():
        for schedule in queries.schedules_not_made(day):
            if rules.is_due(schedule.every, day):
                with force_locale(schedule.language):
                    run = operations.begin_scheduled(_asker(schedule.owner_id), schedule, day)
                due += [run.id] if run is not None else []
    for run_id in due:
        make(run_id)


def sweep() -> None:
    """Have made what a killed worker or a lost queue left behind."""
    for run in queries.waiting_runs():
        make.enqueue_if_idle(run.id)


def _asker(user_id: int | None) -> Any | None:
    """With whose eyes a report is read: those of a login that may still sign in, or TrainFlow's for a command's."""
    if user_id is None:
        return SYSTEM
    login = accounts.login(user_id)
    return login if login is not None and login.active else None
