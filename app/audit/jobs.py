"""What the trail does by itself."""

from __future__ import annotations

from app.accounts.models import SYSTEM
from app.audit import operations
from app.platform.jobs import job
from app.platform.unit_of_work import unit_of_work


@job("default")
def take_root() -> None:
    """Every day: keep the trail's root and send it to whoever keeps it elsewhere."""
    with unit_of_work():
        operations.take_root(SYSTEM)
