"""Whether TrainFlow works, truthfully and quickly, also when it does not.

`/healthz` and `/api/health` are public and say one word; `/api/health/detailed` names the parts, for those
who may read 'health'. Each part has two seconds to answer; 503 when one is down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, jsonify
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.registry import FailedJobRegistry
from sqlalchemy.exc import SQLAlchemyError

from app.platform import jobs, redis, schedule
from app.platform.db import db

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2
_asking = ThreadPoolExecutor(max_workers=4, thread_name_prefix="health")

public = Blueprint("health", __name__)


@public.get("/healthz")
@public.get("/api/health")
def health() -> tuple[Response, int]:
    """Whether this process answers and reaches its database: 200 or 503, and nothing else."""
    up = database_answers()
    return jsonify(status="ok" if up else "down"), 200 if up else 503


def _when_database_answers(view: Callable[..., Any]) -> Callable[..., Any]:
    # Nobody can be recognised without the database; what is said then is what everybody is told.
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if database_answers():
            return view(*args, **kwargs)
        return jsonify(status="down", down=["database"]), 503

    return guarded


class HealthApi(BaseApi):
    """The parts of the installation."""

    route_base = "/api/health"
    class_permission_name = "health"
    allow_browser_login = True

    @expose("/detailed", methods=["GET"])
    @_when_database_answers
    @protect(allow_browser_login=True)
    @permission_name("read")
    def detailed(self) -> Any:
        """Database, Redis, workers, scheduler, queues and the last run of each job.
        ---
        get:
          responses:
            200:
              description: Everything works
              content:
                application/json:
                  schema:
                    type: object
                    required: [status, down, database, redis]
                    properties: {status: {type: string, enum: [ok]}, down: {type: array, maxItems: 0}}
                  example: {status: ok, down: [], database: {up: true}, redis: {up: true}}
            503:
              description: Something is down; `down` lists what
        """
        found = details()
        return jsonify(found), 200 if found["status"] == "ok" else 503


def details() -> dict[str, Any]:
    """Every part as plain values: `status` (ok or down), `down` (the names of the parts that are), the parts."""
    parts = {"database": {"up": database_answers()}, **_redis_parts()}
    down = [name for name, part in parts.items() if part.get("up") is False]
    return {"status": "down" if down else "ok", "down": down, **parts}


def database_answers() -> bool:
    """Whether the database answers a trivial question within two seconds."""
    asked = _asking.submit(_ping, db.engine.engine)
    try:
        return asked.result(timeout=PATIENCE_SECONDS)
    except (TimeoutError, SQLAlchemyError) as error:
        log.warning("the database does not answer: %s", type(error).__name__)
        return False


def _ping(engine: sa.Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(sa.select(1)))


def _redis_parts() -> dict[str, dict[str, Any]]:
    scheduler: dict[str, Any] = {"enabled": bool(current_app.config["SCHEDULER_ENABLED"])}
    try:
        queues = _queues()
        workers = _workers()
        scheduler |= _scheduler(scheduler["enabled"])
        return {"redis": {"up": True}, "workers": workers, "scheduler": scheduler, "queues": queues,
                "jobs": jobs.last_runs()}
    except RedisError as error:
        log.warning("Redis does not answer: %s", type(error).__name__)
        return {"redis": {"up": False}, "scheduler": scheduler}


def _queues() -> dict[str, Any]:
    connection = redis.connection()
    return {name: {"waiting": Queue(name, connection=connection).count,
                   "failed": FailedJobRegistry(name, connection=connection).get_job_count(cleanup=False)}
            for name in jobs.QUEUES}


def _workers() -> dict[str, Any]:
    workers = Worker.all(connection=redis.connection())
    return {"up": bool(workers), "count": len(workers),
            "busy": sum(worker.get_state() == "busy" for worker in workers)}


def _scheduler(enabled: bool) -> dict[str, Any]:
    connection = redis.connection()
    running = bool(connection.exists(schedule.HEARTBEAT))
    turns = schedule.next_turns(connection)
    return {"running": running, "scheduled_jobs": len(turns), "next": turns} | (
        {"up": running} if enabled else {})


def init_app(app: Flask) -> None:
    """Serve the public word; the detailed answer is an API of app.wiring."""
    app.register_blueprint(public)
