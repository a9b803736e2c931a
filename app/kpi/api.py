"""The numbers for programs: the same as on screen, narrowed by the same arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import g, request
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.kpi import history, metrics, queries, rows
from app.kpi.asking import Asked, asked
from app.kpi.board import TREND_DAYS
from app.kpi.metrics import METRICS, Metric
from app.kpi.rules import Figure
from app.kpi.schemas import FigureOutput, PointOutput
from app.organisation.models import Employee
from app.platform.errors import NotFound
from app.platform.fab.lists import Marked, lists
from app.platform.rest import no_such_row

LONGEST = 3660  # days


class KpiApi(BaseApi):
    """Training figures. Every number counts only people whom the caller may see: an employee's are the own.

    All take `department`, `team`, `employee`, `job_role`, `grade` and `course` (ids), `category`, `as_of` (a day) and,
    for a past day, `known=then`.
    """

    route_base = "/api/v1/kpi"
    resource_name = "kpi"
    class_permission_name = "kpi"
    allow_browser_login = True

    @expose("/summary", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(FigureOutput, size=100, asOf=fields.Date(), known=fields.String(), takenOn=fields.Date(),
           filters=fields.Dict())
    def summary(self) -> Any:
        """Every metric, with its definition
        ---
        get:
          parameters:
          - {in: query, name: department, schema: {type: string, format: uuid}}
          - {in: query, name: team, schema: {type: string, format: uuid}}
          - {in: query, name: employee, schema: {type: string, format: uuid}}
          - {in: query, name: course, schema: {type: string, format: uuid}}
          - {in: query, name: category, schema: {type: string}}
          - {in: query, name: as_of, schema: {type: string, format: date}}
          - {in: query, name: known, schema: {type: string, enum: [now, then]}}
          responses:
            200: {description: The metrics}
            401: {$ref: '#/components/responses/401'}
            409: {description: Nothing was on record by that day}
            422: {description: The record does not know courses, job roles and grades apart}
        """
        wanted = asked(request.args)
        taken_on = None
        if wanted.is_then:
            then = history.known_then(g.user, wanted.filters, wanted.day)
            counts, taken_on = then.counts, then.taken_on
        else:
            counts = queries.counts(g.user, wanted.filters, wanted.day)
        figures = metrics.figures(counts)
        return [_figure(METRICS[name], figure, wanted) for name, figure in figures.items()], {
            "asOf": wanted.day.isoformat(), "known": "then" if wanted.is_then else "now",
            "takenOn": taken_on.isoformat() if taken_on else None, "filters": wanted.filters.given}

    @expose("/trend/<name>", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(PointOutput, size=LONGEST, most=LONGEST, metric=fields.String(), unit=fields.String())
    def trend(self, name: str) -> Any:
        """A metric as it was known on each day on record, up to `as_of`
        ---
        get:
          parameters:
          - {in: path, name: name, schema: {type: string}}
          - {in: query, name: days, schema: {type: integer, default: 180}}
          responses:
            200: {description: The days}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            422: {description: The record does not know courses, job roles and grades apart}
        """
        metric, wanted = METRICS.get(name), asked(request.args)
        if metric is None:
            raise NotFound(no_such_row())
        history.refuse_untold(wanted.filters)
        days = max(1, min(request.args.get("days", TREND_DAYS, type=int), LONGEST))
        found = history.trend(g.user, wanted.filters, wanted.day - timedelta(days=days), wanted.day)
        return [PointOutput().dump({"day": then.taken_on, **_numbers(metric.figure(then.counts))})
                for then in found], {"metric": name, "unit": metric.unit}

    @expose("/rows/<name>", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(None, is_fixed=True)
    def rows(self, name: str) -> Any:
        """The rows behind a metric; with `known=then` each person with what was on record of them
        ---
        get:
          parameters:
          - {in: path, name: name, schema: {type: string}}
          - in: query
            name: part
            description: "`hits`, `among` or `rest`; `week_0` to `week_12` of expiring_90; `waits_0`, `waits_3`,
              `waits_8` and `waits_15` (days) of approvals_waiting"
            schema: {type: string}
          responses:
            200: {description: The rows and how many there are in all}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            409: {description: Nothing was on record by that day}
            422: {description: The record does not know courses, job roles and grades apart}
        """
        metric, wanted = METRICS.get(name), asked(request.args)
        if metric is None:
            raise NotFound(no_such_row())
        if wanted.is_then:
            then = history.known_then(g.user, wanted.filters, wanted.day)
            return [_standing(*one) for one in rows.people_then(g.user, wanted, metric, then)]
        part = queries.part_named(metric, request.args.get("part", ""))
        number = queries.number_behind(metric, part, rows.count(g.user, wanted, metric))
        return Marked(
            number, lambda after, start, size: rows.part_from(g.user, wanted, metric, part, start, size, after),
            lambda row: [getattr(row, name) for name in queries.KEYS[metric.source]], lambda row: _plain(row._mapping))


def _standing(person: Employee, figure: Figure) -> dict[str, Any]:
    return {"employee_id": str(person.id), "number": person.number, "name": person.name, "hits": figure.hits,
            "among": figure.among}


def _numbers(figure: Figure) -> dict[str, Any]:
    return {"value": figure.value, "hits": figure.hits, "among": figure.among}


def _figure(metric: Metric, figure: Figure, wanted: Asked) -> Any:
    return FigureOutput().dump({
        "name": metric.name, "label": metric.label, "meaning": metric.meaning, "numerator": metric.counts,
        "denominator": metric.of, "unit": metric.unit, **_numbers(figure),
        "rows": wanted.link(f"/api/v1/kpi/rows/{metric.name}")})


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if not name.endswith("_ar") and name != "is_gone"}
    return {name: value.isoformat() if isinstance(value, (date, datetime)) else
            str(value) if value is not None and not isinstance(value, (str, int, float, bool)) else value
            for name, value in shown.items()}
