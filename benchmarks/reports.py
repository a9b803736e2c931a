"""A report of 1,000 rows as PDF, beside bare fpdf2; one of every enrollment as a workbook, and its memory."""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from typing import IO, Any

import openpyxl
from fpdf import FPDF

from app.accounts.models import SYSTEM
from app.platform import pdf as platform_pdf
from app.platform.scope import tenant_scope
from app.reports import catalogue, documents, filters, pdf, workbook
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, compare, grown

PDF_ROWS = 1000


def figures(client: Any, _floor: Floor, _generator: data.Generator, _day: date) -> Iterator[Figure]:
    """Both files are made from a document of the training record, as a run keeps it."""
    with client.application.test_request_context(), tenant_scope(data.TENANT):
        whole = _document("transcript")
        short = io.BytesIO(_first(whole, PDF_ROWS))
        pdf.write(_opened(short), io.BytesIO())
        yield compare(f"PDF, {PDF_ROWS:,} rows", lambda: pdf.write(_opened(short), io.BytesIO()),
                      lambda: _bare(_opened(short)), target=1.5)
        yield _workbook(whole)


def _document(name: str) -> IO[bytes]:
    report = catalogue.report_for(SYSTEM, name)
    values = filters.read(report, {})
    file, _tally = documents.put_down(report, values, report.rows(SYSTEM, values), lambda rows: None)
    return file


def _opened(file: IO[bytes]) -> documents.Document:
    file.seek(0)
    return documents.Document(file)


def _first(file: IO[bytes], rows: int) -> bytes:
    file.seek(0)
    lines = [file.readline() for _ in range(rows + 1)]
    return b"".join(lines) + b'{"rows": %d, "sums": {}, "counts": {}}\n' % rows


def _bare(document: documents.Document) -> bytes:
    """The same texts in the same font, one cell after the other."""
    page = FPDF(orientation="landscape", format="A4")
    page.add_font("plain", "", platform_pdf.FONTS / "trainflow-sans-400.ttf")
    page.set_font("plain", size=8)
    page.add_page()
    kinds = [column[2] for column in document.head.columns]
    for row in document.rows():
        for kind, value in zip(kinds, row, strict=True):
            page.cell(25, 6, str(documents.cell(kind, value))[:16], border="B")
        page.ln(6)
    return bytes(page.output())


def _workbook(whole: IO[bytes]) -> Figure:
    """No floor: what counts is that the memory does not follow the rows."""
    with tempfile.TemporaryFile() as target:
        with grown() as memory:
            started = time.perf_counter()
            workbook.write(_opened(whole), target)
            seconds, risen = time.perf_counter() - started, memory()
        totals = openpyxl.load_workbook(target, read_only=True).worksheets[1]
        said = {row[0].value: row[1].value for row in totals.iter_rows()}
    assert said["Rows"] == sum(1 for _row in _opened(whole).rows()), said
    return Figure(f"workbook, {said['Rows']:,} rows", seconds, seconds, 1, f"memory +{risen:.0f} MB")
