"""What ran is kept, for its own tenant, whatever became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from redis import Redis

from app.jobs import operations, queries
from app.jobs.jobs import forget_runs
from app.jobs.models import LOST, RUNNING, JobRun
from app.platform import clock, jobs
from app.platform.db import db
from app.platform.errors import Conflict, NotFound
from app.platform.jobs import Origin, job
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

seen: list[Any] = []


@job("default")
def work(value: Any) -> None:
    """Do what the value says."""
    seen.append(value)
    if value == "refuse":
        raise Conflict("no", code="moved_on")
    if value == "break" and seen.count("break") <= 3:
        raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _forget() -> None:
    seen.clear()


def kept() -> list[JobRun]:
    return list(db.session.scalars(sa.select(JobRun).order_by(JobRun.id)))


@pytest.mark.parametrize(("value", "outcome", "code"), [("x", "done", None), ("refuse", "refused", "moved_on")])
def test_a_run_is_kept_with_its_outcome(inside, run_pending_jobs, value, outcome, code):
    work.enqueue(value)
    run_pending_jobs()
    [run] = kept()
    assert (run.job, run.outcome, run.code, run.source) == (work.name, outcome, code, "command")
    assert run.ended_at is not None
    assert run.duration_ms is not None


def test_it_outlives_redis_and_is_the_tenants_own(inside, globex, redis_url, run_pending_jobs):
    work.enqueue("x")
    run_pending_jobs()
    Redis.from_url(redis_url).flushdb()
    assert queries.last_runs()[work.name].outcome == "done"
    with tenant_scope(globex.id):
        assert queries.last_runs() == {}


def test_a_bug_is_kept_as_its_kind_and_nothing_that_it_says(inside, run_pending_jobs):
    work.enqueue("break")
    run_pending_jobs()
    assert [(run.outcome, run.code) for run in kept()] == [("failed", "ZeroDivisionError")] * 3
    assert len(queries.open_failures()) == 1


def test_a_failure_that_is_tried_again_and_done_is_no_failure_any_more(inside, run_pending_jobs):
    work.enqueue("break")
    run_pending_jobs()
    [failure] = queries.open_failures()
    with unit_of_work():
        operations.run_again(inside.actor("admin"), failure.id)
    run_pending_jobs()
    assert seen == ["break"] * 4
    assert queries.open_failures() == []
    assert queries.last_runs()[work.name].outcome == "done"


def test_what_went_well_is_not_tried_again(inside, run_pending_jobs):
    work.enqueue("x")
    run_pending_jobs()
    with pytest.raises(Conflict) as refusal, unit_of_work():
        operations.run_again(inside.actor("admin"), kept()[0].id)
    assert refusal.value.code == "not_failed"


def test_a_run_whose_worker_was_killed_is_lost_once_it_runs_again(inside, run_pending_jobs):
    with unit_of_work():
        db.session.add(JobRun(job=work.name, slot=work.slot(inside.id, ("x",)), arguments=["x"], source="screen",
                              began_at=clock.now(), outcome=RUNNING))
    work.enqueue("x")
    run_pending_jobs()
    assert [run.outcome for run in kept()] == [LOST, "done"]
    assert queries.open_failures() == []


def test_a_record_that_can_not_be_kept_stops_no_job(context, run_pending_jobs):
    from uuid import uuid4

    nobody = uuid4()
    assert jobs.perform(work.name, Origin(nobody), ("x",)) == {"outcome": "refused", "code": "tenant_inactive"}


def test_only_scheduled_jobs_of_ones_own_are_started_by_hand(inside):
    for name in (work.name, "platform.schedule.sweep", "nobody.knows"):
        with pytest.raises(NotFound), unit_of_work():
            operations.run_now(inside.actor("admin"), name)


def test_runs_are_forgotten_after_sixty_days(inside, run_pending_jobs):
    work.enqueue("x")
    run_pending_jobs()
    for days, left in ((59, 1), (61, 0)):
        with time_machine.travel(clock.now() + dt.timedelta(days=days), tick=False):
            forget_runs()
        assert len(kept()) == left
