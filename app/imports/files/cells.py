"""What a cell can hold once it is read, whichever kind of file it came from.

A cell is a plain value: str, int, float, bool, date, datetime, time, timedelta or None (blank), or one of the
two types below where a plain value would lose what a person sees in the sheet.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value: `code` is Excel's own ('#REF!', '#N/A'), or 'formula' for one never worked out."""

    code: str


UNCALCULATED = CellError("formula")
ERROR_CODES = frozenset(
    ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!",
     "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA"]
)  # fmt: skip


class Percent(float):
    """A number that the sheet shows as a percentage: 0.92 is seen as 92%."""

    __slots__ = ()


class Row(NamedTuple):
    """One row of a sheet.

    `number` counts from 1 as Excel shows it; `values` has one value per column from column A on, without
    trailing blanks; `sums` says that a formula in it adds up other rows (a total row's mark).
    """

    number: int
    values: list[Any]
    sums: bool = False


class Merge(NamedTuple):
    """A merged area; rows count from 1, columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


# Control characters mean nothing to a person and break XML, PDF and PostgreSQL (NUL); tab and newline stay.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def clean_text(text: str) -> str | None:
    """`text` without control characters, line ends as \\n, half surrogates as U+FFFD; None when nothing is left."""
    if _SPECIAL.search(text):
        text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = _SURROGATES.sub("\ufffd", text)
    return text or None


def unescape_text(text: str) -> str:
    """Undo the way workbooks write characters that XML can not hold: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_EPOCH = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)
LAST_SERIAL = 2_957_003  # four years before 9999-12-31, so that both epochs stay within the calendar


def from_serial(serial: float, *, date1904: bool = False, clock: bool = True) -> Any:
    """The date, datetime or time that an Excel day number stands for.

    serial: days since the workbook's epoch, the fraction being the time of day.
    clock: the sheet shows a time of day; a number below 1 is then a time.
    Returns the number itself where Excel shows no date either (zero, negative, after the year 9999).
    """
    day, second = divmod(round(serial * 86400), 86400)
    time = dt.time(second // 3600, second // 60 % 60, second % 60)
    if clock and 0 < serial < 1:
        return time
    if not 1 <= serial < LAST_SERIAL:
        return serial
    if day < 60 and not date1904:
        day += 1  # Excel counts a 29 February 1900 that never was: day 60
    date = (_EPOCH_1904 if date1904 else _EPOCH) + dt.timedelta(days=day)
    return dt.datetime.combine(date, time) if second else date
