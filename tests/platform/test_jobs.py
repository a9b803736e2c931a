"""Jobs on a real Redis: what travels along, what is enqueued when, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import g
from flask_babel import get_locale
from redis import Redis
from rq import Queue
from rq.registry import FailedJobRegistry

from app.accounts.models import SYSTEM
from app.platform import clock, jobs, progress, redis, schedule
from app.platform.errors import Conflict
from app.platform.jobs import job
from app.platform.schedule import LineScheduler, Scheduled
from app.platform.scope import current_tenant_id, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy

ran: list[Any] = []


@job("default")
def note(value: Any) -> None:
    """Remember the value and what surrounded the run."""
    ran.append((value, current_tenant_id(), g.source, g.trace_id, str(get_locale()), str(clock.today())))


@job("imports")
def refuse() -> None:
    """A job that the state of the data forbids."""
    ran.append("refuse")
    raise Conflict("no", code="moved_on")


def tell(*args: object) -> None:
    """What those who wait are told."""
    ran.append("gave up")


@job("imports", gave_up=tell)
def break_down() -> None:
    """A job with a bug."""
    ran.append("break_down")
    raise ZeroDivisionError


@job("default", per_tenant=False)
def for_the_platform() -> None:
    """A job of no tenant."""
    ran.append(("platform", current_tenant_id()))


@pytest.fixture(autouse=True)
def _forget() -> None:
    ran.clear()


def open_tenant(slug: str, **settings: Any) -> UUID:
    with unit_of_work():
        return tenancy.create_tenant(SYSTEM, slug=slug, name=slug, **settings).id


@pytest.fixture
def plant(context) -> Iterator[UUID]:
    """A tenant whose scope is entered, four hours ahead of UTC."""
    tenant_id = open_tenant("plant", time_zone="Asia/Dubai", locale="ar")
    with tenant_scope(tenant_id):
        yield tenant_id


@pytest.fixture
def other(context) -> UUID:
    """Another tenant, on UTC."""
    return open_tenant("other")


def waiting(queue: str = "default") -> int:
    return Queue(queue, connection=redis.connection()).count


def test_a_job_runs_for_the_tenant_that_enqueued_it_and_keeps_source_trace_and_language(plant, app, run_pending_jobs):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        g.trace_id, g.source = "a" * 32, "import"
        with tenant_scope(plant):
            note.enqueue("x")
    assert run_pending_jobs() == 1
    assert ran == [("x", plant, "import", "a" * 32, "en", "2026-03-01")]


def test_a_job_lives_in_the_tenants_time_zone_and_without_a_person_in_its_language(plant, run_pending_jobs):
    note.enqueue("x")
    with time_machine.travel(dt.datetime(2026, 3, 1, 21, tzinfo=dt.UTC), tick=False):
        run_pending_jobs()
    assert ran[0][-2:] == ("ar", "2026-03-02")


def test_what_a_job_enqueues_carries_its_trace_on(plant, run_pending_jobs):
    @job("default")
    def first() -> None:
        note.enqueue("second")

    g.trace_id = "b" * 32
    first.enqueue()
    run_pending_jobs()
    assert ran[0][3] == "b" * 32


def test_nothing_is_enqueued_before_the_commit(plant):
    with unit_of_work():
        note.enqueue("x")
        assert waiting() == 0
    assert waiting() == 1


def test_a_click_that_fails_enqueues_nothing(plant):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        note.enqueue("x")
        raise ZeroDivisionError
    assert waiting() == 0


def test_a_run_that_waits_already_is_enough(plant):
    note.enqueue("x")
    note.enqueue("x")
    note.enqueue("y")
    assert waiting() == 2


def test_the_same_job_can_run_again_once_it_ran(plant, run_pending_jobs):
    for _ in range(2):
        note.enqueue("x")
        run_pending_jobs()
    assert len(ran) == 2


def test_a_job_enqueued_while_it_runs_runs_again_and_a_sweep_leaves_it_alone(plant, run_pending_jobs):
    @job("default")
    def twice() -> None:
        ran.append(waiting())
        twice.enqueue_if_idle()
        ran.append(waiting())
        if len(ran) == 2:
            twice.enqueue()
            twice.enqueue()
            ran.append(waiting())

    twice.enqueue()
    run_pending_jobs()
    assert ran[:3] == [0, 0, 1]
    assert len(ran) == 5


def test_a_job_that_a_killed_worker_took_and_never_started_is_enqueued_again(plant):
    note.enqueue("x")
    redis.connection().lpop(Queue("default", connection=redis.connection()).key)
    note.enqueue_if_idle("x")
    assert waiting() == 1


def test_a_tenants_job_needs_a_tenant(context):
    with pytest.raises(RuntimeError, match="none is set"):
        note.enqueue("x")


def test_a_platform_job_runs_in_no_tenant(plant, run_pending_jobs):
    for_the_platform.enqueue()
    run_pending_jobs()
    assert ran == [("platform", None)]


def test_a_refused_job_is_done_and_not_tried_again(plant, run_pending_jobs):
    refuse.enqueue()
    run_pending_jobs()
    assert ran == ["refuse"]
    last = jobs.last_runs()[refuse.name]
    assert (last["outcome"], last["code"]) == ("refused", "moved_on")


def test_a_bug_is_tried_three_times_then_told_and_kept_as_failed(plant, run_pending_jobs):
    break_down.enqueue()
    run_pending_jobs()
    assert ran == [*["break_down"] * 3, "gave up"]
    assert FailedJobRegistry("imports", connection=redis.connection()).count == 1
    assert jobs.last_runs()[break_down.name]["outcome"] == "failed"


def test_a_suspended_tenants_job_does_not_run(plant, run_pending_jobs):
    note.enqueue("x")
    with unit_of_work():
        tenancy.update_tenant(SYSTEM, plant, is_active=False)
    run_pending_jobs()
    assert ran == []
    assert jobs.last_runs()[note.name]["code"] == "tenant_inactive"


def test_a_redis_that_is_away_loses_no_click(plant, app, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1/0")
    with unit_of_work():
        note.enqueue("x")
    progress.report("batch", 1, 2)
    assert progress.read("batch") is None


def test_a_job_on_a_queue_that_no_worker_serves_is_refused():
    with pytest.raises(ValueError, match="no worker"):
        job("nobody")(lambda: None)


def test_progress_is_seen_by_its_own_tenant_only(plant, other):
    progress.report("batch", 3, 10, "merge")
    assert progress.read("batch") == progress.Progress(3, 10, "merge")
    with tenant_scope(other):
        assert progress.read("batch") is None


# --- the schedule ----------------------------------------------------------------------------------------


@pytest.fixture
def wired():
    """wired(lines, sweeps) sets a schedule for this test."""
    lines, sweeps = schedule.lines(), list(schedule._sweeps)
    yield schedule.wire
    schedule.wire([line for line in lines if line.name != "sweep"], sweeps)


def entries(connection: Redis) -> dict[str, Any]:
    return {entry.id: entry.meta["interval"] for entry in LineScheduler(connection).get_jobs()}


def test_the_schedule_is_what_the_lines_say_whatever_was_there_before(context, wired):
    connection = redis.connection()
    wired([Scheduled("hourly", note, every=dt.timedelta(hours=1)),
           Scheduled("gone", note, every=dt.timedelta(hours=1))], [])
    schedule.reconcile(LineScheduler(connection))
    wired([Scheduled("hourly", note, every=dt.timedelta(hours=2)),
           Scheduled("each night", note, daily_at=dt.time(2))], [])
    for _ in range(2):  # two schedulers, or one that started twice
        schedule.reconcile(LineScheduler(connection))
    assert entries(connection) == {"schedule-sweep": 60, "schedule-hourly": 7200, "schedule-each-night": 300}


def test_an_unchanged_line_keeps_its_time_so_that_a_restart_skips_nothing(context, wired):
    connection = redis.connection()
    wired([], [])
    schedule.reconcile(LineScheduler(connection))
    before = schedule.next_turns(connection)
    with time_machine.travel(clock.now() + dt.timedelta(minutes=10), tick=False):
        schedule.reconcile(LineScheduler(connection))
    assert schedule.next_turns(connection) == before


def test_a_scheduled_job_runs_once_for_each_active_tenant(plant, other, wired, run_pending_jobs):
    wired([Scheduled("hourly", note_tenant, every=dt.timedelta(hours=1))], [])
    LineScheduler(redis.connection()).enqueue_jobs()
    run_pending_jobs()
    assert sorted(ran, key=str) == sorted([plant, other], key=str)


@job("default")
def note_tenant() -> None:
    """Remember the tenant."""
    ran.append(current_tenant_id())


def test_a_daily_job_waits_for_the_tenants_own_hour_and_runs_once_that_day(plant, other, wired, run_pending_jobs):
    wired([Scheduled("nightly", note_tenant, daily_at=dt.time(12))], [])  # it is 13:00 there, 9:00 here
    for _ in range(2):
        schedule.tick("nightly")
        run_pending_jobs()
    assert ran == [plant]


def test_sweeps_run_in_each_tenant_and_one_that_fails_stops_no_other(plant, other, wired, run_pending_jobs):
    def broken() -> None:
        raise ZeroDivisionError

    wired([], [broken, lambda: ran.append(current_tenant_id())])
    schedule.sweep()
    assert sorted(ran, key=str) == sorted([plant, other], key=str)


def test_a_turn_that_still_waits_is_not_enqueued_again(context, wired):
    wired([], [])
    scheduler = LineScheduler(redis.connection())
    scheduler.enqueue_jobs()
    scheduler.connection.zadd(scheduler.scheduled_jobs_key, {"schedule-sweep": 0})
    scheduler.enqueue_jobs()
    assert waiting() == 1


def test_a_turn_that_a_killed_worker_took_is_followed_by_the_next(context, wired):
    wired([], [])
    scheduler = LineScheduler(redis.connection())
    scheduler.enqueue_jobs()
    scheduler.connection.lpop(Queue("default", connection=redis.connection()).key)
    scheduler.connection.zadd(scheduler.scheduled_jobs_key, {"schedule-sweep": 0})
    scheduler.enqueue_jobs()
    assert waiting() == 1
