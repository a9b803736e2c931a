"""Reports made by a worker, and those that are due."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import force_locale

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM
from app.platform import clock, progress
from app.platform.errors import DomainError
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work
from app.reports import operations, queries, rules
from app.reports.models import RunStatus


def _gave_up(run_id: UUID) -> None:
    with unit_of_work():
        operations.fail_run(run_id)


@job("default", gave_up=_gave_up)
def make(run_id: UUID) -> None:
    """Make one report. The rows are read outside any transaction that writes."""
    run = queries.run(run_id)
    if run.status != RunStatus.WAITING:
        return
    actor = _actor(run.asked_by_id)
    with force_locale(run.language):
        try:
            made = operations.compose(actor, run, lambda rows, whole=0: progress.report(run_id, rows, whole, "writing"))
        except DomainError as refusal:
            with unit_of_work():
                operations.fail_run(run_id, refusal)
            return
        with unit_of_work():
            operations.finish_run(actor, run_id, made)


@job("default")
def send_due() -> None:
    """Every day: have the reports made that are due, each once."""
    day, due = clock.today(), []
    with unit_of_work():
        for schedule in queries.schedules_not_made(day):
            if rules.is_due(schedule.every, day):
                with force_locale(schedule.language):
                    run = operations.begin_scheduled(_actor(schedule.owner_id), schedule, day)
                due += [run.id] if run is not None else []
    for run_id in due:
        make(run_id)


def sweep() -> None:
    """Have made what a killed worker or a lost queue left behind."""
    for run in queries.waiting_runs():
        make.enqueue_if_idle(run.id)


def _actor(user_id: int | None) -> Any:
    return (accounts.login(user_id) if user_id is not None else None) or SYSTEM
