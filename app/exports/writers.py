"""Rows into a file, with flat memory. Knows nothing of tables, tenants or languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import Format, write_worksheet

SHEET_ROWS = 1_048_575  # what an Excel sheet holds below its head
CELL_LENGTH = 32_767  # characters
FIRST_YEAR = 1901  # Excel's calendar has a 29 February 1900 that never was
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "instant": "yyyy-mm-dd hh:mm"}
WIDTHS = {"date": 13.0, "instant": 18.0, "number": 12.0, "state": 16.0, "text": 24.0}
HEAD = "#EDF0F2"

Colours = Mapping[str, tuple[str, str]]
Rows = Iterable[Sequence[Any]]


class TooManyRows(ValueError):
    """More rows than a sheet can hold."""


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading and what it holds.

    `kind` is text (of at most `CELL_LENGTH` characters), long (anything else, cut to fit), number, date,
    instant or state; `colours` gives a state's word its (ink, ground) as
    #rrggbb.
    """

    heading: str
    kind: str = "text"
    colours: Colours = field(default_factory=dict)


def write_xlsx(path: Path, columns: Sequence[Column], rows: Rows, *, title: str, right_to_left: bool = False,
               most: int = SHEET_ROWS) -> int:
    """Write `rows` (one value per column) as a workbook of one sheet at `path`; return how many there were.

    Text stays text whatever it begins with: it is never a formula, not even after somebody edits the cell.
    Values are str, int, float, Decimal, date, naive datetime or None. Raises TooManyRows beyond `most`.
    """
    keys = unique_headings([column.heading for column in columns])
    counted = _Counted(rows, most)
    records = _records(keys, columns, counted)
    first = next(records, dict.fromkeys(keys))  # without a row there would be no head either
    write_worksheet(
        chain([first], records), str(path), sheet_name=sheet_name(title), freeze_row=1, autofilter=True,
        header_format=Format().set_bold().set_background_color(HEAD),
        column_widths=[max(WIDTHS.get(c.kind, 24.0), len(c.heading) + 4.0) for c in columns],
        column_formats=[_format(column.kind) for column in columns],
        conditional_formats={key: _colour_rules(c.colours) for key, c in zip(keys, columns, strict=True) if c.colours},
        sheet_view={"right_to_left": right_to_left},
    )
    return counted.number


def write_csv(path: Path, columns: Sequence[Column], rows: Rows) -> int:
    """Write `rows` as UTF-8 text with commas and a byte order mark; return how many there were.

    Dates are ISO 8601. Text that a spreadsheet would run gets an apostrophe in front.
    """
    counted = _Counted(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(column.heading) for column in columns])
        writer.writerows([_csv_cell(value) for value in row] for row in counted)
    return counted.number


def harmless(text: str) -> str:
    """`text`, with an apostrophe in front when a spreadsheet would take it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in _STARTS_FORMULA else text


def sheet_name(title: str) -> str:
    """`title` as Excel lets a sheet be called."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")[:31] or "Sheet"


def unique_headings(headings: Sequence[str]) -> list[str]:
    """The headings, the second of two alike numbered."""
    seen: dict[str, int] = {}
    return [heading if seen.setdefault(heading, number) == number else f"{heading} ({number + 1})"
            for number, heading in enumerate(headings)]


_STARTS_FORMULA = frozenset("=+-@\t\r")


class _Counted:
    """Rows, counted as they pass, and no more of them than the limit."""

    def __init__(self, rows: Rows, limit: int | None = None) -> None:
        self.rows, self.limit, self.number = rows, limit, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self.rows:
            self.number += 1
            if self.limit is not None and self.number > self.limit:
                raise TooManyRows
            yield row


def _records(keys: Sequence[str], columns: Sequence[Column], rows: Rows) -> Iterator[dict[str, Any]]:
    fitted = [(key, _FITTED[column.kind]) for key, column in zip(keys, columns, strict=True) if column.kind in _FITTED]
    for row in rows:
        record = dict(zip(keys, row, strict=True))
        for key, fit in fitted:
            record[key] = fit(record[key])
        yield record


def _format(kind: str) -> Format:
    if kind in NUMBER_FORMATS:
        return Format().set_num_format(NUMBER_FORMATS[kind])
    return Format() if kind == "number" else Format().set_quote_prefix()


def _colour_rules(colours: Colours) -> list[dict[str, Any]]:
    longest_first = sorted(colours.items(), key=lambda entry: -len(entry[0]))
    return [{"type": "text", "criteria": "begins_with", "value": word,
             "format": Format().set_font_color(ink).set_background_color(ground)}
            for word, (ink, ground) in longest_first]


def _text_cell(value: Any) -> Any:
    if type(value) is str:
        return value if len(value) <= CELL_LENGTH else value[:CELL_LENGTH]
    return value if value is None or isinstance(value, (int, float)) else _text_cell(str(value))


def _date_cell(value: Any) -> Any:
    if value is None or value.__class__ is str:
        return value
    return value if value.year >= FIRST_YEAR else value.isoformat()


_FITTED: dict[str, Callable[[Any], Any]] = {"date": _date_cell, "instant": _date_cell, "long": _text_cell}


def _csv_cell(value: Any) -> Any:
    if type(value) is str:
        return harmless(value)
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value
