"""The one way to Redis. Whatever is there is a hint: the database is the truth."""

from __future__ import annotations

from typing import Any

from flask import current_app
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE_SECONDS = 2  # a click never waits longer than this for a Redis that does not answer


def connection() -> Redis:
    """This process's connection to `REDIS_URL`; a Redis that is away raises RedisError within two seconds."""
    known: dict[str, Redis] = current_app.extensions.setdefault("redis", {})
    url = current_app.config["REDIS_URL"]
    if url not in known:
        known[url] = connect(url, socket_timeout=PATIENCE_SECONDS)
    return known[url]


def connect(url: str, **options: Any) -> Redis:
    """A connection of its own, for those who wait on Redis: workers and the scheduler."""
    return Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 1), **options)
