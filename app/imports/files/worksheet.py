"""One sheet of an .xlsx workbook: a first look that finds its extent and merges, then rows as a stream.

calamine reads such sheets faster but holds every cell (350 MB for 400,000 rows by 12), gives blanks for errors
and for formulas that were never worked out, and hides the number formats that tell a percentage or a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.imports.files.cells import Merge, Row
from app.imports.files.markup import CHUNK
from app.imports.files.sheet_cells import Cells, column_index
from app.imports.files.sheet_rows import RowParser, plain_rows
from app.imports.files.strings import SharedStrings
from app.imports.files.styles import Show

_MERGE = re.compile(
    rb'mergeCell\b[^>]*?\bref\s*=\s*["\']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})["\']'
)
_END_OF_DATA = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_PLAIN_START = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml(?:(?!encoding)[^>])*(?:encoding=["']utf-?8["'][^>]*)?\?>\s*)?<worksheet\b""",
    re.IGNORECASE,
)
_CONTENT = (
    b"v>",
    b"t>",
    b"f>",
    b"<f ",
    b":f ",
    b"v/>",
    b"v />",
)  # what only cells with something in them have
_AFTER_DATA = 16 * 1024 * 1024  # bytes looked at for merges


@dataclass(frozen=True)
class Extent:
    """What the first look at a sheet found.

    `content_end` is the byte after which only formatting follows: a million blank formatted rows are not
    read. `rows` is an estimate: rows with a value are counted, not looked at. `is_plain`: UTF-8, no name
    prefixes, comments or CDATA, so that rows can be told by pattern.
    """

    rows: int
    content_end: int
    merges: tuple[Merge, ...]
    is_plain: bool = False


def survey(stream: IO[bytes]) -> Extent:
    """Look through a sheet's bytes once, without parsing them."""
    rows = values = position = end = estimate = 0
    window = b""
    is_plain = True
    while chunk := stream.read(8 * CHUNK):
        is_plain = is_plain and _is_plain(chunk, is_first=not position)
        window, start = window[-64:] + chunk, position - min(len(window), 64)
        position += len(chunk)
        rows += chunk.count(b"<row ") + chunk.count(b":row ")
        values += chunk.count(b"/v>") + chunk.count(b":v>") + chunk.count(b"/is>")
        closing = _END_OF_DATA.search(window) if b"sheetData" in window else None
        last = _last_content(window, closing.start() if closing else len(window))
        if last:
            end, estimate = start + last, min(rows, values)
        if closing:
            rest = window[closing.end() :] + stream.read(_AFTER_DATA)
            return Extent(estimate, end, _merges(rest), is_plain)
    return Extent(estimate, position, ())  # not written as expected: read all of it


def _is_plain(chunk: bytes, *, is_first: bool) -> bool:
    if is_first and not _PLAIN_START.match(chunk):
        return False
    return b"<!" not in chunk and b":row " not in chunk


def _last_content(window: bytes, stop: int) -> int:
    """Where the last mark lies that only cells with something in them have; 0 for nowhere."""
    last = 0
    for mark in _CONTENT:  # each search starts where the one before it ended, so most are short
        last = max(last, window.rfind(mark, last, stop))
    return last


def _merges(after_data: bytes) -> tuple[Merge, ...]:
    return tuple(
        Merge(int(top), column_index(left.decode()), int(bottom), column_index(right.decode()))
        for left, top, right, bottom in _MERGE.findall(after_data)
    )


def sheet_rows(
    stream: IO[bytes], extent: Extent, strings: SharedStrings, styles: list[Show | None]
) -> Iterator[Row]:
    """The rows of a sheet that have cells, in the order of the file."""
    if extent.is_plain:
        yield from plain_rows(stream, extent.content_end, Cells(strings, styles))
        return
    reading = RowParser(Cells(strings, styles))
    position = 0
    while chunk := stream.read(CHUNK):
        yield from reading.feed(chunk)
        position += len(chunk)
        if position > extent.content_end and reading.cells is None:
            return
    yield from reading.feed(b"", is_last=True)
