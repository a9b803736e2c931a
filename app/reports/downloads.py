"""A finished run as a file to take away."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.exports import operations as exports
from app.platform import files
from app.platform.errors import Conflict, NotFound
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, documents, pdf, workbook
from app.reports.models import ReportRun, RunStatus
from app.reports.shape import Report

TYPES = {"pdf": "application/pdf", "json": "application/json",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def taken(actor: Any, run: ReportRun, form: str) -> IO[bytes]:
    """The run as pdf, xlsx or json: an open file, from its start. The same bytes each time; on record.

    NotFound for another form, Conflict `report_not_ready` before it is made; a PDF may have `too_many_rows`.
    """
    report = catalogue.report_for(actor, run.name)
    if form not in report.forms:
        raise NotFound(_("This report comes as %(forms)s.", forms=", ".join(report.forms)), code="form_unknown")
    target = open_document(run) if report.drawing else _written(run, report, form)
    with unit_of_work():
        exports.note_export(actor, resource=f"report {run.name}", format=form, rows=run.row_count or 0,
                            filters={name: str(value) for name, value in run.values.items() if value is not None})
    target.seek(0)
    return target


def _written(run: ReportRun, report: Report, form: str) -> IO[bytes]:
    target = tempfile.TemporaryFile()  # noqa: SIM115  closed by the answer
    with force_locale(run.language), open_document(run) as source:
        document = documents.Document(source)
        if form == "json":
            documents.as_json(document, documents.schema(list(report.columns)), target)
        else:
            (pdf if form == "pdf" else workbook).write(document, target)
    return target


def open_document(run: ReportRun) -> IO[bytes]:
    """What is kept of a run: its document, or the workbook of a drawn one. Conflict `report_not_ready` before that."""
    if run.status != RunStatus.DONE or run.file_key is None:
        raise Conflict(_("This report is not ready."), code="report_not_ready")
    return files.open_kept(run.file_key)


def file_name(run: ReportRun, form: str) -> str:
    """What the file is called."""
    return f"{run.name}-{run.created_at:%Y-%m-%d}.{form}"
