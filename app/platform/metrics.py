"""What `/metrics` tells Prometheus: requests, their SQL, jobs, queues, and what other contexts measure.

Requests are counted in the web processes; jobs, which run elsewhere, in Redis. What waits is asked when
somebody looks. Numbers over all tenants only: nothing here names one, or a person.
"""

from __future__ import annotations

import hmac
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from redis.exceptions import RedisError
from rq import Queue
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.platform import jobs, redis

log = logging.getLogger(__name__)

COUNTS = "trainflow:counted"  # hashes for /metrics: value of the label to a number
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

registry = CollectorRegistry()
requests = Counter("trainflow_requests", "Answered requests", ["method", "route", "status"], registry=registry)
durations = Histogram("trainflow_request_seconds", "How long an answer took", ["method", "route"], registry=registry,
                      buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10))
statements = Histogram("trainflow_request_statements", "SQL statements of a request", ["route"], registry=registry,
                       buckets=(1, 2, 4, 8, 16, 32, 64, 128))

Measure = Callable[[], Iterable[tuple[str, str, float]]]  # (name, what it says, value)

_measures: list[Measure] = []
_counted: ContextVar[list[int] | None] = ContextVar("counted_statements", default=None)

public = Blueprint("metrics", __name__)


def wire(measures: Iterable[Measure]) -> None:
    """Called once by app.wiring: what other contexts measure when somebody looks."""
    _measures[:] = measures


def init_app(app: Flask) -> None:
    """Count every request, and serve what was counted."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_blueprint(public)


def _begin() -> None:
    g.metrics_began = time.perf_counter()
    _counted.set([0])


def _end(answer: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in METHODS else "other"  # anybody may make up as many as they like
    requests.labels(method, route, answer.status_code).inc()
    durations.labels(method, route).observe(time.perf_counter() - g.get("metrics_began", time.perf_counter()))
    statements.labels(route).observe((_counted.get() or [0])[0])
    return answer


@event.listens_for(Engine, "after_cursor_execute")
def _count(*args: Any) -> None:
    counted = _counted.get()
    if counted is not None:
        counted[0] += 1


class Counted:
    """A count over all processes, workers included, kept in Redis. A Redis that is away loses what it missed."""

    def __init__(self, name: str, what: str, label: str) -> None:
        self.name, self.what, self.label = name, what, label
        _counts.append(self)

    def add(self, numbers: Mapping[str, int]) -> None:
        """Add to the counts: value of the label to how many more."""
        try:
            with redis.connection().pipeline(transaction=False) as together:
                for value, more in numbers.items():
                    together.hincrby(f"{COUNTS}:{self.name}", value, more)
                together.execute()
        except RedisError as error:
            log.warning("%s was not counted: %s", self.name, type(error).__name__)

    def collect(self) -> Metric:
        """What was counted. RedisError."""
        metric = CounterMetricFamily(f"trainflow_{self.name}", self.what, labels=[self.label])
        found: Any = redis.connection().hgetall(f"{COUNTS}:{self.name}")
        for value, number in found.items():
            metric.add_metric([value.decode()], float(number))
        return metric


_counts: list[Counted] = []


class _Asked:
    """What is read at the moment somebody looks."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from _queues()
            yield from _jobs()
            yield from (counted.collect() for counted in _counts)
        except RedisError as error:
            log.warning("Redis does not answer: %s", type(error).__name__)
        for measure in _measures:
            try:
                for name, what, value in measure():
                    yield GaugeMetricFamily(f"trainflow_{name}", what, value=value)
            except sa.exc.SQLAlchemyError as error:
                log.warning("a measure could not be taken: %s", type(error).__name__)


def _queues() -> Iterator[Metric]:
    depth = GaugeMetricFamily("trainflow_queue_depth", "Jobs that wait for a worker", labels=["queue"])
    for name in jobs.QUEUES:
        depth.add_metric([name], Queue(name, connection=redis.connection()).count)
    yield depth


def _jobs() -> Iterator[Metric]:
    runs = CounterMetricFamily("trainflow_job_runs", "Finished runs of a job", labels=["job", "outcome"])
    seconds = CounterMetricFamily("trainflow_job_seconds", "Time that runs of a job took", labels=["job"])
    found: Any = redis.connection().hgetall(jobs.TOTALS)
    for field, value in found.items():
        kind, *labels = field.decode().split(" ")
        (runs if kind == "runs" else seconds).add_metric(labels, float(value))
    yield runs
    yield seconds


@public.get("/metrics")
def metrics() -> Response:
    """For Prometheus, with METRICS_TOKEN as its bearer; without one, for this machine outside production only."""
    token = current_app.config["METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    is_here = request.remote_addr in ("127.0.0.1", "::1") and current_app.config["ENV_NAME"] != "production"
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else is_here):
        abort(404)
    counted = registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    asked = CollectorRegistry()
    asked.register(_Asked())  # type: ignore[arg-type]
    return Response(generate_latest(counted) + generate_latest(asked), content_type=CONTENT_TYPE)
