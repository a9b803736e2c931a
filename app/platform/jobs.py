"""Work that takes longer than a click, done by RQ.

A job is a function of ids and plain values. It looks at the state first, so that running it twice does what
running it once does; it opens its own units of work, so that a long one survives a killed worker in steps.
The database is the truth and Redis a hint: what a lost Redis forgot, a sweep (app.platform.schedule)
enqueues again.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from flask import current_app, g, has_app_context, has_request_context
from flask_babel import force_locale, get_locale
from redis.exceptions import RedisError
from rq import Queue, Retry, get_current_job
from rq.registry import StartedJobRegistry

from app.platform import clock, directory, redis, telemetry, tracing
from app.platform.errors import DomainError
from app.platform.scope import current_tenant_id, enter, leave, tenant_scope
from app.platform.unit_of_work import after_commit

log = logging.getLogger(__name__)

QUEUES = ("default", "imports")  # in the order in which a worker empties them
ATTEMPTS = 3
FAILURES_KEPT_SECONDS = 30 * 24 * 3600
TOTALS = "trainflow:jobs"  # hash for /metrics: 'runs <job> <outcome>' and 'seconds <job>' to numbers
LAST_RUNS = "trainflow:last_runs"  # hash: job name to its last run as JSON

_jobs: dict[str, Job] = {}


@dataclass(frozen=True)
class Origin:
    """On whose behalf a job runs: travels with it from the click to the worker, and on to jobs it enqueues.

    `tenant_id` is None for the platform's own jobs, `trace_id` None for a schedule (each run has its own),
    `locale` None where nobody chose one (then it is the tenant's). `impersonator` is the operator behind
    somebody's back, as app.accounts knows them. `span_id` is the request of the trace that enqueued it.
    """

    tenant_id: UUID | None = None
    source: str = "schedule"
    trace_id: str | None = None
    locale: str | None = None
    impersonator: Any = None
    span_id: str | None = None


class Recorder(Protocol):
    """Who keeps what ran for a tenant: handed in by app.wiring. Neither call may raise."""

    def began(self, job: str, slot: str, origin: Origin, arguments: tuple[Any, ...], trace_id: str) -> Any:
        """A worker begins; returns a key for `ended`."""

    def ended(self, key: Any, origin: Origin, outcome: dict[str, Any], duration_ms: int) -> None:
        """It is over: `outcome` as `perform` returns it."""


_recorders: list[Recorder] = []


def wire(recorder: Recorder) -> None:
    """Called once by app.wiring."""
    _recorders[:] = [recorder]


class Job:
    """A function that a worker runs. Calling it runs it here and now, in the scope that is set."""

    def __init__(self, function: Callable[..., Any], queue: str, per_tenant: bool, timeout: int,
                 gave_up: Callable[..., None] | None = None) -> None:
        if queue not in QUEUES:
            raise ValueError(f"no worker listens to the queue {queue!r}")
        self.function, self.queue, self.per_tenant, self.timeout = function, queue, per_tenant, timeout
        self.gave_up = gave_up
        self.name = _name(function)
        self.__doc__ = function.__doc__
        _jobs[self.name] = self

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)

    def enqueue(self, *args: Any) -> None:
        """Have a worker run it, once the open unit of work is committed, for the current tenant.

        A run that waits already is enough, it will see the state as it is then; one that has started is
        not. A Redis that is away raises nothing: the sweep finds what was not enqueued.
        """
        self._send(args, even_if_started=True)

    def enqueue_if_idle(self, *args: Any) -> None:
        """As `enqueue`, unless the same run waits or is under way. For sweeps."""
        self._send(args, even_if_started=False)

    def _send(self, args: tuple[Any, ...], even_if_started: bool) -> None:
        origin = self._origin()
        if g.get("work") is not None:
            after_commit(self._push, origin, args, even_if_started)
        else:
            self._push(origin, args, even_if_started)

    def _origin(self) -> Origin:
        tenant_id = current_tenant_id() if self.per_tenant else None
        if self.per_tenant and tenant_id is None:
            raise RuntimeError(f"{self.name} works for one tenant and none is set")
        source = g.get("source") or ("screen" if has_request_context() else "command")
        locale = str(get_locale()) if has_request_context() else g.get("locale")
        return Origin(tenant_id, source, g.get("trace_id"), locale, g.get("impersonator"), g.get("span_id"))

    def _push(self, origin: Origin, args: tuple[Any, ...], even_if_started: bool) -> None:
        try:
            queue = Queue(self.queue, connection=redis.connection())
            job_id = _free_slot(queue, self.slot(origin.tenant_id, args), even_if_started)
            if job_id is not None:
                queue.enqueue_call(
                    perform, (self.name, origin, args), job_id=job_id, timeout=self.timeout,
                    retry=Retry(max=ATTEMPTS - 1), description=self.name, failure_ttl=FAILURES_KEPT_SECONDS)
        except RedisError as error:
            log.warning("%s was not enqueued, the sweep will: %s", self.name, type(error).__name__)

    def slot(self, tenant_id: UUID | None, args: tuple[Any, ...]) -> str:
        """What the same job with the same arguments is called for the same tenant."""
        digest = sha256(repr((tenant_id, args)).encode()).hexdigest()[:20]
        return f"{self.name.replace('.', '-')}-{digest}"


def job(queue: str, *, per_tenant: bool = True, timeout: int = 3600,
        gave_up: Callable[..., None] | None = None) -> Callable[[Callable[..., Any]], Job]:
    """Declare a job on one of `QUEUES`.

    `per_tenant` jobs run in the scope, time zone and language of the tenant that enqueued them, the others
    in none. `timeout` is in seconds; a run that takes longer counts as failed. Arguments are positional:
    ids and plain values. A `DomainError` ends the job as 'refused' for good; anything else is a bug, logged
    whole and tried again; after the last attempt `gave_up`, called with the job's arguments, tells the
    people who wait for it.
    """
    return lambda function: Job(function, queue, per_tenant, timeout, gave_up)


def declared() -> dict[str, Job]:
    """Every declared job by its name."""
    return dict(_jobs)


def _name(function: Callable[..., Any]) -> str:
    module = function.__module__.removeprefix("app.").removesuffix(".jobs")
    return f"{module}.{function.__name__}"


def _free_slot(queue: Queue, slot: str, even_if_started: bool) -> str | None:
    """The id under which a run may be enqueued; None when one that waits, or is under way, is enough.

    RQ would overwrite a waiting job of the same id in silence, so each run has two ids: one may be under way
    while the other waits.
    """
    slots = (slot, f"{slot}-again")
    under_way = [job_id for job_id in slots if job_id in StartedJobRegistry(queue=queue)]
    if any(is_waiting(queue, job_id) for job_id in slots) or (under_way and not even_if_started):
        return None
    return next((job_id for job_id in slots if job_id not in under_way), None)


def is_waiting(queue: Queue, job_id: str) -> bool:
    """Whether a worker will take the job from the queue.

    Its status does not tell: a worker that is killed as it takes a job leaves it 'queued', in no queue.
    """
    return queue.get_job_position(job_id) is not None


def perform(name: str, origin: Origin, args: tuple[Any, ...]) -> dict[str, Any]:
    """What a worker runs: the job `name` in an application context of its own.

    Returns the outcome: done, or refused with the refusal's code. Raises what is a bug.
    """
    if not has_app_context():
        raise RuntimeError("start workers with: python run.py worker")
    with current_app._get_current_object().app_context():  # type: ignore[attr-defined]
        g.trace_id = origin.trace_id or tracing.new_trace_id()
        g.source, g.locale = origin.source, origin.locale
        if origin.impersonator is not None:
            g.impersonator = origin.impersonator
        with telemetry.job_span(name, origin.trace_id, origin.span_id), _noted(_jobs[name], origin, args) as outcome:
            outcome |= _outcome(_jobs[name], origin, args)
        return outcome


@contextmanager
def _noted(job: Job, origin: Origin, args: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    recorders = _recorders if origin.tenant_id is not None else []
    keys = [recorder.began(job.name, job.slot(origin.tenant_id, args), origin, args, g.trace_id)
            for recorder in recorders]
    began, outcome = time.monotonic(), dict[str, Any]()
    try:
        yield outcome
    except BaseException as error:
        outcome |= {"outcome": "failed", "code": type(error).__name__}
        raise
    finally:
        took = round((time.monotonic() - began) * 1000)
        _note(job.name, outcome, took)
        for recorder, key in zip(recorders, keys, strict=True):
            recorder.ended(key, origin, outcome, took)


def _outcome(wanted: Job, origin: Origin, args: tuple[Any, ...]) -> dict[str, Any]:
    try:
        with _tenant_of(origin) if wanted.per_tenant else _no_tenant() as may_run:
            if not may_run:
                return {"outcome": "refused", "code": "tenant_inactive"}
            _run(wanted, args)
    except DomainError as refusal:
        return {"outcome": "refused", "code": refusal.code}
    except Exception:
        log.exception("%s failed", wanted.name)
        raise
    return {"outcome": "done"}


def _run(wanted: Job, args: tuple[Any, ...]) -> None:
    try:
        wanted.function(*args)
    except DomainError:
        raise
    except Exception:
        if wanted.gave_up is not None and _is_last_attempt():
            wanted.gave_up(*args)
        raise


def _is_last_attempt() -> bool:
    current = get_current_job()
    return current is None or not current.retries_left


@contextmanager
def _no_tenant() -> Iterator[bool]:
    token = enter(None)
    try:
        yield True
    finally:
        leave(token)


@contextmanager
def _tenant_of(origin: Origin) -> Iterator[bool]:
    """The tenant's scope, time zone and language; whether it may have jobs run at all."""
    assert origin.tenant_id is not None
    with tenant_scope(origin.tenant_id):
        tenant = directory.tenants().tenant(origin.tenant_id)
        if tenant is None or not tenant.is_active:
            yield False
            return
        clock.set_zone(tenant.time_zone)
        try:
            with force_locale(origin.locale or tenant.locale):
                yield True
        finally:
            clock.set_zone(None)


def _note(name: str, outcome: dict[str, Any], duration_ms: int) -> None:
    run = {"at": clock.now().isoformat(timespec="seconds"), "duration_ms": duration_ms, **outcome}
    log.info("job", extra={"job": name, "duration_ms": duration_ms, **outcome})
    try:
        with redis.connection().pipeline(transaction=False) as together:
            together.hset(LAST_RUNS, name, json.dumps(run))
            together.hincrby(TOTALS, f"runs {name} {outcome['outcome']}", 1)
            together.hincrbyfloat(TOTALS, f"seconds {name}", duration_ms / 1000)
            together.execute()
    except RedisError:
        log.warning("the last run of %s could not be noted", name)


def last_runs() -> dict[str, dict[str, Any]]:
    """Job name to its last run: at (ISO instant), duration_ms, outcome, code of what went wrong. RedisError."""
    found: Any = redis.connection().hgetall(LAST_RUNS)
    return {name.decode(): json.loads(run) for name, run in found.items()}
