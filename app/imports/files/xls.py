"""Old .xls workbooks, read whole by xlrd: the format ends at 65,536 rows, so flat memory is no concern.

calamine reads them too, but gives a blank for an error cell, which here must never pass as one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import xlrd
from xlrd.book import Book
from xlrd.sheet import Sheet as XlsSheet

from app.imports.files.cells import CellError, Merge, Row, clean_text
from app.imports.files.styles import Show, kind_of, shower
from app.imports.formats import damaged, password_protected


@contextmanager
def refusing_damage() -> Iterator[None]:
    """Turn whatever xlrd does on a broken file into one Invalid that a person understands."""
    try:
        yield
    except Exception as error:  # xlrd fails in any way it happens to on bytes that it did not expect
        raise password_protected() if "encrypted" in str(error) else damaged() from error


def open_xls(file: IO[bytes]) -> Book:
    """The workbook; raises Invalid file_damaged or password_protected."""
    file.seek(0)
    with refusing_damage():
        return xlrd.open_workbook(
            file_contents=file.read(),
            logfile=io.StringIO(),
            formatting_info=True,
            on_demand=True,
            ragged_rows=True,
        )


def load_sheets(book: Book) -> list[XlsSheet]:
    """All worksheets, loaded; raises Invalid file_damaged."""
    with refusing_damage():
        return list(book.sheets())


def merges(sheet: XlsSheet) -> tuple[Merge, ...]:
    """The merged areas of a sheet."""
    return tuple(Merge(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells)


def xls_rows(sheet: XlsSheet) -> Iterator[Row]:
    """The rows that have cells."""
    showers = _showers(sheet.book)
    for index in range(sheet.nrows):
        with refusing_damage():
            values = [_value(cell, showers) for cell in sheet.row(index)]
        while values and values[-1] is None:
            values.pop()
        if values:
            yield Row(index + 1, values)


def _showers(book: Book) -> list[Show | None]:
    kinds = {key: kind_of(form.format_str or "") for key, form in book.format_map.items()}
    shows = {key: shower(kind, date1904=bool(book.datemode)) for key, kind in kinds.items()}
    return [shows.get(xf.format_key) for xf in book.xf_list]


def _value(cell: Any, showers: list[Show | None]) -> Any:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return clean_text(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return CellError(xlrd.error_text_from_code.get(cell.value, "#VALUE!"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype not in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return None
    number = int(cell.value) if float(cell.value).is_integer() else cell.value
    show = showers[cell.xf_index] if cell.xf_index is not None else None
    return show(number) if show else number
