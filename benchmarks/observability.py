"""What a request costs for being logged and counted: a list page with and without."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask

from app.platform import metrics
from app.platform.logging import JsonFormatter
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, compare

ADDRESS = "/departments"  # a short list, of which logging and counting is the largest part
WATCHING = ("app.platform.logging", "app.platform.metrics")
TURNS = 60


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """The page, logged and counted, against the same page when it is neither; aimed at 5 % more at most."""
    def page() -> None:
        assert client.get(ADDRESS).status_code == 200

    with _logging_to_nowhere(), _unwatched(client.application) as unwatched:
        yield compare("list page, logged and counted", page, lambda: unwatched(page), target=1.05, turns=TURNS)


@contextmanager
def _logging_to_nowhere() -> Iterator[None]:
    log = logging.getLogger("trainflow.request")
    with open(os.devnull, "w") as nowhere:
        handler = logging.StreamHandler(nowhere)
        handler.setFormatter(JsonFormatter())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.setLevel(logging.NOTSET)
            log.propagate = True


@contextmanager
def _unwatched(app: Flask) -> Iterator[Callable[[Callable[[], None]], None]]:
    """unwatched(call) makes a call while no hook logs or counts."""
    places = (app.before_request_funcs, app.after_request_funcs)
    whole = [list(place[None]) for place in places]
    rest = [[hook for hook in hooks if hook.__module__ not in WATCHING] for hooks in whole]
    assert sum(map(len, whole)) - sum(map(len, rest)) == 2 * len(WATCHING)

    def unwatched(call: Callable[[], None]) -> None:
        counted = metrics._counted.get()
        metrics._counted.set(None)
        for place, hooks in zip(places, rest, strict=True):
            place[None] = list(hooks)
        try:
            call()
        finally:
            for place, hooks in zip(places, whole, strict=True):
                place[None] = list(hooks)
            metrics._counted.set(counted)

    yield unwatched
