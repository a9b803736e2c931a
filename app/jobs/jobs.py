"""What runs by itself."""

from __future__ import annotations

from datetime import timedelta

from app.jobs import queries
from app.platform import clock
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work

KEPT = timedelta(days=60)


@job("default")
def forget_runs() -> None:
    """Every day: forget what ran more than sixty days ago."""
    with unit_of_work():
        queries.forget_before(clock.now() - KEPT)
