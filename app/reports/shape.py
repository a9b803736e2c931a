"""What a report is made of. Declarations only; `catalogue` lists the reports themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from app.platform.errors import DomainError

Values = Mapping[str, Any]
Rows = Iterable[Sequence[Any]]
Tell = Callable[..., None]
"""Told how many rows are done, and of how many where that is known."""
Drawing = Callable[[Any, Values, Tell], tuple[IO[bytes], int]]


@dataclass(frozen=True)
class Column:
    """A column: `kind` is text, number (with at most two decimals), date, instant, state or percent.

    `width` is its share of a page's breadth. `is_summed`: the totals add it up.
    """

    name: str
    label: Any
    kind: str = "text"
    width: int = 2
    is_summed: bool = False


@dataclass(frozen=True)
class Filter:
    """What narrows a report: `kind` is date, number, text, or one of the keys of `filters.CHOICES`."""

    name: str
    label: Any
    kind: str
    default: Callable[[], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """One report. `rows(actor, values)` streams what the actor may see, each row one value per column; `values` are
    the filters' by name, None where one is open. Who may read `resource` may run it. `counted` names the column by
    whose values the totals count the rows.

    `refusal(values)` is why values that are each right can not be answered together, if so. What is read from a
    record says the same whenever it is made: `said_at(values)` is the instant at which that was put there, None for
    what is read from the tables as they are.

    A report with a `drawing` is no table: `drawing(actor, values, tell)` gives the workbook itself, and how many rows
    it has."""

    name: str
    label: Any
    intro: Any
    resource: str
    columns: tuple[Column, ...] = ()
    filters: tuple[Filter, ...]
    rows: Callable[[Any, Values], Rows] = lambda _actor, _values: ()
    counted: str | None = None
    drawing: Drawing | None = None
    refusal: Callable[[Values], DomainError | None] = lambda _values: None
    said_at: Callable[[Values], datetime | None] = lambda _values: None

    @property
    def forms(self) -> tuple[str, ...]:
        """What it can be taken away as."""
        return ("xlsx",) if self.drawing else ("pdf", "xlsx", "json")

    def place(self, name: str) -> int:
        """The position of a column."""
        return [column.name for column in self.columns].index(name)
