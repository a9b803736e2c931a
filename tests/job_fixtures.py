"""A real Redis for the session, and a way to let a worker run what was enqueued."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis import Redis
from rq import Queue, SimpleWorker

from app.platform import redis
from app.platform.jobs import QUEUES
from app.platform.redis_server import EmbeddedRedis
from config import Testing
from tests.databases import worker_number


@pytest.fixture(scope="session", autouse=True)
def redis_url(tmp_path_factory: Any) -> Iterator[str]:
    """The Redis of the tests: the server of TEST_REDIS_URL, else an embedded one. Processes that share the tests
    have a numbered database each. It is emptied, so name none in use."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        Testing.REDIS_URL = urlsplit(given)._replace(path=f"/{worker_number() or 0}").geturl()
        yield Testing.REDIS_URL
        return
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"), keep=False)
    server.start()
    Testing.REDIS_URL = server.url
    yield server.url
    server.stop()


@pytest.fixture(autouse=True)
def _empty_redis(redis_url: str) -> None:
    Redis.from_url(redis_url).flushdb()


@pytest.fixture
def run_pending_jobs(context: Any) -> Callable[[], int]:
    """run_pending_jobs() works off every queue in this process, as a worker would; returns how many ran."""

    def _run() -> int:
        connection = redis.connection()
        queues = [Queue(name, connection=connection) for name in QUEUES]
        before = sum(queue.count for queue in queues)
        SimpleWorker(queues, connection=connection).work(burst=True, logging_level="WARNING")
        return before

    return _run
