"""Reports on screen: choose one, narrow it, look at it, take it away, have it made again and again."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import abort, flash, g, jsonify, redirect, request, send_file, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.platform import progress
from app.platform.errors import DomainError, NotFound
from app.platform.fab import listing
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, documents, downloads, filters, operations, queries
from app.reports.asking import start
from app.reports.models import ReportRun, RunStatus
from app.reports.shape import Report

PREVIEW = 50
FORMS = {"pdf": "PDF", "xlsx": "Excel", "json": "JSON"}
EVERY = {"day": _l("Every day"), "week": _l("Every week, on Sunday"), "month": _l("Every month, on the first")}


class ReportView(BaseView):
    """The reports, and what was made of them."""

    route_base = "/reports"
    class_permission_name = "reports"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """Every report that the reader may run, the own runs and schedules."""
        number = listing.read_page()
        runs, many = queries.own_runs(g.user, number)
        return self.render_template(
            "reports/index.html", title=_("Reports"), reports=catalogue.reports_for(g.user), every=EVERY,
            runs=runs, number=number, pages=-(-many // queries.SHOWN), hindrance_words=operations.hindrance_words,
            narrowed_words=operations.narrowed_words,
            schedules=queries.own_schedules(g.user), label_of=catalogue.label_of,
            forms_of=catalogue.forms_of, form_words=FORMS)

    @expose("/<string:name>")
    @has_access
    @permission_name("read")
    def show(self, name: str) -> Any:
        """One report: its filters, and the first of its rows."""
        report = _report(name)
        refusal, rows = None, []
        try:
            values = filters.read(report, request.args)
            rows = list(islice(report.rows(g.user, values), PREVIEW + 1))
        except DomainError as found:
            refusal, values = found, {}
        return self.render_template(
            "reports/show.html", title=str(report.label), report=report, rows=rows[:PREVIEW], preview=PREVIEW,
            has_more=len(rows) > PREVIEW, refusal=refusal, choices=filters.choices, cell=documents.cell, every=EVERY,
            chosen={one.name: request.args.get(one.name, _text(values.get(one.name))) for one in report.filters},
            ), 422 if refusal else 200

    @expose("/<string:name>/run", methods=["POST"])
    @has_access
    @permission_name("add")
    def run(self, name: str) -> Any:
        """Have it made: at once where it is short, else by a worker."""
        try:
            with unit_of_work():
                made = operations.request_run(g.user, name, request.form)
        except NotFound:
            abort(404)
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(url_for(".show", name=name))
        start(made)
        return redirect(url_for(".run_page", pk=made.id))

    @expose("/<string:name>/schedule", methods=["POST"])
    @has_access
    @permission_name("schedule")
    def schedule(self, name: str) -> Any:
        """Have it made every day, week or month."""
        try:
            with unit_of_work():
                operations.add_schedule(g.user, name, request.form, every=request.form.get("every", ""))
        except NotFound:
            abort(404)
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(url_for(".show", name=name))
        flash(_("You will be told each time it is ready."), "success")
        return redirect(url_for(".index"))

    @expose("/schedules/<pk>/end", methods=["POST"])
    @has_access
    @permission_name("schedule")
    def end(self, pk: str) -> Any:
        """No longer have it made."""
        try:
            with unit_of_work():
                operations.end_schedule(g.user, pk)
        except NotFound:
            abort(404)
        return redirect(url_for(".index"))

    @expose("/runs/<pk>")
    @has_access
    @permission_name("read")
    def run_page(self, pk: str) -> Any:
        """What a run came to, with the files to take away."""
        run = _run(pk)
        return self.render_template("reports/run.html", title=str(catalogue.label_of(run.name)), run=run,
                                    found=_opened(run), cell=documents.cell, preview=PREVIEW,
                                    forms=catalogue.forms_of(run.name), form_words=FORMS)

    @expose("/runs/<pk>/cancel", methods=["POST"])
    @has_access
    @permission_name("add")
    def cancel(self, pk: str) -> Any:
        """No longer want it."""
        try:
            with unit_of_work():
                operations.cancel_run(g.user, pk)
        except NotFound:
            abort(404)
        except DomainError as refusal:
            flash(str(refusal), "warning")
        return redirect(url_for(".run_page", pk=pk))

    @expose("/runs/<pk>/progress")
    @has_access
    @permission_name("read")
    def progress(self, pk: str) -> Any:
        """How far the worker is, for the bar."""
        run = _run(pk)
        now = progress.read(run.id) or progress.Progress(0, 0)
        return jsonify(done=now.done, total=now.total, stage=now.stage, finished=run.status != RunStatus.WAITING,
                       url=url_for(".run_page", pk=pk))

    @expose("/runs/<pk>/file.<string:format>")
    @has_access
    @permission_name("read")
    def file(self, pk: str, format: str) -> Any:
        """The run as PDF, workbook or JSON."""
        run = _run(pk)
        try:
            made = downloads.taken(g.user, run, format)
        except NotFound:
            abort(404)
        except DomainError as refusal:
            flash(str(refusal), "warning")
            return redirect(url_for(".run_page", pk=pk))
        return send_file(made, downloads.TYPES[format], as_attachment=True, max_age=0,
                         download_name=downloads.file_name(run, format))


def _report(name: str) -> Report:
    try:
        return catalogue.report_for(g.user, name)
    except NotFound:
        abort(404)


def _run(pk: str) -> ReportRun:
    try:
        return queries.own_run(g.user, pk)
    except NotFound:
        abort(404)


def _opened(run: ReportRun) -> dict[str, Any] | None:
    """What narrowed a finished run, its columns and its first rows; of a drawn one no more than what narrowed it."""
    if run.status != RunStatus.DONE:
        return None
    report = _report(run.name)
    if report.drawing:
        return {"filters": filters.words(report, filters.read(report, run.values)), "columns": [], "rows": []}
    with downloads.open_document(run) as source:
        document = documents.Document(source)
        head = document.head
        return {"filters": head.filters, "columns": head.columns, "rows": list(islice(document.rows(), PREVIEW))}


def _text(value: Any) -> str:
    return "" if value is None else str(value)
