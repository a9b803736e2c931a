"""Workbooks that go back to people: the uploaded file with what became of each row, and empty templates."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter
from flask_babel import get_locale
from flask_babel import gettext as _

from app.imports import ledger, queries
from app.imports.files.cells import CellError
from app.imports.importer import Field, Importer
from app.imports.models import ImportBatch
from app.imports.reader import open_workbook
from app.imports.values import as_text
from app.platform import files
from app.platform.wording import RIGHT_TO_LEFT

TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
TEMPLATE_ROWS = 1000  # rows of the template with drop-downs
CHOICES = 500  # entries of a drop-down
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


# -- the file back ---------------------------------------------------------------------------------------


def annotated_name(batch: ImportBatch, form: str) -> str:
    """What the annotated copy is called."""
    stem = batch.file_name.rsplit(".", 1)[0][:100]
    return f"{stem}-{_('checked')}.{form}"


def annotated(batch: ImportBatch, form: str) -> IO[bytes]:
    """The sheet that was read, row by row where it was, with outcome and reasons in two more columns."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the answer sends and closes it)
    WRITERS[form](target, batch)
    target.seek(0)
    return target


def _rows(batch: ImportBatch) -> Iterator[tuple[int, list[Any], str, str, str]]:
    """(row number, cells, outcome, what is said about it, its reasons); the heading row says 'heading'."""
    results = _results(batch)
    left_out = dict(batch.left_out)
    heading = batch.table["header"][1] if batch.table["header"] else 0
    with files.open_kept(batch.file_key) as file, open_workbook(file) as workbook:
        for row in workbook.sheets[batch.table["sheet"]].rows():
            if row.number == heading:
                yield row.number, row.values, "heading", _("Result"), _("Reason")
            elif row.number in results:
                outcome, reasons = results[row.number]
                yield row.number, row.values, outcome, _outcome_words()[outcome], reasons
            else:
                yield row.number, row.values, "", "", left_out.get(row.number, "")


def _results(batch: ImportBatch) -> dict[int, tuple[str, str]]:
    outcomes: dict[int, set[str]] = defaultdict(set)
    reasons: dict[int, list[str]] = defaultdict(list)
    for line in ledger.lines(batch.id):
        if line.place >= 0:
            outcomes[line.number].add("standing" if line.undo == "standing" else line.outcome)
            reasons[line.number] += [reason["message"] for reason in line.reasons or ()]
            reasons[line.number] += [line.undo_reason] if line.undo_reason else []
    worst = ("refused", "standing", "change", "create", "same")
    return {number: (next(one for one in worst if one in found), " ".join(dict.fromkeys(reasons[number])))
            for number, found in outcomes.items()}


def _outcome_words() -> dict[str, str]:
    return {"create": _("New"), "change": _("Changed"), "same": _("Unchanged"), "refused": _("Refused"),
            "standing": _("Not undone")}


def _write_xlsx(target: IO[bytes], batch: ImportBatch) -> None:
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd",
                                        "remove_timezone": True})
    bold, bad = book.add_format({"bold": True}), book.add_format({"font_color": "#B42318", "bold": True})
    page = book.add_worksheet()
    if _is_right_to_left():
        page.right_to_left()
    at = max(column for column, _text, _written in batch.table["headings"]) + 1
    page.set_column(at, at, 14)
    page.set_column(at + 1, at + 1, 80)
    for number, cells, outcome, words, reasons in _rows(batch):
        for column, value in enumerate(cells[:at]):
            _put(page, number - 1, column, value)
        style = bad if outcome == "refused" else bold if outcome == "heading" else None
        page.write_string(number - 1, at, words, style)
        page.write_string(number - 1, at + 1, reasons)
    book.close()


def _put(page: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, CellError):
        page.write_string(row, column, value.code)
    elif isinstance(value, str):  # never a formula, whatever it begins with
        page.write_string(row, column, value[:32_767])
    else:
        page.write(row, column, float(value) if isinstance(value, float) else value)


def _write_csv(target: IO[bytes], batch: ImportBatch) -> None:
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    width = max(column for column, _text, _written in batch.table["headings"]) + 1
    for _number, cells, _outcome, words, reasons in _rows(batch):
        padded = [*cells[:width], *[None] * (width - len(cells))]
        writer.writerow([_harmless(value) for value in padded] + [words, reasons])
    text.detach()


def _harmless(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.code
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else as_text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


WRITERS = {"xlsx": _write_xlsx, "csv": _write_csv}


# -- templates -------------------------------------------------------------------------------------------


def template_name(importer: Importer) -> str:
    """What the empty workbook of one kind is called."""
    return f"trainflow-{importer.kind}.xlsx"


def template(importer: Importer) -> IO[bytes]:
    """An empty workbook with headings in the reader's language, notes, drop-downs, and a sheet with an example."""
    target = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page, example = book.add_worksheet(_("Rows")), book.add_worksheet(_("Example"))
    lists = book.add_worksheet(_("Lists"))
    lists.hide()
    head = book.add_format({"bold": True, "bg_color": "#EDF0F2", "bottom": 1, "text_wrap": True})
    for sheet in (page, example, lists):
        if _is_right_to_left():
            sheet.right_to_left()
    for sheet in (page, example):
        sheet.freeze_panes(1, 0)
    for column, field in enumerate(importer.fields):
        _template_column(book, page, example, lists, column, field, head)
    book.close()
    target.seek(0)
    return target


def _template_column(book: Any, page: Any, example: Any, lists: Any, column: int, field: Field, head: Any) -> None:
    kind = book.add_format({"num_format": {"date": "yyyy-mm-dd", "integer": "0"}.get(field.type, "General")
                            if field.type in ("date", "integer", "decimal", "score") else "@"})
    for sheet in (page, example):
        sheet.write_string(0, column, str(field.label), head)
        sheet.set_column(column, column, max(16, len(str(field.label)) + 4), kind)
    page.write_comment(0, column, _note(field), {"x_scale": 2, "author": "TrainFlow"})
    example.write_string(1, column, str(field.example or ""))
    choices = _choices(field)
    if choices:
        for row, choice in enumerate(choices):
            lists.write_string(row, column, choice)
        letter = xlsxwriter.utility.xl_col_to_name(column)
        source = f"='{lists.get_name()}'!${letter}$1:${letter}${len(choices)}"
        page.data_validation(1, column, TEMPLATE_ROWS, column, {
            "validate": "list", "source": source, "error_type": "information",
            "input_title": str(field.label)[:32], "input_message": _("Choose from the list or type.")[:255]})


def _note(field: Field) -> str:
    words = [_("Required.") if field.required else _("May be empty."), str(field.note or "")]
    if field.type == "date":
        words.append(_("A date, for example 2026-03-15."))
    return " ".join(word for word in words if word)


def _choices(field: Field) -> list[str]:
    if field.choices is not None:
        return [str(label) for label in field.choices.values()]
    if field.type == "boolean":
        return [_("yes"), _("no")]
    if field.target is not None and field.target.is_small:
        return queries.codes(field.target, CHOICES)
    return []


def _is_right_to_left() -> bool:
    locale = get_locale()
    return locale is not None and locale.language in RIGHT_TO_LEFT
