"""Reports over REST: what there is, with its filters and its schema; have one made, take it away."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, send_file
from flask_appbuilder.api import BaseApi, expose, protect, safe
from flask_appbuilder.security.decorators import permission_name

from app.platform.errors import DomainError
from app.platform.rest import envelope
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, documents, downloads, operations, queries
from app.reports.models import ReportRun
from app.reports.shape import Report
from app.reports.views import start


class ReportApi(BaseApi):
    """Reports."""

    resource_name = "reports"
    version = "v1"
    class_permission_name = "reports"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @safe
    @permission_name("read")
    def get_list(self) -> Response:
        """Every report that you may have made
        ---
        get:
          responses:
            200: {description: 'Reports with their filters and the JSON schema of a row'}
            401: {$ref: '#/components/responses/401'}
        """
        found = [_described(report) for report in catalogue.reports_for(g.user)]
        return self.response(200, count=len(found), result=found)

    @expose("/<string:name>/runs", methods=["POST"])
    @protect()
    @safe
    @permission_name("add")
    def post_run(self, name: str) -> Response:
        """Have a report made
        ---
        post:
          parameters: [{in: path, name: name, required: true, schema: {type: string}}]
          requestBody:
            content:
              application/json:
                schema: {type: object, description: the filters by name, as texts}
          responses:
            202: {description: 'The run; look at it until its status is done'}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            422: {description: A filter that can not be}
        """
        given = request.get_json(silent=True)
        try:
            with unit_of_work():
                run = operations.request_run(g.user, name, given if isinstance(given, dict) else {})
        except DomainError as refusal:
            return envelope(refusal)
        start(run)
        return self.response(202, **_shown(queries.own_run(g.user, str(run.id))))

    @expose("/runs/<pk>", methods=["GET"])
    @protect()
    @safe
    @permission_name("read")
    def get_run(self, pk: str) -> Response:
        """How a run stands
        ---
        get:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            200: {description: The run with its totals}
            404: {$ref: '#/components/responses/404'}
        """
        try:
            return self.response(200, **_shown(queries.own_run(g.user, pk)))
        except DomainError as refusal:
            return envelope(refusal)

    @expose("/runs/<pk>/file.<string:format>", methods=["GET"])
    @protect()
    @safe
    @permission_name("read")
    def get_file(self, pk: str, format: str) -> Response:
        """A finished run as json, xlsx or pdf
        ---
        get:
          parameters:
          - {in: path, name: pk, required: true, schema: {type: string, format: uuid}}
          - {in: path, name: format, required: true, schema: {type: string, enum: [json, xlsx, pdf]}}
          responses:
            200: {description: The file}
            404: {$ref: '#/components/responses/404'}
            409: {description: It is not ready}
        """
        try:
            run = queries.own_run(g.user, pk)
            made = downloads.taken(g.user, run, format)
        except DomainError as refusal:
            return envelope(refusal)
        return send_file(made, downloads.TYPES[format], download_name=downloads.file_name(run, format))


def _described(report: Report) -> dict[str, Any]:
    return {"name": report.name, "label": str(report.label), "intro": str(report.intro),
            "filters": [{"name": one.name, "label": str(one.label), "kind": one.kind} for one in report.filters],
            "schema": documents.schema(list(report.columns))}


def _shown(run: ReportRun) -> dict[str, Any]:
    return {"id": str(run.id), "name": run.name, "status": run.status, "values": run.values, "rows": run.row_count,
            "totals": run.totals, "problem": run.problem, "created_at": run.created_at.isoformat()}
