"""The rows of an .xlsx sheet, read in one of two ways that give the same.

`RowParser` reads any well-formed sheet. `plain_rows` tells rows and cells by the pattern in which every office
program writes them, which takes half the time, and hands each row that is not so plain (formulas, entities,
rich text) to a RowParser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, Any

from app.imports.files.cells import Row, clean_text, unescape_text
from app.imports.files.markup import CHUNK, Attributes, new_parser
from app.imports.files.sheet_cells import LAST_ROW, Cells, adds_rows

_ROW = re.compile(r'<row\b(?: r="(\d+)")?[^>]*?(/?)>')
_CELL = re.compile(r'<c r="([A-Z]+)\d+"((?: s="\d+")?(?: t="[A-Za-z]+")?(?:/>|>(?:<v>[^<]*</v>|'
                   r"<is><t(?: [^>]*[^/])?>[^<]*</t></is>)?(?=</c>)))")
_REST = re.compile(
    r'(?: s="(\d+)")?(?: t="([A-Za-z]+)")?'
    r"(?:/>|>(?:<v>([^<]*)</v>|<is><t(?: [^>]*[^/])?>([^<]*)</t></is>)?)"
)
_REMEMBERED = 40_000  # different cells kept as what they hold
_DIGITS = "0123456789"


def plain_rows(stream: IO[bytes], content_end: int, cells: Cells) -> Iterator[Row]:
    """The rows of a sheet written plainly, up to the byte after which there is nothing."""
    reading = _PlainRows(cells)
    rest, position = b"", 0
    while position <= content_end and (chunk := stream.read(4 * CHUNK)):
        rest, position = rest + chunk, position + len(chunk)
        end = rest.rfind(b"</row>")
        if end >= 0:
            yield from reading.rows(rest[: end + 6].decode())
            rest = rest[end + 6 :]
    last = content_end - (position - len(rest))
    if last >= 0:  # the row that holds the last content is not closed yet
        while (end := rest.find(b"</row>", last)) < 0 and (chunk := stream.read(4 * CHUNK)):
            rest += chunk
        yield from reading.rows(rest[: end + 6].decode())


class _Known(dict[str, Any]):
    """What a cell holds, by how it is written behind its reference: most cells of a column repeat.

    LookupError for what does not fit the pattern.
    """

    def __init__(self, cells: Cells) -> None:
        super().__init__()
        self.cells = cells
        self.heads: dict[str, tuple[str, str]] = {}

    def __missing__(self, written: str) -> Any:
        head, _mark, text = written.partition("<v>")
        known = self.heads.get(head)  # style and kind, by all that stands before a value
        if known is not None and text[-4:] == "</v>" and text.count("<") == 1:
            style, kind = known
            value = self.cells.value(kind, style, text[:-4], None)
        else:
            value = self.matched(written, head)
        if len(self) < _REMEMBERED:
            self[written] = value
        return value

    def matched(self, written: str, head: str) -> Any:
        """The value of a cell that begins as none before."""
        found = _REST.fullmatch(written)
        if found is None:
            raise LookupError(written)
        style, kind, text, inline = found.groups("")
        if not text:
            return clean_text(unescape_text(inline))
        self.heads[head] = style, kind
        return self.cells.value(kind, style, text, None)


class _PlainRows:
    """Rows told by pattern; remembers the number of the last one for those that do not say theirs."""

    def __init__(self, cells: Cells) -> None:
        self.cells, self.number = cells, 0
        self.known, self.dense = _Known(cells), set[tuple[str, ...]]()

    def rows(self, text: str) -> Iterator[Row]:
        start = _ROW.search(text)
        while start:
            number, is_empty = start.groups()
            end = start.end() if is_empty else text.find("</row>", start.end())
            body = text[start.end() : end]
            self.number = int(number) if number else self.number + 1
            values = self.values(body, number) if body and number and "&" not in body else None
            if values is None and body:
                yield from self.parsed(text[start.start() : end + 6])
            elif values and 0 < self.number <= LAST_ROW:
                yield Row(self.number, values)
            start = _ROW.search(text, end)

    def parsed(self, row: str) -> Iterator[Row]:
        parser = RowParser(self.cells)
        parser.number = self.number - 1
        yield from parser.feed(f"<sheetData>{row}</sheetData>".encode(), is_last=True)
        self.number = parser.number

    def values(self, body: str, number: str) -> list[Any] | None:
        """The values of a row; None when something in it does not fit the pattern."""
        known, digits = self.known, len(number)
        try:  # dividing takes a third of the time of matching, and fails where blank cells stand between
            written = [cell.split('"', 2) for cell in body.split("</c>")[:-1]]
            letters = tuple([cell[1][:-digits] for cell in written])
            values = [known[cell[2]] for cell in written]
        except LookupError:
            found = _CELL.findall(body)
            if len(found) != body.count("<c"):
                return None
            letters, values = tuple([one[0] for one in found]), [known[one[1]] for one in found]
        if letters not in self.dense:
            columns = [self.cells.columns[one] for one in letters]
            if columns != list(range(len(columns))):
                return _laid_out(columns, values)
            self.dense.add(letters)
        while values and values[-1] is None:
            values.pop()
        return values


def _laid_out(columns: list[int], values: list[Any]) -> list[Any] | None:
    """The values at their columns; None where these are out of order."""
    filled = [(column, value) for column, value in zip(columns, values, strict=True) if value is not None]
    if any(one >= other for (one, _), (other, _) in pairwise(filled)):
        return None
    return _lay_out(filled) if filled else []


class RowParser:
    """Turns the elements of a sheet into rows.

    The two handlers run five times per cell and decide the speed; hence plain attributes and element names
    compared with their prefix on.
    """

    def __init__(self, cells: Cells) -> None:
        self.known = cells
        self.parser = new_parser()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start_root, self.end
        self.done: list[tuple[int, list[tuple[int, Any]], bool]] = []
        self.number, self.column, self.sums = 0, -1, False
        self.cells: list[tuple[int, Any]] | None = None
        self.cell: Attributes = {}
        self.text: str | None = None
        self.formula: str | None = None

    def feed(self, chunk: bytes, *, is_last: bool = False) -> Iterator[Row]:
        """The rows that `chunk` completes; laid out one by one, so that far columns cost one row at a time."""
        self.parser.Parse(chunk, is_last)
        done, self.done = self.done, []
        for number, cells, sums in done:
            yield Row(number, _lay_out(cells), sums)

    def start_root(self, name: str, _attributes: Attributes) -> None:
        """Learn the prefix that this file puts before its names."""
        prefix = name.rpartition(":")[0]
        prefix = prefix and prefix + ":"
        self.c, self.v, self.f = prefix + "c", prefix + "v", prefix + "f"
        self.t, self.row, self.aside = prefix + "t", prefix + "row", prefix + "rPh"
        self.parser.StartElementHandler = self.start

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == self.c:
            self.cell, self.text, self.formula = attributes, None, None
            self.column = self.column_of(attributes)
        elif name == self.v or name == self.t:
            self.text = self.text or ""
            self.parser.CharacterDataHandler = self.add_text
        elif name == self.f:
            self.formula = ""
            self.parser.CharacterDataHandler = self.add_formula
        elif name == self.row:
            self.number = int(attributes.get("r", self.number + 1))
            self.cells, self.column, self.sums = [], -1, False
        elif name == self.aside:  # a phonetic guide repeats the text: unseen until it ends
            self.parser.StartElementHandler = None

    def end(self, name: str) -> None:
        """An element ends."""
        if name == self.c:
            self.end_cell()
        elif name == self.v or name == self.t or name == self.f:
            self.parser.CharacterDataHandler = None
        elif name == self.row:
            if self.cells and 0 < self.number <= LAST_ROW:
                self.done.append((self.number, self.cells, self.sums))
            self.cells = None
        elif name == self.aside:
            self.parser.StartElementHandler = self.start

    def end_cell(self) -> None:
        """Keep the value of a cell that has one."""
        if self.cells is None or (self.text is None and self.formula is None):
            return
        self.sums = self.sums or (bool(self.formula) and adds_rows(self.formula or ""))
        kind, style = self.cell.get("t", "n"), self.cell.get("s", "")
        value = self.known.value(kind, style, self.text, self.formula)
        if value is not None:
            self.cells.append((self.column, value))

    def add_text(self, text: str) -> None:
        """A piece of a value."""
        self.text = (self.text or "") + text

    def add_formula(self, text: str) -> None:
        """A piece of a formula."""
        self.formula = (self.formula or "") + text

    def column_of(self, cell: Attributes) -> int:
        """The position of a cell, the next one where it does not say."""
        reference = cell.get("r")
        return self.column + 1 if reference is None else self.known.columns[reference.rstrip(_DIGITS)]


def _lay_out(cells: list[tuple[int, Any]]) -> list[Any]:
    last = max(column for column, _value in cells)
    values: list[Any] = [None] * (last + 1)
    for column, value in cells:
        values[column] = value
    return values
