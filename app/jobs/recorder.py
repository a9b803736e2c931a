"""Keeps what ran. A worker calls it around every job of a tenant; a record that can not be kept stops none."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from app.jobs import queries, rules
from app.jobs.models import LOST, JobRun
from app.platform import clock
from app.platform.db import db
from app.platform.jobs import Origin
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

log = logging.getLogger(__name__)


def began(job: str, slot: str, origin: Origin, arguments: tuple[Any, ...], trace_id: str) -> UUID | None:
    """Note that a worker begins; the key to give to `ended`. None when it could not be noted."""
    assert origin.tenant_id is not None
    try:
        with tenant_scope(origin.tenant_id), unit_of_work():
            for left in queries.left_running(slot):
                left.outcome = LOST
            run = JobRun(job=job, slot=slot, source=origin.source, trace_id=trace_id, began_at=clock.now(),
                         arguments=rules.to_json(arguments))
            db.session.add(run)
            db.session.flush()
            return run.id
    except Exception:
        log.exception("the beginning of %s was not kept", job)
        return None


def ended(key: UUID | None, origin: Origin, outcome: dict[str, Any], duration_ms: int) -> None:
    """Note how the run `key` ended: `outcome` has outcome, and code where it did not go well."""
    assert origin.tenant_id is not None
    if key is None:
        return
    try:
        with tenant_scope(origin.tenant_id), unit_of_work():
            run = queries.run(key)
            if run is not None:
                run.outcome, run.code = outcome["outcome"], outcome.get("code")
                run.ended_at, run.duration_ms = clock.now(), duration_ms
    except Exception:
        log.exception("the end of a run was not kept")
