"""One click, one transaction. This is the only module that commits."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import g

from app.platform import statistics
from app.platform.constraints import refusal_of
from app.platform.db import db

log = logging.getLogger(__name__)

Reaction = Callable[[Any], None]


@dataclass
class _Work:
    events: list[Any] = field(default_factory=list)
    after: list[tuple[Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)


_reactions: dict[type, tuple[Reaction, ...]] = {}


def wire(reactions: Mapping[type, Iterable[Reaction]]) -> None:
    """Called once by app.wiring: event class to the functions that run inside the transaction.

    The key `object` stands for every event.
    """
    _reactions.clear()
    _reactions.update({event: tuple(functions) for event, functions in reactions.items()})


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what the block did, or nothing. Opened by views, API, jobs and commands only.

    Reactions to recorded events run inside the transaction; calls given to `after_commit` run once the
    change is durable. Raises RuntimeError when a unit of work is already open, and a refusal where two
    people saved the same thing at once.
    """
    if g.get("work") is not None:
        raise RuntimeError("a unit of work is already open; operations never open one")
    work = g.work = _Work()
    try:
        _begin_writing()
        yield
        _react(work)
        db.session.commit()
    except sa.exc.IntegrityError as error:
        db.session.rollback()
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise refusal from error
    except BaseException:
        db.session.rollback()
        raise
    finally:
        g.work = None
    _refresh_statistics(work)
    _run_after(work)


@contextmanager
def savepoint() -> Iterator[None]:
    """Undo a part of the work when the block raises: its rows and the events recorded in it."""
    work: _Work = g.work
    events, after = len(work.events), len(work.after)
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        del work.events[events:], work.after[after:]
        raise


def record(event: Any) -> None:
    """Say what happened. The one way an operation reaches audit, notifications and reactions."""
    g.work.events.append(event)


def after_commit(call: Callable[..., Any], *args: Any) -> None:
    """Run once the change is durable: enqueue a job, never write."""
    g.work.after.append((call, args))


def note_written(table: str, rows: int) -> None:
    """Say that so many rows of a table were written at once; after many, the planner looks at it anew."""
    g.work.written[table] += rows


def _begin_writing() -> None:
    # The request may have read already; a writer starts from a fresh snapshot and, on SQLite, a lock.
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a unit of work")
    if session.in_transaction():
        db.session.commit()
    db.session.connection(execution_options={"writes": True})


def _react(work: _Work) -> None:
    while work.events:
        event = work.events.pop(0)
        for reaction in (*_reactions.get(type(event), ()), *_reactions.get(object, ())):
            reaction(event)


def _refresh_statistics(work: _Work) -> None:
    try:
        if statistics.refresh(work.written):
            db.session.commit()
    except sa.exc.SQLAlchemyError:  # the change is committed; what follows is slower than it might be
        db.session.rollback()
        log.warning("the statistics of %s were not refreshed", ", ".join(work.written), exc_info=True)


def _run_after(work: _Work) -> None:
    for call, args in work.after:
        try:
            call(*args)
        except Exception:  # the change is committed; a sweep finds what was not enqueued
            log.exception("after commit: %s failed", getattr(call, "__qualname__", call))
