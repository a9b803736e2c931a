"""How far a long job is, for the bar on the screen. A hint in Redis: nobody decides anything by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from redis.exceptions import RedisError

from app.platform import redis
from app.platform.scope import current_tenant_id

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of the step `stage` (a stable word, not a sentence); `whole`, from 0 to 1: of all
    steps."""

    done: int
    total: int
    stage: str = ""
    whole: float | None = None


def report(key: object, done: int, total: int, stage: str = "", whole: float | None = None) -> None:
    """Say how far the current tenant's work `key` (usually a row's id) is. Never raises."""
    try:
        redis.connection().set(_name(key), json.dumps(asdict(Progress(done, total, stage, whole))), ex=KEPT_SECONDS)
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


_watcher: ContextVar[Callable[[int], None] | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(tell: Callable[[int], None]) -> Iterator[None]:
    """What the block's `advance` says comes to `tell`, each time with the units done since the block began."""
    done = 0

    def _add(count: int) -> None:
        nonlocal done
        done += count
        tell(done)

    token = _watcher.set(_add)
    try:
        yield
    finally:
        _watcher.reset(token)


def advance(count: int) -> None:
    """`count` more rows were written by whoever works for somebody that watches; nothing where nobody does."""
    watcher = _watcher.get()
    if watcher is not None:
        watcher(count)


def _name(key: object) -> str:
    return f"trainflow:progress:{current_tenant_id()}:{key}"
