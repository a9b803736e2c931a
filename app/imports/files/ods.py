""".ods workbooks (LibreOffice): one XML part holds all sheets; repeated rows and cells are written once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any
from zipfile import ZipFile

from app.imports.files.cells import ERROR_CODES, UNCALCULATED, CellError, Merge, Percent, Row, clean_text
from app.imports.files.markup import CHUNK, Attributes, local, new_parser

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_CLOCK = re.compile(r"PT(\d+)H(\d+)M(\d+)")


@dataclass
class Table:
    """A sheet as the first pass found it: its name, whether it is hidden, how many rows hold something, its merges."""

    name: str
    hidden: bool
    rows: int = 0
    merges: list[Merge] = field(default_factory=list)


class Document:
    """An open .ods workbook."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = ZipFile(file)
        self.tables = self._survey()

    def rows(self, index: int) -> Iterator[Row]:
        """The rows of one sheet that have cells; the sheets before it are skipped on the way."""
        for table, row in self._pass(_Reading()):
            if table == index:
                yield row
            elif table > index:
                return

    def _survey(self) -> list[Table]:
        reading = _Reading()
        for table, _row in self._pass(reading):
            reading.tables[table].rows += 1
        return reading.tables

    def _pass(self, reading: _Reading) -> Iterator[tuple[int, Row]]:
        with closing(self.zip.open("content.xml")) as stream:
            while chunk := stream.read(CHUNK):
                reading.parser.Parse(chunk, False)
                yield from reading.take()
            reading.parser.Parse(b"", True)
            yield from reading.take()


class _Reading:
    """The state of one pass over the content."""

    def __init__(self) -> None:
        self.parser = new_parser()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.tables: list[Table] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.done: list[tuple[int, int, int, list[tuple[int, int, Any]]]] = []
        self.number, self.repeated = 0, 1
        self.cells: list[tuple[int, int, Any]] = []
        self.column = 0
        self.cell: Attributes | None = None
        self.lines: list[str] = []
        self.depth = self.aside = 0

    def take(self) -> Iterator[tuple[int, Row]]:
        """The completed rows with the place of their sheet, repeated ones as often as the sheet shows them."""
        done, self.done = self.done, []
        for table, number, repeated, cells in done:
            for offset in range(min(repeated, _LAST_ROW - number + 1)):
                yield table, Row(number + offset, _lay_out(cells))

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name in ("table-cell", "covered-table-cell"):
            self.cell, self.lines = attributes, []
        elif name == "p" and self.cell is not None and not self.aside:
            self.lines.append("")
            self.parser.CharacterDataHandler = self.add_text
        elif name in ("s", "tab", "line-break") and self.lines:
            self.add_text("\n" if name == "line-break" else " " * int(attributes.get("text:c", 1)))
        elif name == "annotation":
            self.aside += 1
        elif name == "table-row":
            self.cells, self.column = [], 0
            self.repeated = int(attributes.get("table:number-rows-repeated", 1))
        elif name == "table":
            self.start_table(attributes)
        elif name == "style":
            self.style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def start_table(self, attributes: Attributes) -> None:
        hidden = attributes.get("table:style-name", "") in self.hidden_styles
        self.tables.append(Table(attributes.get("table:name", ""), hidden))
        self.number = 1

    def end(self, name: str) -> None:
        name = local(name)
        if name in ("table-cell", "covered-table-cell") and self.cell is not None:
            self.end_cell(self.cell)
        elif name == "p":
            self.parser.CharacterDataHandler = None
        elif name == "annotation":
            self.aside -= 1
        elif name == "table-row":
            if self.cells:
                self.done.append((len(self.tables) - 1, self.number, self.repeated, self.cells))
            self.number += self.repeated

    def end_cell(self, cell: Attributes) -> None:
        repeated = int(cell.get("table:number-columns-repeated", 1))
        value = _value(cell, "\n".join(self.lines))
        down, across = (int(cell.get(f"table:number-{axis}-spanned", 1)) for axis in ("rows", "columns"))
        if down > 1 or across > 1:
            area = Merge(self.number, self.column, self.number + down - 1, self.column + across - 1)
            self.tables[-1].merges.append(area)
        if value is not None and self.column < _LAST_COLUMN:
            self.cells.append((self.column, min(repeated, _LAST_COLUMN - self.column), value))
        self.column += repeated
        self.cell = None

    def add_text(self, text: str) -> None:
        if not self.aside:
            self.lines[-1] += text


def _value(cell: Attributes, text: str) -> Any:
    kind = cell.get("office:value-type")
    if text in ERROR_CODES or text.startswith("Err:"):
        return CellError(text)
    if kind in ("float", "currency", "percentage"):
        number = float(cell["office:value"])
        return Percent(number) if kind == "percentage" else _number(number, text)
    if kind == "date":
        return _date(cell["office:date-value"])
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if kind == "time":
        return _time(cell["office:time-value"])
    return clean_text(text) or (UNCALCULATED if "table:formula" in cell and kind is None else None)


def _number(number: float, text: str) -> Any:
    """A whole number as int; as text where the sheet shows leading zeros, as codes have."""
    if not number.is_integer():
        return number
    return text if re.fullmatch(r"0\d+", text) and int(text) == number else int(number)


def _date(text: str) -> Any:
    moment = dt.datetime.fromisoformat(text)
    return moment.date() if moment.time() == dt.time() else moment


def _time(text: str) -> Any:
    found = _CLOCK.match(text)
    if not found:
        return text
    hours, minutes, seconds = map(int, found.groups())
    if hours < 24:
        return dt.time(hours, minutes, seconds)
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _lay_out(cells: list[tuple[int, int, Any]]) -> list[Any]:
    last, repeated, _value = cells[-1]
    values: list[Any] = [None] * (last + repeated)
    for column, times, value in cells:
        values[column : column + times] = [value] * times
    return values
