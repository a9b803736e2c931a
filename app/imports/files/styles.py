"""Number formats: which numbers of a workbook are seen as dates, percentages or padded codes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import IO, Any

from app.imports.files.cells import Percent, from_serial
from app.imports.files.markup import Attributes, walk

Show = Callable[[float], Any]

_DATES = {*range(14, 18), 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
_CLOCKS = {*range(18, 23), 32, 33, 34, 35, 45, 46, 47, 55, 56}
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def kind_of(code: str) -> str:
    """How numbers with a format code are seen.

    'date', 'clock' (with a time of day), 'elapsed' (hours beyond a day), 'percent', 'padded 5' (always five
    digits, as codes have) or '' for a plain number.
    """
    shown = _ASIDE.sub("", code.split(";")[0]).strip()
    lowered = shown.lower()
    if lowered in ("general", "standard", "@"):
        return ""
    if re.fullmatch("0{2,}", shown):
        return f"padded {len(shown)}"
    if "[" in lowered:
        return "elapsed"
    if re.search("[hs]", lowered):
        return "clock"
    if re.search("[dmy]", lowered):
        return "date"
    return "percent" if "%" in shown else ""


def shower(kind: str, *, date1904: bool) -> Show | None:
    """What turns a stored number into what the sheet shows, or None for numbers shown as they are."""
    if kind in ("date", "clock"):
        # dates repeat: remembered, they cost a tenth
        return lru_cache(maxsize=8192)(partial(from_serial, date1904=date1904, clock=kind == "clock"))
    if kind == "elapsed":
        return lambda number: dt.timedelta(days=number)
    if kind.startswith("padded"):
        width = int(kind[7:])
        return lambda number: f"{int(number):0{width}d}" if number >= 0 and number == int(number) else number
    return Percent if kind == "percent" else None


def read_styles(stream: IO[bytes], *, date1904: bool) -> list[Show | None]:
    """One entry per cell style of a workbook's styles part, in the order that cells refer to."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    inside = [""]

    def start(name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            codes[int(attributes["numFmtId"])] = kind_of(attributes.get("formatCode", ""))
        elif name == "xf" and "cellXfs" in inside:
            styles.append(int(attributes.get("numFmtId", 0)))
        inside.append(name)

    def end(_name: str) -> None:
        inside.pop()

    walk(stream, start, end)
    showers = {
        number: shower(codes.get(number, built_in(number)), date1904=date1904) for number in set(styles)
    }
    return [showers[number] for number in styles]


def built_in(number: int) -> str:
    """The kind of one of Excel's numbered formats (ECMA-376 part 1, 18.8.30)."""
    if number in _CLOCKS:
        return "clock"
    if number in _DATES:
        return "date"
    return "percent" if number in (9, 10) else ""
