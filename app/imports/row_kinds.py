"""What rows and cells look like: words, numbers, dates, codes; alike or unlike the rows around them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.imports.files.cells import CellError, Merge
from app.imports.wording import plain

BODY = 25  # rows below a header candidate that are compared with it


@dataclass(frozen=True)
class Line:
    """A row with something in it: column → value, blanks left out."""

    number: int
    cells: dict[int, Any]


@dataclass(frozen=True)
class Look:
    """The top of a sheet."""

    lines: list[Line]
    merges: tuple[Merge, ...]

    @cached_property
    def merges_by_row(self) -> dict[int, list[Merge]]:
        """The merged areas that touch each row looked at, as far as their first eleven rows."""
        rows: dict[int, list[Merge]] = {}
        wanted = {line.number for line in self.lines}
        for area in self.merges:
            for number in range(area.top, min(area.bottom, area.top + 10) + 1):
                if number in wanted:
                    rows.setdefault(number, []).append(area)
        return rows


def labelness(line: Line) -> float:
    """How much a row looks like names of columns, from 0 to 1."""
    return sum(label(value) for value in line.cells.values()) / len(line.cells)


def label(value: Any) -> float:
    """How much a value looks like the name of a column: words 1, words with digits 0.6, anything else 0."""
    if not isinstance(value, str):
        return 0.0
    text = plain(value)
    if len(text) > 120 or "@" in text or not re.search(r"[^\W\d_]|^[#%№*]$", text):
        return 0.0
    if re.search(r"\d", text):
        return 0.0 if kind(text) == "date" else 0.6
    return 1.0


def differs_throughout(look: Look, place: int) -> bool:
    """Whether nearly every cell is of another kind than all those below it, as numbers over yes and no."""
    line, body = look.lines[place], look.lines[place + 1 : place + 1 + BODY]
    if place or len(body) < 2 or len(set(map(str, line.cells.values()))) < len(line.cells):
        return False
    differing = sum(usual_kind(column, body) not in ("", kind(value)) for column, value in line.cells.items())
    return differing >= 0.9 * len(line.cells)


def usual_kind(column: int, body: list[Line]) -> str:
    """The commonest kind among a column's values, '' where it has none."""
    kinds = Counter(kind(line.cells[column]) for line in body if column in line.cells)
    return kinds.most_common(1)[0][0] if kinds else ""


def kind(value: Any) -> str:
    """Roughly what a cell holds: number, digits (as text), date, code (letters with digits), flag, error or words."""
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return "date"
    if isinstance(value, CellError):
        return "error"
    text = plain(value)
    if re.fullmatch(r"[+-]?[\d.,٫٬\s]+%?", text):
        return "digits"
    if re.search(r"\d", text):
        return (
            "date"
            if re.fullmatch(r"\d{1,4}([-/.\s])(\d{1,2}|[^\W\d]{3,9})\1\d{2,4}.{0,16}", text)
            else "code"
        )
    return "flag" if text.casefold() in ("true", "false") else "words"


def stands_apart(look: Look, place: int) -> bool:
    """Whether a gap precedes a row of words and the rows before the gap were not all words."""
    if place < 2 or look.lines[place].number - look.lines[place - 1].number < 2:
        return False
    before = look.lines[max(0, place - 5) : place]
    return labelness(look.lines[place]) >= 0.9 and sum(map(labelness, before)) / len(before) < 0.8
