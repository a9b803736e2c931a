"""Read a table row by row, and say which rows are none: totals, repeated headings, notes between and below."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask_babel import gettext as _

from app.imports.files.cells import CellError, Row
from app.imports.reader import Sheet
from app.imports.tables import Table
from app.imports.wording import is_blank, loose_form, normal_form, plain

_TOTALS = (
    "total", "totals", "grand total", "sub total", "subtotal", "sum", "overall total", "total general", "summe",
    "gesamt", "somme", "الاجمالي", "اجمالي", "المجموع", "مجموع", "الاجمالي الكلي", "المجموع الكلي", "الاجمالي العام",
    "العدد الكلي", "العدد الاجمالي", "جمع", "المجموع العام", "average", "avg", "mean", "count", "headcount", "المتوسط",
    "المعدل",
)  # fmt: skip
_TOTAL_FORMS = frozenset(normal_form(word) for word in _TOTALS)
_SIGNATURES = re.compile(
    r"(?:prepared|approved|reviewed|checked|verified|signed|submitted|printed|generated|issued) (?:by|on)\b|"
    r"signature\b|end of (?:report|list)|(?:اعداد|اعده|اعتماد|اعتمده|التوقيع|توقيع|تاريخ الطباعه)\b"
)
_TOTAL_START = re.compile(r"(?:grand |sub ?)?(?:totals?|اجمالي|الاجمالي|مجموع|المجموع)\b(?: \S+){0,3}$")


class LeftOut(Enum):
    """Why a row of the sheet is no row of the table."""

    TOTAL = "total_row"
    HEADER = "repeated_header"
    NOTE = "note"
    SIGNATURE = "signature"
    OTHER_TABLE = "other_table"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its number in the sheet, its values in the order of the table's headings.

    `left_out` says why it is no data; `outside` counts filled cells beyond the table's columns.
    """

    number: int
    values: list[Any]
    left_out: LeftOut | None = None
    outside: int = 0


def left_out_sentence(reason: LeftOut) -> str:
    """Why the row was not read, for a person."""
    return {
        LeftOut.TOTAL: _("Left out: total row."),
        LeftOut.HEADER: _("Left out: the headings again, as at the top of a printed page."),
        LeftOut.NOTE: _("Left out: a title or note, as it fills one cell only."),
        LeftOut.SIGNATURE: _("Left out: a line for a name, a date or a signature."),
        LeftOut.GROUP: _("No row of its own: what it says holds for the rows below."),
        LeftOut.OTHER_TABLE: _("Left out: another table with other headings. Choose its headings to import it."),
    }[reason]


def table_rows(sheet: Sheet, table: Table, known: Collection[str] = (),
               foreign: Collection[str] = ()) -> Iterator[TableRow]:
    """The rows below the header that hold something; blank ones are passed over, numbers stay the sheet's.

    known: see `tables.find_tables`; a row of such headings that are not this table's starts another one. foreign:
    those of every kind of file; a row of nothing else that stands apart starts another table as well.
    """
    columns = [heading.column for heading in table.headings]
    names = [normal_form(heading.written) for heading in table.headings]
    has_ended, after, is_whole = False, table.first_row - 1, columns == list(range(len(columns)))
    for row in sheet.filled_rows():
        if row.number < table.first_row:
            continue
        width, cells = len(row.values), row.values
        values = cells if is_whole and width == len(columns) else [
            cells[column] if column < width else None for column in columns]
        filled = [value for value in values if value is not None and (  # is_blank, without a call for most cells
            value.__class__ is not str or value[:1].isalnum() or not is_blank(value))]
        outside = _outside(row, columns, len(filled))
        if filled or outside:
            why = _left_out(row, values, filled, names)
            may_end = bool(filled) and why is None and not has_ended and table.header is not None
            has_ended = has_ended or (may_end and _starts_another(filled, known, foreign, after != row.number - 1))
            yield TableRow(row.number, values, LeftOut.OTHER_TABLE if has_ended else why, outside)
            after = row.number if why is None else 0


def _outside(row: Row, columns: list[int], filled: int) -> int:
    if len(row.values) <= len(columns) and columns[-1] == len(columns) - 1:
        return 0
    return sum(not is_blank(value) for value in row.values) - filled


def _starts_another(filled: list[Any], known: Collection[str], foreign: Collection[str], apart: bool) -> bool:
    return _is_header(filled, known, apart) or (apart and len(filled) > 2 and _is_header(filled, foreign, apart)
                                                and all(normal_form(value) in foreign for value in filled))


def _is_header(filled: list[Any], known: Collection[str], apart: bool) -> bool:
    """Words only, most of them names of columns. A person called Section in the role of Manager is none.

    apart: a gap or a title stands before it, so that two names are enough.
    """
    if len(filled) < 2 or filled[0].__class__ is not str or _is_bare_code(filled[0]):
        return False
    if not all(isinstance(value, str) and not re.search(r"\d", value) for value in filled):
        return False
    named = sum(normal_form(value) in known or loose_form(value) in known for value in filled)
    return named == len(filled) or named >= max(2 if apart else 3, len(filled) / 2)


def _left_out(row: Row, values: list[Any], filled: list[Any], names: list[str]) -> LeftOut | None:
    if len(filled) <= max(2, len(values) // 2) or row.sums:
        if filled and _is_total(row, filled, len(values)):
            return LeftOut.TOTAL
        if len(filled) == 1 and len(values) >= 3 and _is_note(filled[0]):
            return LeftOut.NOTE
    first = filled[0] if filled else None
    if not isinstance(first, str) or (_is_bare_code(first) and first.casefold() not in names):
        return None
    if _is_signature(first):
        return LeftOut.SIGNATURE
    return LeftOut.HEADER if _repeats(values, names) else None


def _is_bare_code(text: str) -> bool:
    """Whether a text is plainly a code such as '100234' or 'E17': most rows start with one."""
    return text.isalnum() and text.isascii() and text[-1].isdigit() and text == text.upper()


def _is_total(row: Row, filled: list[Any], width: int) -> bool:
    first = filled[0]
    words = sum(isinstance(value, str) for value in filled)
    if row.sums and words <= 1:
        return True
    if not isinstance(first, str):
        return False
    label = normal_form(first)
    others_count = all(
        isinstance(value, int | float | CellError) or _is_figure(value) for value in filled[1:]
    )
    if label in _TOTAL_FORMS:
        return others_count or len(filled) * 2 <= width
    return others_count and _TOTAL_START.match(label) is not None and (len(filled) > 1 or ":" in first)


def _is_signature(first: str) -> bool:
    """'Prepared by: H. Saleh', 'Date:'; where it fills one cell it is as good a note."""
    return plain(first).endswith((":", "：")) or _SIGNATURES.match(normal_form(first)) is not None


def _is_figure(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\d.,٫٬%\s]+", plain(value)) is not None


def _is_note(value: Any) -> bool:
    """One lone text of several words; a lone code is an unfinished row, which is shown and refused."""
    return isinstance(value, str) and (" " in plain(value) or ":" in value)


def _repeats(values: list[Any], names: list[str]) -> bool:
    first = next((value for value in values if value is not None), None)
    if not isinstance(first, str) or normal_form(first) not in names:
        return False
    pairs = [
        (normal_form(str(value)), name)
        for value, name in zip(values, names, strict=True)
        if value is not None
    ]
    same = sum(value == name for value, name in pairs if name)
    return same * 5 >= len(pairs) * 4 and (same >= 2 or len(names) == 1)
