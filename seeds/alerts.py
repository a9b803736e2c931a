"""The warnings of a demo tenant's first morning: everybody whose certificate runs out soon has been told."""

from __future__ import annotations

from app.accounts.models import SYSTEM
from app.alerts import operations, queries
from seeds.shapes import TenantSeed


def plant_alerts(seed: TenantSeed) -> int:
    """Make the first round, once; returns how many warnings that were. Runs in the tenant's scope, at the end."""
    if queries.round_days() is not None:
        return 0
    due = operations.preview_round()
    operations.send_alerts(SYSTEM)
    return due.warnings
