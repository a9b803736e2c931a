"""What a training officer and a foreman of the demo have had made, and what comes to them by itself."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import force_locale

from app.accounts import queries as accounts
from app.platform.db import db
from app.reports import operations
from app.reports.models import ReportSchedule
from seeds.shapes import FOREMAN, OFFICER, TenantSeed

SCHEDULES = {OFFICER: (("expiring", "week"), ("compliance", "month")), FOREMAN: (("expiring", "week"),)}
RUNS = ("compliance", "expiring", "trend", "hours")


def plant_reports(tenant: TenantSeed) -> int:
    """Schedules of the first officer and foreman, and finished reports of the officer, where there are none yet."""
    if db.session.scalar(sa.select(ReportSchedule.id).limit(1)) is not None:
        return 0
    db.session.flush()
    made = 0
    for role, wanted in SCHEDULES.items():
        person = next(one for one in tenant.people if one.role == role)
        login = accounts.login_by_email(tenant.address(person))
        with force_locale("en"):
            for name, every in wanted:
                operations.add_schedule(login, name, {}, every=every)
            for name in RUNS if role == OFFICER else ():
                run = operations.request_run(login, name, {})
                operations.finish_run(login, run.id, operations.compose(login, run, lambda rows: None))
                made += 1
        made += len(wanted)
    return made
