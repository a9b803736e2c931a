"""Have a job run, and keep what ran."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.jobs import policies, queries, rules
from app.jobs.events import JobRepeated, JobRequested
from app.jobs.models import FAILED, LOST, JobRun
from app.platform import schedule
from app.platform.errors import Conflict, NotFound
from app.platform.jobs import Job, declared
from app.platform.unit_of_work import record


def run_now(actor: Any, name: str) -> Job:
    """Enqueue a scheduled job of the current scope. NotFound: there is no such job here, or it needs arguments."""
    policies.require_runner(actor)
    job = declared().get(name)
    if job is None or not policies.is_of_scope(job) or not schedule.lines_of(job):
        raise NotFound(_("There is no such job."))
    job.enqueue()
    record(JobRequested(actor_id=actor.id, job=name))
    return job


def run_again(actor: Any, run_id: UUID) -> JobRun:
    """Enqueue again what a failed run of this tenant was about.

    NotFound; Conflict `not_failed` when it did not fail, `not_repeatable` when its job is gone or its
    arguments could not be kept.
    """
    policies.require_runner(actor)
    run = queries.run(run_id)
    if run is None:
        raise NotFound(_("There is no such entry."))
    if run.outcome not in (FAILED, LOST):
        raise Conflict(_("This run did not fail."), code="not_failed")
    job = declared().get(run.job)
    if job is None or not isinstance(run.arguments, list):
        raise Conflict(_("This run can not be repeated."), code="not_repeatable")
    job.enqueue(*rules.from_json(run.arguments))
    record(JobRepeated(actor_id=actor.id, subject_id=run.id, job=run.job))
    return run
