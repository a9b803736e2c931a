"""Columns that say a thing once for the lines below it: the department beside its first person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.imports.values import as_text
from app.imports.wording import is_blank


@dataclass
class GroupColumn:
    """Whether the blanks of a column look like 'as above'; fed line by line with `see`.

    They do where the first line says something, nothing is said twice running, and blanks are no exception.
    `example` is the first filled cell with a blank below it, in sheet row `row`.
    """

    filled: int = 0
    blanks: int = 0
    repeats: int = 0
    example: Any = None
    row: int | None = None
    _last: str | None = None
    _last_row: int = 0
    _starts_blank: bool = False

    def see_all(self, cells: Sequence[Any], rows: Sequence[int]) -> None:
        """Take a whole column into account; `rows` are the numbers of its lines."""
        if any(map(is_blank, dict.fromkeys(cells))):  # nothing has to be asked about a column without blanks
            for value, row in zip(cells, rows, strict=True):
                self.see(value, row)

    def see(self, value: Any, row: int) -> None:
        """Take the next line's cell into account."""
        if is_blank(value):
            self._see_blank()
            return
        text = as_text(value)
        self.filled, self.repeats = self.filled + 1, self.repeats + (text == self._last)
        self._last, self._last_row = text, row

    def _see_blank(self) -> None:
        self.blanks += 1
        self._starts_blank = self._starts_blank or self._last is None
        if self.example is None:
            self.example, self.row = self._last, self._last_row

    @property
    def must_ask(self) -> bool:
        """Whether only a person can say what the blanks mean."""
        return self.filled > 0 and self.blanks * 2 >= self.filled and not self.repeats and not self._starts_blank
