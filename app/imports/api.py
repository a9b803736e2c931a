"""Imports over REST: upload, check, look at the rows, commit, confirm, undo; the same operations as on screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request, send_file
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from app.imports import jobs, operations, queries, sheets
from app.imports.importer import importer_of
from app.imports.models import ImportBatch, Outcome, Stage
from app.imports.views import ImportView
from app.platform.described import takes, takes_file
from app.platform.errors import Invalid, NotFound
from app.platform.fab import OperationApi, versions
from app.platform.fab.api import read_body
from app.platform.fab.attached import sent_file
from app.platform.fab.lists import Lines, lists
from app.platform.rest import no_such_row


class ImportOutput(Schema):
    """A batch as programs see it. `counts` by outcome; `questions` wait for `answers` at /check."""

    id = fields.UUID()
    kind = fields.String()
    stage = fields.String()
    file_name = fields.String()
    file_size = fields.Integer()
    headings = fields.Function(lambda batch: [text for _column, text, _written in batch.table.get("headings", [])])
    mapping = fields.Dict()
    questions = fields.List(fields.Dict())
    counts = fields.Dict()
    problem = fields.Dict()
    created_at = fields.DateTime()
    committed_at = fields.DateTime()
    undone_at = fields.DateTime()


class RowOutput(Schema):
    """A row of a batch: `number` as the sheet shows it, `changes` field to [old, new]."""

    number = fields.Integer()
    place = fields.Integer()
    outcome = fields.String()
    reasons = fields.List(fields.Dict())
    changes = fields.Dict()
    values = fields.Dict()
    subject_id = fields.UUID()
    undo = fields.String()
    undo_reason = fields.String()


class UploadSchema(Schema):
    """What is said beside the file; a sheet or header that is left out is found."""

    kind = fields.String(required=True, metadata={"description": "What the rows are: employees, courses, …"})
    sheet = fields.Integer(metadata={"description": "Which sheet, from 0"})
    header = fields.Integer(metadata={"description": "The row of the headings as Excel counts; 0 for none"})


class CheckSchema(Schema):
    """What the columns mean (field to positions from 0; unless given, as proposed), or answers to questions."""

    mapping = fields.Dict(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), values=fields.String(), load_default=None, allow_none=True)


class CommitSchema(Schema):
    """Whether the good rows go in although others are refused."""

    good_rows_only = fields.Boolean(load_default=False)


class RowsSchema(Schema):
    """Which rows: of one outcome, or those that still stand."""

    class Meta:
        """What else the address takes pages the list."""

        unknown = EXCLUDE

    outcome = fields.String(load_default="", validate=validate.OneOf(["", *Outcome, "standing"]))


class ImportApi(OperationApi):
    """Imports."""

    resource_name = "imports"
    class_permission_name = "imports"
    datamodel = ImportView.datamodel
    search_columns = ImportView.search_columns
    order_columns = ImportView.order_columns
    base_order = ("created_at", "desc")
    output_schema = ImportOutput
    list_columns = ["id", "kind", "stage", "file_name", "counts", "created_at"]
    delete_operation = staticmethod(operations.discard_import)
    include_route_methods = {"get_list", "get", "delete", "upload", "check", "rows", "commit", "confirm", "undo",
                             "get_file", "get_template"}
    method_permission_name = {**OperationApi.method_permission_name, "delete": "add"}

    @expose("/", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes_file(UploadSchema)
    def upload(self) -> Response:
        """Upload a file
        ---
        post:
          responses:
            201: {description: The batch with its headings and the proposed mapping}
            401: {$ref: '#/components/responses/401'}
            422: {description: No spreadsheet, or nothing in it}
        """
        file, name = sent_file()
        return self.perform(201, operations.start_import, request.form.get("kind", ""), file, name,
                            sheet=request.form.get("sheet", type=int), header=request.form.get("header", type=int))

    @expose("/<pk>/check", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(CheckSchema)
    def check(self, pk: str) -> Response:
        """Match the columns, or answer the questions, and make the dry run
        ---
        post:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            202: {description: A worker is at it}
            404: {$ref: '#/components/responses/404'}
            422: {description: The mapping or an answer can not be used}
        """
        def start(actor: Any, batch_id: Any, *, mapping: Any, answers: Any) -> ImportBatch:
            batch = queries.batch(batch_id)
            if answers is not None:
                return operations.answer_questions(actor, batch_id, answers)
            if batch.stage == Stage.CHECKED and mapping is None:
                return operations.check_again(actor, batch_id)
            return operations.match_columns(actor, batch_id, batch.mapping if mapping is None else mapping)

        return self._start(pk, start, jobs.check, CheckSchema())

    @expose("/<pk>/rows", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(RowOutput, size=100, is_fixed=True)
    def rows(self, pk: str) -> Any:
        """The rows of a batch
        ---
        get:
          parameters:
          - {in: path, name: pk, required: true, schema: {type: string, format: uuid}}
          - {in: query, name: outcome, schema: {type: string}}
          responses:
            200: {description: Rows in the order of the file}
            404: {$ref: '#/components/responses/404'}
        """
        batch = self._visible(pk)
        try:
            outcome = RowsSchema().load(request.args.to_dict())["outcome"] or None
        except ValidationError as problem:
            raise Invalid(str(problem.messages), code="filter_invalid") from problem
        return Lines(range(queries.row_count(batch.id, outcome)),
                     lambda places: queries.rows_from(batch.id, outcome, places[0], len(places)))

    @expose("/<pk>/file.<string:form>", methods=["GET"])
    @protect()
    @permission_name("read")
    def get_file(self, pk: str, form: str) -> Response:
        """The file back, with what became of each row beside it
        ---
        get:
          parameters:
          - {in: path, name: pk, required: true, schema: {type: string, format: uuid}}
          - {in: path, name: form, required: true, schema: {type: string, enum: [xlsx, csv]}}
          responses:
            200:
              description: The file
              content:
                application/vnd.openxmlformats-officedocument.spreadsheetml.sheet:
                  schema: {type: string, format: binary}
                text/csv: {schema: {type: string, format: binary}}
            404: {$ref: '#/components/responses/404'}
        """
        batch = self._visible(pk)
        if form not in sheets.WRITERS:
            raise NotFound(no_such_row())
        return send_file(sheets.annotated(batch, form), as_attachment=True, mimetype=sheets.TYPES[form],
                         download_name=sheets.annotated_name(batch, form))

    @expose("/templates/<string:kind>.xlsx", methods=["GET"])
    @protect()
    @permission_name("read")
    def get_template(self, kind: str) -> Response:
        """An empty workbook of one kind, with drop-downs and notes
        ---
        get:
          parameters:
          - {in: path, name: kind, required: true, schema: {type: string}, example: employees}
          responses:
            200:
              description: The workbook
              content:
                application/vnd.openxmlformats-officedocument.spreadsheetml.sheet:
                  schema: {type: string, format: binary}
            404: {$ref: '#/components/responses/404'}
        """
        importer = importer_of(kind)
        if importer is None:
            raise NotFound(no_such_row())
        return send_file(sheets.template(importer), as_attachment=True, mimetype=sheets.TYPES["xlsx"],
                         download_name=sheets.template_name(importer))

    @expose("/<pk>/commit", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(CommitSchema)
    def commit(self, pk: str) -> Response:
        """Write the accepted rows
        ---
        post:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            202: {description: 'A worker is at it, or a second person has to confirm (stage waiting)'}
            404: {$ref: '#/components/responses/404'}
            409: {description: 'Rows are refused, nothing is left to do, or it was committed already'}
        """
        return self._start(pk, operations.request_commit, jobs.merge, CommitSchema())

    @expose("/<pk>/confirm", methods=["POST"])
    @protect()
    @permission_name("confirm")
    def confirm(self, pk: str) -> Response:
        """Agree, as a second person, to a large batch
        ---
        post:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            202: {description: A worker is at it}
            403: {description: Somebody else has to confirm}
            404: {$ref: '#/components/responses/404'}
        """
        return self._start(pk, operations.confirm_import, jobs.merge)

    @expose("/<pk>/undo", methods=["POST"])
    @protect()
    @permission_name("undo")
    def undo(self, pk: str) -> Response:
        """Take a committed batch back
        ---
        post:
          parameters: [{in: path, name: pk, required: true, schema: {type: string, format: uuid}}]
          responses:
            202: {description: A worker is at it}
            404: {$ref: '#/components/responses/404'}
            409: {description: It was not committed, or too long ago}
        """
        return self._start(pk, operations.request_undo, jobs.undo)

    def _start(self, pk: str, operation: Callable[..., Any], job: Any, schema: Schema | None = None) -> Response:
        def run(actor: Any, batch_id: Any, **values: Any) -> ImportBatch:
            batch: ImportBatch = operation(actor, batch_id, **values)
            if batch.is_busy:
                job.enqueue(batch.id)
            return batch

        batch = self._visible(pk)
        values = read_body(schema) if schema is not None else {}
        return self.perform(202, versions.guarded(run, batch), batch.id, **values)
