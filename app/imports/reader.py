"""Open an uploaded file as sheets of rows, whichever kind it is. Start here.

`open_workbook` tells the kind by content, refuses what can not be read with a sentence that says what to do,
and gives the sheets. `Sheet.rows()` streams: each call reads the file from its start again, in flat memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from flask_babel import gettext as _

from app.imports.files import delimited, ods, xls, xlsx
from app.imports.files.cells import Merge, Row
from app.imports.files.markup import refusing_damage
from app.imports.formats import Limits, recognise
from app.imports.wording import is_blank
from app.platform.errors import Invalid


@dataclass(frozen=True)
class Sheet:
    """One sheet.

    `estimated_rows` counts rows with something in them, roughly for .xlsx and 0 (unknown) for text.
    `merges` are its merged areas; only the first cell of each holds the value.
    """

    name: str
    hidden: bool
    estimated_rows: int
    merges: tuple[Merge, ...]
    _rows: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """The rows in sheet order, numbered as Excel shows them; rows without any cell may be left out.

        Raises Invalid file_damaged or quote_not_closed where reading on is impossible.
        """
        with refusing_damage():
            yield from self._rows()

    def filled_rows(self) -> Iterator[Row]:
        """The rows, with each vertically merged cell's value repeated in the rows that it covers.

        A row that has nothing of its own stays blank: the merge merely reaches past the table.
        """
        starts = {(area.top, area.left) for area in self.merges if area.bottom > area.top}
        if not starts:
            yield from self.rows()
            return
        yield from _fill(self.rows(), [area for area in self.merges if (area.top, area.left) in starts])


def _fill(rows: Iterator[Row], areas: list[Merge]) -> Iterator[Row]:
    waiting = deque(sorted(areas, key=lambda area: area.top))
    held: list[tuple[Merge, Any]] = []
    for row in rows:
        held = [(area, value) for area, value in held if area.bottom >= row.number]
        if not all(map(is_blank, row.values)):
            for area, value in held:
                _put(row.values, area.left, value)
        while waiting and waiting[0].top <= row.number:
            area = waiting.popleft()
            if area.top == row.number and area.left < len(row.values):
                held.append((area, row.values[area.left]))
        yield row


def _put(values: list[Any], column: int, value: Any) -> None:
    values.extend([None] * (column + 1 - len(values)))
    values[column] = value  # whatever a program left under a merged cell, nobody sees it


class Workbook:
    """An open file: its `format`, its `sheets`, and for text its `encoding` and `delimiter`.

    `date1904` says that bare day numbers count from 1904. Use it as a context, or close it.
    """

    def __init__(self, file: IO[bytes], limits: Limits, encoding: str | None = None) -> None:
        self.format = recognise(file, limits)
        self.encoding: str | None = None
        self.delimiter: str | None = None
        self.date1904 = False
        with refusing_damage():
            self.sheets: list[Sheet] = getattr(self, f"_open_{self.format.value}")(file, limits, encoding)
        if not self.sheets:
            raise Invalid(
                _(
                    "This workbook has no worksheet with rows, only charts or macros. Add a sheet with the rows."
                ),
                code="no_worksheet",
            )
        self._closing = ExitStack()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file if it was opened here."""
        self._closing.close()

    def close_with(self, file: IO[bytes]) -> None:
        """Close `file` together with the workbook."""
        self._closing.enter_context(file)

    def _open_xlsx(self, file: IO[bytes], _limits: Limits, _encoding: str | None) -> list[Sheet]:
        package = xlsx.Package(file)
        self.date1904 = package.date1904
        return [self._worksheet(package, part) for part in package.sheets]

    def _worksheet(self, package: xlsx.Package, part: xlsx.Part) -> Sheet:
        extent = package.survey(part)
        return Sheet(part.name, part.hidden, extent.rows, extent.merges, partial(package.rows, part, extent))

    def _open_ods(self, file: IO[bytes], _limits: Limits, _encoding: str | None) -> list[Sheet]:
        document = ods.Document(file)
        return [
            Sheet(table.name, table.hidden, table.rows, tuple(table.merges), partial(document.rows, index))
            for index, table in enumerate(document.tables)
        ]

    def _open_xls(self, file: IO[bytes], _limits: Limits, _encoding: str | None) -> list[Sheet]:
        book = xls.open_xls(file)
        self.date1904 = bool(book.datemode)
        return [
            Sheet(
                sheet.name,
                sheet.visibility != 0,
                sheet.nrows,
                xls.merges(sheet),
                partial(xls.xls_rows, sheet),
            )
            for sheet in xls.load_sheets(book)
        ]

    def _open_text(self, file: IO[bytes], limits: Limits, encoding: str | None) -> list[Sheet]:
        dialect = delimited.find_dialect(file, encoding)
        self.encoding, self.delimiter = dialect.encoding, dialect.delimiter
        return [Sheet("", False, 0, (), delimited.TextSheet(file, dialect, limits).rows)]


def open_workbook(
    source: str | Path | IO[bytes], *, limits: Limits | None = None, encoding: str | None = None
) -> Workbook:
    """Open an uploaded file, a path or a seekable binary file that stays open as long as the workbook is used.

    encoding: of a text file, when a person has chosen one; otherwise found from the content.
    Raises Invalid with one of the codes of `app.imports.formats`, or no_worksheet.
    """
    limits = limits or Limits()
    if not isinstance(source, str | Path):
        return Workbook(source, limits, encoding)
    file = open(source, "rb")  # noqa: SIM115 (closed with the workbook)
    try:
        workbook = Workbook(file, limits, encoding)
    except BaseException:
        file.close()
        raise
    workbook.close_with(file)
    return workbook
