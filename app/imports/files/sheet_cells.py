"""The cells of an .xlsx sheet: where they stand and what their stored text means."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from app.imports.files.cells import UNCALCULATED, CellError, clean_text, unescape_text
from app.imports.files.strings import SharedStrings
from app.imports.files.styles import Show

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_SUMS = re.compile(
    r"\b(?:SUM|SUBTOTAL|COUNT|COUNTA|AVERAGE|AGGREGATE)\(.*?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)", re.IGNORECASE
)


def column_index(letters: str) -> int:
    """Column letters to a position: 'A' is 0, 'AB' is 27."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


class Columns(dict[str, int]):
    """Column letters → position, remembered. ValueError beyond what a sheet can have."""

    def __missing__(self, letters: str) -> int:
        column = self[letters] = column_index(letters)
        if not 0 <= column < LAST_COLUMN:
            raise ValueError(letters)
        return column


class Cells:
    """Stored text to value, for the cells of one workbook.

    `styles` are what the sheet shows of numbers, by the number of the style as text, plain ones left out.
    """

    def __init__(self, strings: SharedStrings, styles: list[Show | None]) -> None:
        self.strings, self.columns = strings, Columns()
        self.styles = {str(number): show for number, show in enumerate(styles) if show}

    def value(self, kind: str, style: str, text: str | None, formula: str | None) -> Any:
        """The value of a cell of type `kind`; `text` is None without a value element, `formula` without one."""
        if not text:
            is_empty_text = kind == "str" and text is not None
            return UNCALCULATED if formula is not None and not is_empty_text else None
        if kind == "n" or not kind:
            return self.number(text, style)
        return self.strings[int(text)] if kind == "s" else other_value(kind, text)

    def number(self, text: str, style: str) -> Any:
        """A number as the sheet shows it: a date, percentage or padded code where its style says so."""
        number = int(text) if text.isdigit() else float(text)
        if number != number or number in (float("inf"), float("-inf")):
            return CellError("#NUM!")
        show = self.styles.get(style)
        return show(number) if show else number


def other_value(kind: str, text: str) -> Any:
    """A cell that is neither number nor shared text."""
    if kind == "b":
        return text.strip().lower() in ("1", "true")
    if kind == "e":
        return CellError(text.strip())
    if kind == "d":
        moment = dt.datetime.fromisoformat(text.strip())
        return moment.date() if moment.time() == dt.time() else moment
    return clean_text(unescape_text(text))


def adds_rows(formula: str) -> bool:
    """Whether a formula adds up cells of several rows, as a total row's do (a row's own sum stays in its row)."""
    found = _SUMS.search(formula)
    return found is not None and found[1] != found[2]
