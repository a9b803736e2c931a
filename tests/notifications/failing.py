"""Workers that are killed, a Redis that forgets, and days that pass: what every message has to survive."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
import time_machine
from redis import Redis
from rq import Queue, SimpleWorker

from app.notifications.models import DeliveryAttempt, OutboxMessage
from app.platform import redis
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.conftest import NOW

TROUBLES = {"later": .04, "refused_us": .02, "kill_early": .06, "kill_late": .08, "drop_kept": .05, "drop_lost": .05,
            "hang": .02}
SMTP = {"MAIL_CHANNEL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": "none", "SMTP_TIMEOUT_SECONDS": 0.4,
        "SMTP_DATA_TIMEOUT_SECONDS": 0.4}
STEP = dt.timedelta(hours=2)  # past every lease and back-off


class Night:
    """Two workers at a time on the application's database, each until it finds nothing to do or is killed."""

    def __init__(self, app: Any, tenant_id: Any, judge: Any, redis_url: str, sweeps: Sequence[Callable[[], None]],
                 kill_within: float = 0) -> None:
        self.app, self.tenant_id, self.judge, self.redis_url = app, tenant_id, judge, redis_url
        self.sweeps, self.kill_within, self.random = sweeps, kill_within, random.Random(judge.random.random())
        self.rounds = 0
        self.killed = 0

    def work(self) -> None:
        """One round: Redis starts out empty, a sweep finds what there is to do. With `kill_within` (seconds) one of
        the workers is killed at any moment of that time, wherever it is."""
        Redis.from_url(self.redis_url).flushdb()
        fork = multiprocessing.get_context("fork")
        workers = [fork.Process(target=self._one_worker) for _number in range(2)]
        for worker in workers:
            worker.start()
        self.judge.workers = [worker.pid for worker in workers]
        if self.kill_within:
            self._kill_one_of(workers)
        for worker in workers:
            worker.join()
        self.judge.workers = []
        self.rounds += 1

    def _kill_one_of(self, workers: Sequence[Any]) -> None:
        chosen = self.random.choice(workers)
        chosen.join(self.random.random() * self.kill_within)
        if chosen.is_alive():
            os.kill(chosen.pid, signal.SIGKILL)
            self.killed += 1

    def _one_worker(self) -> None:
        with time_machine.travel(NOW + self.rounds * STEP, tick=False), self.app.app_context():
            self.app.extensions.pop("redis", None)
            with tenant_scope(self.tenant_id):
                for sweep in self.sweeps:
                    sweep()
            connection = redis.connection()
            SimpleWorker([Queue("default", connection=connection)], connection=connection).work(
                burst=True, logging_level="CRITICAL")
        os._exit(0)

    def waiting(self) -> int:
        """How many messages are on their way."""
        with self.app.app_context(), tenant_scope(self.tenant_id):
            found = db.session.scalar(sa.select(sa.func.count(OutboxMessage.id)).where(
                OutboxMessage.state.not_in(("sent", "digested"))))
        with self.app.app_context():
            db.engine.dispose()
        return found or 0

    def result(self) -> tuple[dict[str, int], int]:
        """How many messages are in which state, and how many attempts nobody knows the outcome of."""
        with self.app.app_context(), tenant_scope(self.tenant_id):
            states: Any = db.session.execute(sa.select(OutboxMessage.state, sa.func.count(OutboxMessage.id))
                                             .group_by(OutboxMessage.state)).all()
            unknown = db.session.scalar(sa.select(sa.func.count(DeliveryAttempt.id))
                                        .where(DeliveryAttempt.outcome == "unknown"))
        return dict(states), unknown or 0
