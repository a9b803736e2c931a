"""What the job page and its REST twin show: every job of the current scope, and how TrainFlow's processes are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from redis.exceptions import RedisError

from app.jobs import policies, queries, rules
from app.jobs.models import JobRun
from app.jobs.wording import purpose_of, title_of
from app.platform import clock, health, jobs, redis, schedule
from app.platform.jobs import Job
from app.platform.schedule import Scheduled
from app.platform.scope import current_tenant_id
from app.tenancy import queries as tenancy


@dataclass(frozen=True)
class LastRun:
    """How a job went the last time; `id` is None for a job of the platform, which only Redis remembers."""

    began_at: datetime
    duration_ms: int | None
    outcome: str
    code: str | None = None
    id: Any = None


@dataclass(frozen=True)
class JobLine:
    """One job as people see it. `next_at` is None when nothing has it run by itself."""

    name: str
    title: str
    purpose: str
    queue: str
    lines: tuple[Scheduled, ...]
    next_at: datetime | None
    last: LastRun | None

    @property
    def may_run(self) -> bool:
        """Whether it can be started by hand: what works on one thing is started from that thing's page."""
        return bool(self.lines)


def job_lines() -> list[JobLine]:
    """Every declared job of the current scope, scheduled ones first, by title."""
    found = [job for name, job in jobs.declared().items()
             if policies.is_of_scope(job) and not name.startswith("tests.")]
    last, turns = _last_runs(), _turns()
    lines = [_line(job, last.get(job.name), turns) for job in found]
    return sorted(lines, key=lambda line: (not line.lines, line.title))


def job_line(name: str) -> JobLine | None:
    """The job called `name`; None when the current scope has none."""
    return next((line for line in job_lines() if line.name == name), None)


def _line(job: Job, last: LastRun | None, turns: Mapping[str, datetime]) -> JobLine:
    lines = tuple(schedule.lines_of(job))
    comes = [at for line in lines if (at := _next(line, last, turns)) is not None]
    return JobLine(job.name, title_of(job.name), purpose_of(job.name), job.queue, lines,
                   min(comes, default=None), last)


def _next(line: Scheduled, last: LastRun | None, turns: Mapping[str, datetime]) -> datetime | None:
    if not current_app.config["SCHEDULER_ENABLED"]:
        return None
    if line.daily_at is None or current_tenant_id() is None:
        return turns.get(line.name)
    zone = ZoneInfo(tenancy.current_tenant().time_zone)
    ran_on = last.began_at.astimezone(zone).date() if last else None
    return rules.next_daily(line.daily_at, clock.now(), zone, ran_on)


def _last_runs() -> dict[str, LastRun]:
    if current_tenant_id() is not None:
        return {name: of_run(run) for name, run in queries.last_runs().items()}
    try:
        return {name: LastRun(datetime.fromisoformat(run["at"]), run["duration_ms"], run["outcome"], run.get("code"))
                for name, run in jobs.last_runs().items()}
    except RedisError:
        return {}


def of_run(run: JobRun) -> LastRun:
    """A kept run as the page shows it."""
    return LastRun(run.began_at, run.duration_ms, run.outcome, run.code, run.id)


def _turns() -> dict[str, datetime]:
    try:
        return {name: datetime.fromisoformat(at) for name, at in schedule.next_turns(redis.connection()).items()}
    except RedisError:
        return {}


@dataclass(frozen=True)
class Processes:
    """Whether what runs jobs is there. `waiting` is how many jobs wait, of all organisations together."""

    is_reachable: bool
    is_enabled: bool
    is_scheduling: bool
    workers: int
    waiting: int


def processes() -> Processes:
    """The processes as they are now, asked with two seconds' patience."""
    found = health.details()
    return Processes(
        is_reachable=bool(found["redis"]["up"]), is_enabled=bool(found["scheduler"]["enabled"]),
        is_scheduling=bool(found["scheduler"].get("running")), workers=int(found.get("workers", {}).get("count", 0)),
        waiting=sum(queue["waiting"] for queue in found.get("queues", {}).values()))
