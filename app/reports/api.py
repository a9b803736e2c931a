"""Reports over REST: what there is, with its filters and its schema; have one made, take it away."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, send_file
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.platform.described import gives, starts_anew
from app.platform.fab import versions
from app.platform.fab.lists import Lines, lists
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, documents, downloads, filters, operations, queries
from app.reports.asking import start


class FilterOutput(Schema):
    """What a report can be narrowed by."""

    name = fields.String()
    label = fields.String()
    kind = fields.String()


class ReportOutput(Schema):
    """A report; `schema` is the JSON Schema of one of its rows."""

    name = fields.String()
    label = fields.String()
    intro = fields.String()
    forms = fields.List(fields.String())
    filters = fields.List(fields.Nested(FilterOutput))
    schema = fields.Function(lambda report: documents.schema(list(report.columns)))


class RunOutput(Schema):
    """A run of a report, with its totals once it is done."""

    id = fields.UUID()
    name = fields.String()
    status = fields.String()
    values = fields.Dict()
    rows = fields.Integer(attribute="row_count")
    totals = fields.Raw()
    problem = fields.Raw()
    created_at = fields.DateTime()


class ReportApi(BaseApi):
    """Reports."""

    resource_name = "reports"
    version = "v1"
    class_permission_name = "reports"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(ReportOutput, size=100)
    def get_list(self) -> Any:
        """Every report that you may have made
        ---
        get:
          responses:
            200: {description: 'Reports with their filters and the JSON schema of a row'}
            401: {$ref: '#/components/responses/401'}
        """
        return catalogue.reports_for(g.user)

    @expose("/<string:name>/runs", methods=["POST"])
    @protect()
    @permission_name("add")
    @starts_anew
    @gives(**RunOutput().dump_fields)
    def post_run(self, name: str) -> Response:
        """Have a report made
        ---
        post:
          parameters: [{in: path, name: name, required: true, schema: {type: string}}]
          requestBody:
            content:
              application/json:
                schema: {type: object, description: the filters by name, as texts}
                example: {department: 01a1ffcf-de42-766d-a618-e0df5f075d2b}
          responses:
            202: {description: 'The run; look at it until its status is done'}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            422: {description: A filter that can not be}
        """
        body = request.get_json(silent=True)
        given = body if isinstance(body, dict) else {}
        filters.refuse_unknown(catalogue.report_for(g.user, name), given)
        with unit_of_work():
            run = operations.request_run(g.user, name, given)
        start(run)
        return self.response(202, **RunOutput().dump(queries.own_run(g.user, str(run.id))))

    @expose("/runs", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(RunOutput)
    def get_runs(self) -> Any:
        """Your runs, newest first
        ---
        get:
          responses:
            200: {description: The runs and how many there are in all}
            401: {$ref: '#/components/responses/401'}
        """
        return Lines(queries.own_run_ids(g.user), queries.runs_called)

    @expose("/runs/<pk>", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(**RunOutput().dump_fields)
    def get_run(self, pk: str) -> Response:
        """How a run stands
        ---
        get:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            200: {description: The run with its totals}
            404: {$ref: '#/components/responses/404'}
        """
        run = queries.own_run(g.user, pk)
        return versions.read(self.response(200, **RunOutput().dump(run)), run)

    @expose("/runs/<pk>/cancel", methods=["POST"])
    @protect()
    @permission_name("add")
    @gives(**RunOutput().dump_fields)
    def post_cancel(self, pk: str) -> Response:
        """No longer want a run
        ---
        post:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            200: {description: 'The run, cancelled'}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            409: {description: It is made already}
        """
        with unit_of_work():
            run = versions.guarded(operations.cancel_run, queries.own_run(g.user, pk))(g.user, pk)
        return versions.mark(self.response(200, **RunOutput().dump(run)), run)

    @expose("/runs/<pk>/file.<string:format>", methods=["GET"])
    @protect()
    @permission_name("read")
    def get_file(self, pk: str, format: str) -> Response:
        """A finished run as json, xlsx or pdf
        ---
        get:
          parameters:
          - {in: path, name: pk, required: true, schema: {type: string, format: uuid}}
          - {in: path, name: format, required: true, schema: {type: string, enum: [json, xlsx, pdf]}}
          responses:
            200:
              description: The file
              content:
                application/json: {schema: {type: object, required: [report, title, schema, rows, totals]}}
                application/pdf: {schema: {type: string, format: binary}}
                application/vnd.openxmlformats-officedocument.spreadsheetml.sheet:
                  schema: {type: string, format: binary}
            404: {$ref: '#/components/responses/404'}
            409: {description: It is not ready}
        """
        run = queries.own_run(g.user, pk)
        made = downloads.taken(g.user, run, format)
        return send_file(made, downloads.TYPES[format], download_name=downloads.file_name(run, format))
