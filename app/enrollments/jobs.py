"""What runs by itself."""

from __future__ import annotations

from app.enrollments import upkeep
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work


@job("default")
def refresh_statuses() -> None:
    """Every day: bring the cached statuses of one tenant in line with the dates."""
    with unit_of_work():
        upkeep.refresh_statuses()
