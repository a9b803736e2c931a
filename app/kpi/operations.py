"""Put the numbers of a day on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.kpi import history, queries
from app.kpi.events import FiguresRecorded
from app.kpi.models import KpiSnapshot
from app.kpi.rules import Counts, Filters, Standing, rolled_up
from app.kpi.sources import SOURCES
from app.platform import clock
from app.platform.bulk import insert_new
from app.platform.drafts import parts
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import record


def take_snapshot(actor: Any, *, day: date | None = None) -> int:
    """Put the numbers of `day` (today unless given) on record, as they are known now; return how many rows it took.

    A day that is on record already stays as it is: nothing is done and 0 returned.
    """
    day = day or clock.today()
    if history.is_on_record(day):
        return 0
    found = _standings(actor, day)
    rows = [*_changed(found, day), *_rollups(found, day)]
    for part in parts(rows):
        insert_new(KpiSnapshot, part)
    record(FiguresRecorded(actor_id=actor.id, taken_on=day, people=len(found), rows=len(rows)))
    return len(rows)


def _standings(actor: Any, day: date) -> dict[UUID, Standing]:
    """Everybody of the day with where they stand and what they count."""
    counted: dict[UUID, dict[str, int]] = {}
    for source in SOURCES:
        for group in queries.grouped(actor, Filters(), day, source, by=("employee_id",)):
            counted.setdefault(group.key[0], {}).update((name, many) for name, many in group.counts.items() if many)
    return {person: Standing(department, foreman, counted.get(person, {}))
            for person, department, foreman in queries.posts(day)}


def _changed(found: Mapping[UUID, Standing], day: date) -> Iterator[dict[str, Any]]:
    before = history.last_standings()
    gone = {person: Standing(None, None, {}) for person, was in before.items() if person not in found and was.counts}
    for person, standing in {**found, **gone}.items():
        if before.get(person) != standing:
            yield _row(day, "employee", person, standing.counts, department_id=standing.department_id,
                       foreman_id=standing.foreman_id)


def _rollups(found: Mapping[UUID, Standing], day: date) -> Iterator[dict[str, Any]]:
    tenant_id = current_tenant_id()
    assert tenant_id is not None
    for level, scope_id, counts in rolled_up(found.values(), tenant_id):
        yield _row(day, level, scope_id, counts)


def _row(day: date, level: str, scope_id: UUID, counts: Counts, **more: Any) -> dict[str, Any]:
    now = clock.now()
    return {"id": uuid7(), "tenant_id": current_tenant_id(), "created_at": now, "updated_at": now, "taken_on": day,
            "level": level, "scope_id": scope_id, "department_id": None, "foreman_id": None,
            "counts": dict(counts), **more}
