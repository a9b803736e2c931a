"""A run as a workbook: frozen heads, types, filters, and a sheet of totals."""

from __future__ import annotations

from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from flask_babel import gettext as _

from app.platform.look.states import LOOKS
from app.reports.documents import Document, cell

MOST_ROWS = 1_048_575
_HEAD = {"bold": True, "bg_color": "#EDF0F2", "bottom": 1, "text_wrap": True, "quote_prefix": True}
_NUMBERS = {"date": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm", "number": "#,##0.##", "percent": '0.0"%"'}


def write(document: Document, target: IO[bytes]) -> None:
    """Write the workbook, row by row, in flat memory. Text stays text whatever it begins with."""
    head = document.head
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False,
                                      "strings_to_urls": False}) as book:
        book.set_properties({"title": head.title, "company": head.tenant,
                             "created": datetime.fromisoformat(head.made_at).replace(tzinfo=None)})
        sheet, sums = book.add_worksheet(_sheet_name(head.title)), book.add_worksheet(_sheet_name(_("Totals")))
        if head.is_right_to_left:
            sheet.right_to_left()
            sums.right_to_left()
        count = _rows(book, sheet, document)
        if count:
            sheet.autofilter(0, 0, count, len(head.columns) - 1)
        else:
            sheet.write_string(1, 0, _("No row fits the filters above."), book.add_format({"italic": True}))
        _totals(book, sums, document)


def _sheet_name(title: str) -> str:
    return "".join(" " if char in "[]:*?/\\" else char for char in title).strip(" '")[:31] or "Report"


def _rows(book: Any, sheet: Any, document: Document) -> int:
    columns = document.head.columns
    heading = book.add_format(_HEAD)
    sheet.freeze_panes(1, 0)
    for place, (_name, label, kind, width) in enumerate(columns):
        sheet.set_column(place, place, max(width * 7, 13 if kind in ("date", "state") else 0, len(label) + 3))
        sheet.write_string(0, place, label, heading)
    writers = [_writer(book, sheet, kind) for _name, _label, kind, _width in columns]
    count = 0
    for count, row in enumerate(document.rows(), start=1):
        if count > MOST_ROWS:
            return MOST_ROWS
        for place, (write_cell, value) in enumerate(zip(writers, row, strict=True)):
            if value is not None:
                write_cell(count, place, value)
    return count


def _writer(book: Any, sheet: Any, kind: str) -> Any:
    """How a value of a kind is put into a cell."""
    plain = book.add_format({"quote_prefix": True} if kind not in _NUMBERS else {"num_format": _NUMBERS[kind]})
    if kind in ("number", "percent"):
        return lambda row, place, value: sheet.write_number(row, place, value, plain)
    if kind in ("date", "instant"):
        read = date.fromisoformat if kind == "date" else datetime.fromisoformat
        return lambda row, place, value: sheet.write_datetime(row, place, read(value), plain)
    looks = {name: (str(look.word), book.add_format({"font_color": look.light.ink, "bg_color": look.light.ground,
                                                    "quote_prefix": True})) for name, look in LOOKS.items()}
    if kind == "state":
        return lambda row, place, value: sheet.write_string(row, place, *looks.get(value, (str(value), plain)))
    return lambda row, place, value: sheet.write_string(row, place, str(value)[:32_767], plain)


def _totals(book: Any, sheet: Any, document: Document) -> None:
    bold, text = book.add_format(_HEAD), book.add_format({"quote_prefix": True})
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 24)
    head, totals, line = document.head, document.totals, 0
    about = [(head.title, head.tenant), (_("Made at"), head.made_at), *map(tuple, head.filters)]
    for what, which in about:
        sheet.write_string(line, 0, what, bold)
        sheet.write_string(line, 1, which, text)
        line += 1
    labels = {name: label for name, label, _kind, _width in head.columns}
    counted = [(cell("state", value), number) for value, number in totals["counts"].items()]
    for what, number in [(_("Rows"), totals["rows"]), *counted,
                         *((labels[name], value) for name, value in totals["sums"].items())]:
        sheet.write_string(line, 0, str(what), text)
        sheet.write_number(line, 1, number)
        line += 1
