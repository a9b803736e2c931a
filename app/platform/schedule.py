"""What runs by itself: the lines of app.wiring.SCHEDULE, kept by rq-scheduler.

The scheduler's entries are made to say what the lines say, at its start and at every look, so that a line
that is gone stops, a new one starts, and a Redis that lost everything is told again. Entries are named after
their line: any number of schedulers share them, and rq-scheduler's lock lets one of them act at a time.
"""

from __future__ import annotations

import logging
import signal
import time as system_time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq.job import Job as QueuedJob
from rq_scheduler import Scheduler

from app.platform import clock, directory, redis
from app.platform.jobs import Job, Origin, is_waiting, job, perform
from app.platform.scope import tenant_scope

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5
DAILY_LOOK = timedelta(minutes=5)
HEARTBEAT = "trainflow:scheduler"  # expires when no scheduler looks any more
PREFIX = "schedule-"


@dataclass(frozen=True)
class Scheduled:
    """One line of SCHEDULE: `job` runs `every` so often, or once a day from `daily_at` on.

    `daily_at` is the wall clock of each tenant; a day on which the scheduler was late still gets its run,
    a day on which it was off altogether does not. A tenant's job runs once for each active tenant.
    """

    name: str
    job: Job
    every: timedelta | None = None
    daily_at: time | None = None

    @property
    def entry_id(self) -> str:
        """The line's name as the scheduler takes it: no spaces."""
        return PREFIX + self.name.replace(" ", "-")

    @property
    def look_every(self) -> timedelta:
        """How often a worker looks whether the line is due."""
        return self.every or DAILY_LOOK


Sweep = Callable[[], None]

_lines: dict[str, Scheduled] = {}
_sweeps: list[Sweep] = []


def wire(lines: Iterable[Scheduled], sweeps: Iterable[Sweep]) -> None:
    """Called once by app.wiring.

    `sweeps` run every minute for each active tenant, in its scope: each looks in the database for work
    that is due and not under way, and enqueues it (`Job.enqueue_if_idle`).
    """
    _lines.clear()
    every_minute = Scheduled("sweep", sweep, every=timedelta(minutes=1))
    _lines.update({line.name: line for line in (every_minute, *lines)})
    _sweeps[:] = sweeps


def lines() -> list[Scheduled]:
    """Every line of the schedule."""
    return list(_lines.values())


def lines_of(wanted: Job) -> list[Scheduled]:
    """The lines that have this job run."""
    return [line for line in _lines.values() if line.job is wanted]


@job("default", per_tenant=False, timeout=600)
def sweep() -> None:
    """Enqueue what the database says is due and a lost Redis or a killed worker left behind."""
    for tenant_id, zone in directory.active_tenants("the sweep looks after every tenant"):
        with tenant_scope(tenant_id):
            clock.set_zone(zone)
            for look in _sweeps:
                _look(look)
    clock.set_zone(None)


def _look(look: Sweep) -> None:
    try:
        look()
    except Exception:  # the other sweeps and tenants still have their turn
        log.exception("the sweep %s failed", getattr(look, "__qualname__", look))


@job("default", per_tenant=False, timeout=600)
def tick(name: str) -> None:
    """The time of a line of SCHEDULE has come: enqueue its job, for each tenant where it works for one."""
    line = _lines.get(name)
    if line is None:
        return
    if not line.job.per_tenant:
        line.job.enqueue_if_idle()
        return
    for tenant_id, zone in directory.active_tenants(f"schedule: {name}"):
        if line.daily_at is None or _claim_day(line, tenant_id, zone):
            with tenant_scope(tenant_id):
                line.job.enqueue_if_idle()


def _claim_day(line: Scheduled, tenant_id: UUID, zone: str) -> bool:
    """Whether the line is due in the tenant's zone and has not been started there today."""
    local = clock.now().astimezone(ZoneInfo(zone))
    if line.daily_at is None or local.time() < line.daily_at:
        return False
    today = local.date().isoformat()
    before: Any = redis.connection().set(f"trainflow:daily:{line.name}:{tenant_id}", today, get=True)
    return before is None or before.decode() < today  # a clock put back over midnight is no new day


class LineScheduler(Scheduler):
    """rq-scheduler over the lines of SCHEDULE."""

    def __init__(self, connection: Redis) -> None:
        super().__init__("default", interval=LOOK_EVERY_SECONDS, connection=connection)
        self.is_stopping = False

    def _install_signal_handlers(self) -> None:
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, self._stop)

    def _stop(self, number: int, frame: Any) -> None:
        self.is_stopping = True
        raise SystemExit

    def enqueue_jobs(self) -> Any:
        """One look: agree with SCHEDULE, then enqueue what is due."""
        self.connection.set(HEARTBEAT, clock.now().isoformat(), ex=3 * LOOK_EVERY_SECONDS)
        reconcile(self)
        return super().enqueue_jobs()

    def enqueue_job(self, job: QueuedJob) -> None:
        """Enqueue a due line, unless its last turn still waits for a worker."""
        if not is_waiting(self.get_queue_for_job(job), job.id):
            super().enqueue_job(job)


def reconcile(scheduler: Scheduler) -> None:
    """Make the scheduler's entries say what SCHEDULE says; an entry that already does keeps its time."""
    wanted = {line.entry_id: line for line in _lines.values()}
    known = {entry.id: entry for entry in scheduler.get_jobs()}
    for entry_id in known.keys() - wanted.keys():
        scheduler.cancel(entry_id)
        known[entry_id].delete()
    for entry_id, line in wanted.items():
        seconds = int(line.look_every.total_seconds())
        if entry_id not in known or known[entry_id].meta.get("interval") != seconds:
            scheduler.schedule(
                datetime.now(UTC), perform, [tick.name, Origin(), (line.name,)], interval=seconds,
                id=entry_id, queue_name=tick.queue, description=f"schedule: {line.name}")


def run() -> None:
    """Schedule until stopped. While Redis is away, or schedules are off, it waits."""
    if not current_app.config["SCHEDULER_ENABLED"]:
        log.warning("SCHEDULER_ENABLED is off: nothing runs by itself")
        while True:
            system_time.sleep(3600)
    while True:
        scheduler = LineScheduler(redis.connect(current_app.config["REDIS_URL"], socket_timeout=10))
        try:
            scheduler.run()
            return
        except RedisError as error:
            if scheduler.is_stopping:  # Redis was stopped as well, there is nobody left to say goodbye to
                return
            log.warning("Redis is away, the scheduler waits: %s", type(error).__name__)
            system_time.sleep(redis.PATIENCE_SECONDS)


def next_turns(connection: Redis) -> dict[str, str]:
    """Line name to the instant (ISO) of its next look. RedisError when Redis is away."""
    entries: Any = connection.zrange(Scheduler.scheduled_jobs_key, 0, -1, withscores=True)
    names = {line.entry_id: line.name for line in _lines.values()}
    return {names[entry.decode()]: datetime.fromtimestamp(at, UTC).isoformat()
            for entry, at in entries if entry.decode() in names}


