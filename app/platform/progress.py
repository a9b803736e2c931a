"""How far a long job is, for the bar on the screen. A hint in Redis: nobody decides anything by it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from redis.exceptions import RedisError

from app.platform import redis
from app.platform.scope import current_tenant_id

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of the step `stage` (a stable word, not a sentence)."""

    done: int
    total: int
    stage: str = ""


def report(key: object, done: int, total: int, stage: str = "") -> None:
    """Say how far the current tenant's work `key` (usually a row's id) is. Never raises."""
    try:
        redis.connection().set(_name(key), json.dumps(asdict(Progress(done, total, stage))), ex=KEPT_SECONDS)
    except RedisError:
        pass


def read(key: object) -> Progress | None:
    """What was last reported; None when nothing was, or Redis is away. Never raises."""
    try:
        found: Any = redis.connection().get(_name(key))
    except RedisError:
        return None
    return Progress(**json.loads(found)) if found else None


def stop(key: object) -> None:
    """Tell whoever does the current tenant's work `key` that nobody waits for it any more. Never raises."""
    try:
        redis.connection().set(f"{_name(key)}:stopped", "1", ex=KEPT_SECONDS)
    except RedisError:
        pass


def is_stopped(key: object) -> bool:
    """Whether `stop` was called: a worker may leave off; the row decides what becomes of it. Never raises."""
    try:
        return bool(redis.connection().exists(f"{_name(key)}:stopped"))
    except RedisError:
        return False


def _name(key: object) -> str:
    return f"trainflow:progress:{current_tenant_id()}:{key}"
