"""What runs by itself."""

from __future__ import annotations

from app.accounts.models import SYSTEM
from app.kpi import operations
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work


@job("default")
def take_snapshot() -> None:
    """Every day: put the numbers of one tenant on record."""
    with unit_of_work():
        operations.take_snapshot(SYSTEM)
