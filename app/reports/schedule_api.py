"""Reports that are made again and again, over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from app.platform.described import gives, takes
from app.platform.fab import versions
from app.platform.fab.api import read_body
from app.platform.fab.lists import lists
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, filters, operations, queries, rules


class ScheduleInput(Schema):
    """Which report, how often, and what narrows it: filters by name, as texts. Dates move along and are not kept."""

    name = fields.String(required=True)
    every = fields.String(required=True, validate=OneOf(rules.EVERY))
    filters = fields.Dict(keys=fields.String(), values=fields.String())


class ScheduleOutput(Schema):
    """A report that is made for you again and again, and the day on which it last was. `problem` says what stands in
    the way, `stopped_on` since which turn."""

    id = fields.UUID()
    name = fields.String()
    every = fields.String()
    filters = fields.Dict(attribute="values")
    last_on = fields.Date(allow_none=True)
    stopped_on = fields.Date(allow_none=True)
    problem = fields.Function(lambda schedule: operations.hindrance_words(g.user, schedule) or None)


class ReportScheduleApi(BaseApi):
    """Your reports that come by themselves."""

    resource_name = "report-schedules"
    version = "v1"
    class_permission_name = "reports"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(ScheduleOutput)
    def get_list(self) -> Any:
        """Your schedules
        ---
        get:
          responses:
            200: {description: All of them}
            401: {$ref: '#/components/responses/401'}
        """
        return queries.own_schedules(g.user)

    @expose("/", methods=["POST"])
    @protect()
    @permission_name("schedule")
    @takes(ScheduleInput)
    @gives(id=fields.UUID(), result=ScheduleOutput)
    def post(self) -> Response:
        """Have a report made every day, every week (on Sunday) or every month (on its first)
        ---
        post:
          responses:
            201: {description: The schedule}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            422: {description: 'A filter that can not be, or another interval'}
        """
        given = read_body(ScheduleInput())
        narrowed = given.get("filters", {})
        filters.refuse_unknown(catalogue.report_for(g.user, given["name"]), narrowed)
        with unit_of_work():
            schedule = operations.add_schedule(g.user, given["name"], narrowed, every=given["every"])
        return versions.mark(self.response(201, id=str(schedule.id), result=ScheduleOutput().dump(schedule)), schedule)

    @expose("/<pk>", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(result=ScheduleOutput)
    def get(self, pk: str) -> Response:
        """One of your schedules
        ---
        get:
          responses:
            200: {description: The schedule}
            404: {$ref: '#/components/responses/404'}
        """
        schedule = queries.own_schedule(g.user, pk)
        return versions.read(self.response(200, result=ScheduleOutput().dump(schedule)), schedule)

    @expose("/<pk>", methods=["DELETE"])
    @protect()
    @permission_name("schedule")
    @gives(result=ScheduleOutput)
    def delete(self, pk: str) -> Response:
        """Have it made no longer
        ---
        delete:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            200: {description: What ended}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        with unit_of_work():
            schedule = versions.guarded(operations.end_schedule, queries.own_schedule(g.user, pk))(g.user, pk)
        return self.response(200, result=ScheduleOutput().dump(schedule))
