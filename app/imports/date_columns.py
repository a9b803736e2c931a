"""The profile of a column of dates: which order its doubtful texts are in, and on what evidence."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any, Literal

from app.imports.dates import ORDERS, Order, possible_orders

_PART = r"(d{1,2}|m{1,3}|y{2,4}|day|month|year|يوم|شهر|سنة)"
_STATED = re.compile(rf"{_PART}\s*[-/. ]\s*{_PART}\s*[-/. ]\s*{_PART}(?!\w)")
_LETTERS = {"ي": "d", "ش": "m", "س": "y"}
_REAL_DATES = 2  # so many real dates, none later than the 12th, before a swap is suspected


@dataclass(frozen=True)
class Evidence:
    """A cell that settles something: its sheet row and what it says."""

    row: int | None
    value: str


@dataclass(frozen=True)
class DateVerdict:
    """What a column's texts say about their order.

    `state`: 'none' (no numeric text dates), 'settled' (`order` holds, `evidence[order]` shows why), 'ask' (all can
    be read in each of `options`), 'mixed' (cells contradict each other: those that fit one order are read so, an
    answer is needed for the `doubtful` ones, if any).
    `swap_suspected`: it looks as if Excel turned part of the texts into real dates with day and month swapped.
    """

    state: Literal["none", "settled", "ask", "mixed"]
    order: Order | None = None
    options: tuple[Order, ...] = ()
    evidence: dict[Order, Evidence] = field(default_factory=dict)
    doubtful: int = 0
    example: Evidence | None = None
    swap_suspected: bool = False

    @property
    def must_ask(self) -> bool:
        """Whether a person has to answer before every cell can be read."""
        return self.doubtful > 0


def order_in(heading: str) -> Order | None:
    """The order of day, month and year that a heading such as 'Hired on (DD/MM/YYYY)' states."""
    found = _STATED.search(heading.lower())
    letters = "".join(_LETTERS.get(part[0], part[0]) for part in found.groups()) if found else ""
    return next((order for order in ORDERS if order == letters), None)


class DateColumn:
    """Feed it every cell of a column with `see`, in any order and in as many calls as the file has rows."""

    def __init__(self) -> None:
        self._possible: set[Order] = set(ORDERS)
        self._evidence: dict[Order, Evidence] = {}
        self._asked: set[Order] = set()
        self._doubtful = 0
        self._example: Evidence | None = None
        self._real = self._real_late = 0
        self._text_late = self._text_early = 0

    def see(self, value: Any, row: int | None = None) -> None:
        """Take one cell into account. `row` is its sheet row, for showing it as evidence."""
        if isinstance(value, dt.date):  # real dates do not settle what the texts mean
            self._real += 1
            self._real_late += value.day > 12
        elif isinstance(value, str):
            readings = possible_orders(value)
            if readings and "ymd" not in readings:
                self._count_swap(readings)
            if readings and set(readings) != {"ymd"}:
                self._see_numeric(readings, Evidence(row, value))

    def _see_numeric(self, readings: dict[Order, dt.date], evidence: Evidence) -> None:
        if len(readings) == 1:
            self._evidence.setdefault(next(iter(readings)), evidence)
        elif len(set(readings.values())) > 1:
            self._doubtful += 1
            self._asked |= set(readings)
            self._example = self._example or evidence
        self._possible &= set(readings)

    def _count_swap(self, readings: dict[Order, dt.date]) -> None:
        self._text_late += len(readings) == 1
        self._text_early += len(readings) > 1

    def verdict(self) -> DateVerdict:
        """What all cells seen so far say."""
        swap = self._swap_suspected()
        options = tuple(order for order in ORDERS if order in self._possible)
        if not options:
            options = tuple(order for order in ORDERS if order in self._asked)
            return DateVerdict(
                "mixed", None, options, dict(self._evidence), self._doubtful, self._example, swap
            )
        if len(options) == 1:
            return DateVerdict("settled", options[0], options, dict(self._evidence), 0, None, swap)
        state: Literal["ask", "none"] = "ask" if self._doubtful else "none"
        return DateVerdict(state, None, options, {}, self._doubtful, self._example, swap)

    def _swap_suspected(self) -> bool:
        """Excel reads the texts it can in its own order: real dates then all fall before the 13th, texts after."""
        one_order = len([order for order in self._evidence if order != "ymd"]) == 1
        only_late = self._text_late > 0 and self._text_early == 0
        return one_order and only_late and self._real >= _REAL_DATES and self._real_late == 0
