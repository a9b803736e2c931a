"""The report of how the training figures went: what each day on record knew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.kpi import history, queries
from app.kpi.metrics import METRICS, figures
from app.kpi.rules import Counts, Filters, percent, total
from app.platform.errors import DomainError, Invalid
from app.reports.shape import Column, Rows, Values

SHOWN = ("compliance", "overdue", "expired_ratio", "expiring_30", "expiring_90", "waived", "training_completion",
         "approvals_waiting", "renewal_turnaround")


def columns() -> tuple[Column, ...]:
    """A column for each figure; shares in per cent, the rest numbers or days."""
    return tuple(Column(name, METRICS[name].label, "percent" if METRICS[name].unit == "percent" else "number")
                 for name in SHOWN)


def trend(actor: Any, values: Values) -> Rows:
    """Each day on record from `first` to `last`, as it was known then: the figures of whom the actor sees."""
    for then in history.trend(actor, Filters(department=values["department"]), values["first"], values["last"]):
        found = figures(then.counts)
        yield then.taken_on, *(found[name].value for name in SHOWN)


def trend_said_at(values: Values) -> datetime | None:
    """When the last of the days was put on record."""
    return history.recorded_at(values["last"])


def compliance_then(actor: Any, values: Values) -> Rows:
    """Compliance by department as it was known on `day`: from the record, of whom the actor sees today."""
    taken_on = history.last_on_record(values["day"])
    found: dict[Any, list[Counts]] = {}
    for person in history.people_then(actor, Filters(), taken_on) if taken_on else ():
        if person.counts.get("required"):
            found.setdefault(person.department_id, []).append(person.counts)
    places = {one.id: one for one in queries.departments()}
    for place, people in sorted(((places.get(key), people) for key, people in found.items()), key=_by_code):
        yield place and place.code, str(place or _("No department")), len(people), *_lanes(total(people))


def _by_code(line: tuple[Any, Any]) -> tuple[bool, str]:
    place = line[0]
    return place is None, place.code if place else ""


def _lanes(counts: Counts) -> tuple[Any, ...]:
    met, missing = counts.get("met", 0), counts.get("missing", 0)
    return (counts.get("required", 0), met, missing, counts.get("waived", 0), counts.get("not_due", 0),
            percent(met, met + missing) if met + missing else None)


def compliance_refusal(values: Values) -> DomainError | None:
    """Why the record can not answer: it keeps people, not courses, and begins with its first day."""
    if values["known"] != "then":
        return None
    if values["category"]:
        return Invalid(history.NOT_TOLD_APART, field="category", code="not_on_record")
    if history.last_on_record(values["day"]) is None:
        return Invalid(history.NOT_ON_RECORD, field="day", code="not_on_record")
    return None


def compliance_said_at(values: Values) -> datetime | None:
    """When what was known then was put on record."""
    return history.recorded_at(values["day"]) if values["known"] == "then" else None
