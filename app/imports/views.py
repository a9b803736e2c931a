"""The screens of imports: history, upload, columns, questions, dry run, commit, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, g, jsonify, redirect, request, send_file
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.imports import jobs, labels, operations, policies, screens, sheets
from app.imports.importer import importer_of, importers
from app.imports.models import ImportBatch, Stage
from app.imports.rules import can_undo
from app.platform import clock, progress
from app.platform.errors import DomainError, Invalid
from app.platform.fab import OperationView, TenantInterface, listing
from app.platform.unit_of_work import unit_of_work


class ImportView(OperationView):
    """Files on their way into the tables, and what became of them."""

    route_base = "/imports"
    class_permission_name = "imports"
    datamodel = TenantInterface(ImportBatch, load=(joinedload(ImportBatch.uploaded_by),),
                                search=lambda term: ImportBatch.file_name.icontains(term, autoescape=True))
    title_one, title_many, add_label = _l("Import"), _l("Imports"), _l("Import a file")
    icon = "upload"
    intro = _l("Spreadsheets that were read in, each with what it changed; for 30 days it can be undone.")
    empty_text = _l("Read in departments first, then people, courses and their training history.")
    link_column = "file_name"
    list_columns = ["file_name", "kind", "stage", "uploaded_by", "created_at"]
    show_columns = ["file_name", "kind", "stage", "uploaded_by", "created_at", "committed_at"]
    search_columns = ["kind", "stage", "created_at"]
    order_columns = ["created_at", "file_name"]
    default_order = ("created_at", "desc")
    label_columns = {"file_name": _l("File"), "kind": _l("What"), "stage": _l("State"), "uploaded_by": _l("By"),
                     "created_at": _l("Uploaded"), "committed_at": _l("Imported")}
    exclude_route_methods = {"download", "lookup"}
    add_operation = staticmethod(operations.start_import)

    def __init__(self, **kwargs: Any) -> None:
        self.choices = {"kind": {one.kind: one.label for one in importers()}, "stage": labels.STAGES}
        super().__init__(**kwargs)

    # -- pages -----------------------------------------------------------------------------------------

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """Choose what to import and the file."""
        refusal, file = None, request.files.get("file")
        if request.method == "POST":
            try:
                with unit_of_work():
                    return redirect(self.url("show", pk=self._upload(file).id))
            except DomainError as found:
                refusal = found
        kinds = [one for one in importers() if policies.may_import(g.user, one)]
        chosen = request.form.get("kind") or request.args.get("kind") or kinds[0].kind
        return self._page("upload", kinds=kinds, chosen=chosen, refusal=refusal, title=_("Import a file"),
                          step=1), 422 if request.method == "POST" else 200

    @staticmethod
    def _upload(file: Any) -> ImportBatch:
        if file is None or not file.filename:
            raise Invalid(_("Choose a file first."), code="file_missing")
        return operations.start_import(g.user, request.form.get("kind", ""), file.stream, file.filename)

    @expose("/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """Where the batch stands: the page of its step; `?step=columns` goes back to the columns."""
        batch = self.load(pk)
        importer = importer_of(batch.kind) or abort(404)
        goes_back = request.args.get("step") == "columns" and batch.stage in operations.BEFORE_COMMIT
        name, step = ("columns", 2) if goes_back else labels.page_of(batch.stage)
        return self._page(name, batch=batch, importer=importer, screens=screens, title=batch.file_name, step=step,
                          **self._rows(batch))

    def _rows(self, batch: ImportBatch) -> dict[str, Any]:
        if batch.stage not in (Stage.CHECKED, Stage.WAITING, Stage.COMMITTED, Stage.UNDONE):
            return {}
        page = screens.rows_page(batch, request.args.get("outcome", ""), listing.read_page())
        return {**page, "over": operations.over_limits(batch), "can_undo": can_undo(batch.committed_at, clock.now()),
                "may_confirm": self.may("confirm") and g.user.id not in (batch.uploaded_by_id, batch.requested_by_id)}

    def _page(self, name: str, **context: Any) -> Any:
        return self.render_template(f"imports/{name}.html", view=self, labels=labels, **context)

    @expose("/<pk>/progress")
    @has_access
    @permission_name("read")
    def progress(self, pk: str) -> Any:
        """How far the worker is, for the bar."""
        batch = self.load(pk)
        now = progress.read(batch.id) or progress.Progress(0, 0)
        return jsonify(done=now.done, total=now.total, stage=now.stage, whole=now.whole, finished=not batch.is_busy,
                       url=self.url("show", pk=pk))

    @expose("/<pk>/file.<string:form>")
    @has_access
    @permission_name("read")
    def file(self, pk: str, form: str) -> Any:
        """The file back, with what became of each row beside it: `form` is xlsx or csv."""
        batch = self.load(pk)
        if form not in sheets.WRITERS:
            abort(404)
        return send_file(sheets.annotated(batch, form), as_attachment=True, mimetype=sheets.TYPES[form],
                         download_name=sheets.annotated_name(batch, form))

    @expose("/template/<string:kind>.xlsx")
    @has_access
    @permission_name("read")
    def template(self, kind: str) -> Any:
        """An empty workbook of one kind, with drop-downs and notes."""
        importer = importer_of(kind) or abort(404)
        return send_file(sheets.template(importer), as_attachment=True, mimetype=sheets.TYPES["xlsx"],
                         download_name=sheets.template_name(importer))

    # -- steps -----------------------------------------------------------------------------------------

    @expose("/<pk>/table", methods=["POST"])
    @has_access
    @permission_name("add")
    def table(self, pk: str) -> Any:
        """Take the rows from another sheet or below another header."""
        return self._step(pk, operations.choose_table, sheet=request.form.get("sheet", type=int),
                          header=request.form.get("header", type=int))

    @expose("/<pk>/match", methods=["POST"])
    @has_access
    @permission_name("add")
    def match(self, pk: str) -> Any:
        """Say what the columns mean, and check."""
        importer = importer_of(self.load(pk).kind) or abort(404)
        return self._step(pk, operations.match_columns, jobs.check,
                          mapping=screens.read_mapping(importer, request.form))

    @expose("/<pk>/answer", methods=["POST"])
    @has_access
    @permission_name("add")
    def answer(self, pk: str) -> Any:
        """Say what was ambiguous, and check again."""
        return self._step(pk, operations.answer_questions, jobs.check, answers=screens.read_answers(request.form))

    @expose("/<pk>/again", methods=["POST"])
    @has_access
    @permission_name("add")
    def again(self, pk: str) -> Any:
        """Check once more, on the data as it is now."""
        return self._step(pk, operations.check_again, jobs.check)

    @expose("/<pk>/commit", methods=["POST"])
    @has_access
    @permission_name("add")
    def commit(self, pk: str) -> Any:
        """Import: all rows or none, or the good ones."""
        return self._step(pk, operations.request_commit, jobs.merge,
                          good_rows_only=request.form.get("rows") == "good")

    @expose("/<pk>/confirm", methods=["POST"])
    @has_access
    def confirm(self, pk: str) -> Any:
        """Agree to a large import, as a second person."""
        return self._step(pk, operations.confirm_import, jobs.merge)

    @expose("/<pk>/discard", methods=["POST"])
    @has_access
    @permission_name("add")
    def discard(self, pk: str) -> Any:
        """Drop a batch that was not imported."""
        return self._step(pk, operations.discard_import)

    @expose("/<pk>/undo", methods=["POST"])
    @has_access
    def undo(self, pk: str) -> Any:
        """Take an import back."""
        return self._step(pk, operations.request_undo, jobs.undo)

    def _step(self, pk: str, operation: Callable[..., Any], job: Any = None, **values: Any) -> Any:
        batch = self.load(pk)
        try:
            with unit_of_work():
                if operation(g.user, batch.id, **values).is_busy and job is not None:
                    job.enqueue(batch.id)
        except DomainError as refusal:
            for error in refusal.errors:
                flash(str(error), "danger")
        refused = operation is operations.match_columns and not batch.is_busy
        return redirect(self.url("show", pk=pk, step="columns" if refused else None))
