"""The training figures of the last months, on record as if every second Sunday had been kept."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.kpi import operations
from app.kpi.models import KpiSnapshot
from app.platform import clock
from app.platform.db import db
from seeds.shapes import TenantSeed

EVERY = timedelta(days=14)
POINTS = 12


def plant_figures(tenant: TenantSeed) -> int:
    """Put past days on record, earliest first, in a tenant that has none; return how many rows that was.

    They say what the dates say now: for a demo, where nothing was known then. Comes last, after what it counts.
    """
    if db.session.scalar(sa.select(KpiSnapshot.id).limit(1)) is not None:
        return 0
    db.session.flush()
    return sum(operations.take_snapshot(SYSTEM, day=clock.today() - number * EVERY) for number in range(POINTS, 0, -1))
