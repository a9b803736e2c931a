"""The report of how the training figures went: what each day on record knew."""

from __future__ import annotations

from typing import Any

from app.kpi import history
from app.kpi.metrics import METRICS, figures
from app.kpi.rules import Filters
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
