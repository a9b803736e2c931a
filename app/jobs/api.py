"""The job page for programs."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.jobs import operations, overview, queries
from app.jobs.models import JobRun
from app.jobs.schemas import JobSchema, ProcessesSchema, RunSchema
from app.platform.described import gives, starts_anew
from app.platform.errors import NotFound
from app.platform.fab import versions
from app.platform.fab.filters import to_uuid
from app.platform.fab.lists import lists
from app.platform.rest import no_such_row
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import unit_of_work


class JobApi(BaseApi):
    """What runs by itself."""

    route_base = "/api/v1/jobs"
    resource_name = "jobs"
    class_permission_name = "jobs"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(JobSchema, size=100, processes=ProcessesSchema)
    def get_list(self) -> Any:
        """Every job with its schedule, last and next run
        ---
        get:
          responses:
            200: {description: The jobs, and whether what runs them is there}
            401: {$ref: '#/components/responses/401'}
        """
        return overview.job_lines(), {"processes": ProcessesSchema().dump(overview.processes())}

    @expose("/failures", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(RunSchema)
    def failures(self) -> Any:
        """Runs that failed and were not tried since
        ---
        get:
          responses:
            200: {description: The runs, the latest first}
            401: {$ref: '#/components/responses/401'}
        """
        return queries.open_failures() if current_tenant_id() is not None else []

    @expose("/<name>", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @gives(result=JobSchema, runs=[RunSchema])
    def get(self, name: str) -> Response:
        """One job with its last runs
        ---
        get:
          parameters:
          - {in: path, name: name, schema: {type: string}}
          responses:
            200: {description: The job}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        line = overview.job_line(name)
        if line is None:
            raise NotFound(no_such_row())
        runs = queries.runs_of(name) if current_tenant_id() is not None else []
        return self.response(200, result=JobSchema().dump(line), runs=RunSchema(many=True).dump(runs))

    @expose("/<name>/run", methods=["POST"])
    @protect(allow_browser_login=True)
    @permission_name("run")
    @starts_anew
    @gives(accepted=fields.Boolean())
    def run(self, name: str) -> Response:
        """Have a scheduled job run now
        ---
        post:
          parameters:
          - {in: path, name: name, schema: {type: string}}
          responses:
            202: {description: A worker will run it}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        return self._accept(operations.run_now, name)

    @expose("/runs/<pk>", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("history")
    @gives(result=RunSchema)
    def get_run(self, pk: str) -> Response:
        """One run that was kept
        ---
        get:
          responses:
            200: {description: The run}
            404: {$ref: '#/components/responses/404'}
        """
        run = self._run_called(pk)
        return versions.read(self.response(200, result=RunSchema().dump(run)), run)

    @expose("/runs/<pk>/again", methods=["POST"])
    @protect(allow_browser_login=True)
    @permission_name("run")
    @gives(accepted=fields.Boolean())
    def again(self, pk: str) -> Response:
        """Have what failed tried again
        ---
        post:
          parameters:
          - {in: path, name: pk, schema: {type: string, format: uuid}}
          responses:
            202: {description: A worker will run it}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            409: {description: It did not fail, or can not be repeated}
        """
        run = self._run_called(pk)
        return self._accept(versions.guarded(operations.run_again, run), run.id)

    @staticmethod
    def _run_called(pk: str) -> JobRun:
        key = to_uuid(pk)
        run = queries.run(key) if key is not None and current_tenant_id() is not None else None
        if run is None:
            raise NotFound(no_such_row())
        return run

    def _accept(self, operation: Any, key: Any) -> Response:
        with unit_of_work():
            operation(g.user, key)
        return self.response(202, accepted=True)
