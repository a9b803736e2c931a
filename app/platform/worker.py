"""The process that runs jobs."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Sequence
from typing import Any

from flask import current_app
from rq import Queue, Worker
from rq.registry import StartedJobRegistry

from app.platform import redis
from app.platform.db import db
from app.platform.jobs import QUEUES
from app.platform.processes import SUPERVISED, die_with_parent

# With RQ's defaults a job whose worker and work horse were killed waits 811 s for its next try, with these 83.
SETTINGS: dict[str, Any] = {"worker_ttl": 35, "maintenance_interval": 15, "job_monitoring_interval": 10}
EVERY_EXPIRY = float(2**53)


class AppWorker(Worker):
    """Runs each job in a fork of a process that has loaded the application already."""

    def main_work_horse(self, job: Any, queue: Any) -> None:
        """The forked process: nothing that it shares with the worker may be used by both."""
        if SUPERVISED in os.environ:
            die_with_parent(int(self.pid or 0), signal.SIGKILL)
        for engine in db.engines.values():
            engine.dispose(close=False)
        current_app.extensions.pop("redis", None)
        super().main_work_horse(job, queue)


def run(queues: Sequence[str] = (), *, burst: bool = False) -> None:
    """Work off `queues` (default: all) until stopped, or with `burst` until they are empty."""
    connection = redis.connect(current_app.config["REDIS_URL"])
    waiting = [Queue(name, connection=connection) for name in queues or QUEUES]
    if SUPERVISED in os.environ:
        take_back(waiting)
    logging.getLogger("rq.worker").addFilter(_is_news)
    AppWorker(waiting, connection=connection, **SETTINGS).work(burst=burst, logging_level="WARNING")


def take_back(queues: list[Queue]) -> None:
    """Have jobs that a killed worker left run again at once: under `make run` there is no other worker."""
    for queue in queues:
        StartedJobRegistry(queue=queue).cleanup(timestamp=EVERY_EXPIRY)


def _is_news(record: logging.LogRecord) -> bool:
    # What a job raised is logged by jobs.perform already, with its trace.
    return not str(record.msg).startswith("Worker %s: job %s: exception raised")
