"""The rows behind a number as people see them: on screen, over REST and in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kpi import history, queries
from app.kpi.asking import Asked
from app.kpi.metrics import Metric
from app.kpi.rules import Figure, days
from app.kpi.wording import UNITS
from app.organisation.models import Employee
from app.platform.catalogue import language
from app.platform.db import db
from app.platform.fab.cursor import damaged

PAGE_SIZE = 50
LANES: dict[str, Any] = {"met": _l("Covered"), "waived": _l("Waived"), "not_due": _l("Not due yet"),
                         "missing": _l("Missing")}
REQUESTS: dict[str, Any] = {"waiting": _l("Waiting"), "approved": _l("Approved"), "rejected": _l("Rejected")}


@dataclass(frozen=True)
class RowColumn:
    """A column of the rows: its name, heading, kind (as `exports.writers.Column`) and value of a row."""

    name: str
    heading: Any
    kind: str
    value: Callable[[Any], Any]


def _own(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _name(name: str) -> Callable[[Any], Any]:
    arabic = "name_ar" if name == "name" else f"{name}_ar"
    return lambda row: (getattr(row, arabic) if language() == "ar" else None) or getattr(row, name)


def _never(name: str) -> Callable[[Any], Any]:
    return lambda row: _("Never expires") if getattr(row, name) == date.max else getattr(row, name)


def _worded(words: dict[str, Any], name: str) -> Callable[[Any], Any]:
    return lambda row: str(words[getattr(row, name)])


_WHO = (
    RowColumn("number", _l("Number"), "text", _own("number")),
    RowColumn("employee", _l("Employee"), "text", _name("name")),
    RowColumn("department", _l("Department"), "text", _name("department")),
    RowColumn("course", _l("Course"), "text", _name("course")),
)
_COLUMNS: dict[str, tuple[RowColumn, ...]] = {
    "pairs": (
        RowColumn("state", _l("State"), "state", _own("state")),
        RowColumn("expires_on", _l("Expires"), "date", _never("expires_on")),
        RowColumn("due_on", _l("Must have it by"), "date", _own("due_on")),
        RowColumn("lane", _l("Counts as"), "text", _worded(LANES, "lane"))),
    "enrollments": (
        RowColumn("outcome", _l("Status"), "state", _own("outcome")),
        RowColumn("started_on", _l("Started"), "date", _own("started_on")),
        RowColumn("completed_on", _l("Completed"), "date", _own("completed_on"))),
    "requests": (
        RowColumn("status", _l("Status"), "text", _worded(REQUESTS, "status")),
        RowColumn("asked_at", _l("Asked"), "instant", _own("asked_at")),
        RowColumn("closed_at", _l("Decided"), "instant", _own("closed_at")),
        RowColumn("days", _l("Days"), "number", lambda row: days(row.minutes))),
}  # fmt: skip


def columns(metric: Metric) -> tuple[RowColumn, ...]:
    """The columns of the rows behind a metric."""
    return _WHO + _COLUMNS[metric.source]


def leads_to(metric: Metric, day: date) -> Callable[[Any], str]:
    """The address of what a row is about: why the pair stands as it does on `day`, the enrollment, the request.
    Nothing for what has no page any more."""
    address: Callable[[Any], str] = {
        "pairs": lambda row: f"/matrix/cell/{row.employee_id}/{row.course_id}?day={day.isoformat()}",
        "enrollments": lambda row: f"/enrollments/{row.enrollment_id}",
        "requests": lambda row: f"/all-renewals/{row.request_id}"}[metric.source]
    return lambda row: "" if row.is_gone else address(row)


def columns_then(metric: Metric) -> tuple[RowColumn, ...]:
    """The columns of who counted how much on a past day: of (person, figure)."""
    counted = RowColumn("hits", f"{metric.counts} ({UNITS['days']})" if metric.is_average else metric.counts, "number",
                        lambda row: days(row[1].hits) if metric.is_average else row[1].hits)
    among = RowColumn("among", metric.of, "number", lambda row: row[1].among)
    return (RowColumn("number", _l("Number"), "text", lambda row: row[0].number),
            RowColumn("employee", _l("Employee"), "text", lambda row: str(row[0])),
            *((counted,) if metric.hits == metric.among else (counted, among)))


def page(actor: Any, asked: Asked, metric: Metric, part: str, number: int) -> list[Any]:
    """Page `number` (from 1) of the rows behind a part of a metric."""
    return part_from(actor, asked, metric, part, (number - 1) * PAGE_SIZE, PAGE_SIZE)


def part_from(actor: Any, asked: Asked, metric: Metric, part: str, start: int, size: int,
              after: Sequence[UUID] = ()) -> list[Any]:
    """`size` of the rows behind a part of a metric, from `start` (from 0) on, of those after the row with the keys
    `after` (see `queries.KEYS`). Invalid `cursor_unknown` for keys that no row of the metric has."""
    if after and len(after) != len(queries.KEYS[metric.source]):
        raise damaged()
    statement = queries.behind(actor, asked.filters, asked.day, metric, part, after)
    return list(db.session.execute(statement.limit(size).offset(start),
                                   execution_options=queries.kept(asked.filters)))


def all_rows(actor: Any, asked: Asked, metric: Metric, part: str) -> Iterator[Any]:
    """All of them, read in parts."""
    statement = queries.behind(actor, asked.filters, asked.day, metric, part)
    yield from db.session.execute(statement, execution_options={"yield_per": 1000} | queries.kept(asked.filters))


def count(actor: Any, asked: Asked, metric: Metric) -> dict[str, int]:
    """The counters of the metric's source: the figure, and how many rows each part has."""
    groups = queries.grouped(actor, asked.filters, asked.day, metric.source, weeks=metric.name == "expiring_90")
    return dict(groups[0].counts) if groups else {}


def people_then(actor: Any, asked: Asked, metric: Metric, then: history.Then) -> list[tuple[Employee, Figure]]:
    """Who counted how much on a day on record, by name: those who counted at all."""
    found = {one.scope_id: metric.figure(one.counts)
             for one in history.people_then(actor, asked.filters, then.taken_on)}
    people = queries.named(Employee, [key for key, figure in found.items() if figure.hits or figure.among])
    return sorted(((person, found[key]) for key, person in people.items()),
                  key=lambda one: (str(one[0]), one[0].number))
