"""What a run said, kept as lines of JSON: the head, each row, the totals. PDF, workbook and JSON are made from it, so
that they say the same and the same bytes whenever they are taken."""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import orjson
from flask_babel import get_locale

from app.platform import clock
from app.platform.look.states import LOOKS
from app.platform.wording import localised
from app.reports import filters
from app.reports.shape import Column, Report, Rows, Tell, Values
from app.tenancy import queries as tenancy

MOST_COUNTED = 40  # different values that totals name
SCHEMA_KINDS = {"number": "number", "percent": "number"}


@dataclass(frozen=True)
class Head:
    """What stands above the rows. `columns` are (name, heading, kind, width); `made_at` is the instant at which the
    rows were read, or put on record where they are read from the record."""

    report: str
    title: str
    tenant: str
    language: str
    made_at: str
    filters: list[list[str]]
    columns: list[list[Any]]
    accent: str | None = None
    logo: str | None = None

    @property
    def is_right_to_left(self) -> bool:
        """Whether it is read from the right."""
        return self.language == "ar"


class Tally:
    """Totals of rows as they pass: how many, the sums of columns, how many of each value of one column."""

    def __init__(self, report: Report) -> None:
        self._counted = report.place(report.counted) if report.counted else None
        self._summed = [place for place, column in enumerate(report.columns) if column.is_summed]
        self._names = [column.name for column in report.columns]
        self.rows, self._sums = 0, defaultdict[int, Decimal](Decimal)
        self._counts: Counter[str] = Counter()

    def see(self, row: Any) -> None:
        """Take a row into account."""
        self.rows += 1
        for place in self._summed:
            if row[place] is not None:
                self._sums[place] += Decimal(str(row[place]))
        if self._counted is not None:
            self._counts[str(row[self._counted])] += 1

    def totals(self) -> dict[str, Any]:
        """The totals so far, as JSON holds them. What no row had a value of has no sum: nobody knows it."""
        return {"rows": self.rows, "sums": {self._names[place]: _plain(self._sums[place]) for place in self._summed
                                            if place in self._sums or not self.rows},
                "counts": dict(self._counts.most_common(MOST_COUNTED))}


def put_down(report: Report, values: Values, rows: Rows, tell: Tell) -> tuple[IO[bytes], Tally]:
    """The rows as a document in the language of the reader; an open file, from its start, and what it adds up to."""
    file, tally = tempfile.TemporaryFile(), Tally(report)  # noqa: SIM115  closed by whoever keeps it
    file.write(orjson.dumps(vars(_head(report, values))) + b"\n")
    tell(0)
    for row in rows:
        tally.see(row)
        file.write(orjson.dumps([_plain(value) for value in row]) + b"\n")
        if tally.rows % 2000 == 0:
            tell(tally.rows)
    file.write(orjson.dumps(tally.totals()) + b"\n")
    file.seek(0)
    return file, tally


def _head(report: Report, values: Values) -> Head:
    locale, tenant = get_locale(), tenancy.current_tenant()
    columns = [[one.name, str(one.label), one.kind, one.width] for one in report.columns]
    said_at = report.said_at(values) or clock.now()
    return Head(report.name, str(report.label), localised(tenant), locale.language if locale else "en",
                said_at.replace(microsecond=0).isoformat(), [list(pair) for pair in filters.words(report, values)],
                columns, tenant.accent, tenant.logo)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else round(float(value), 2)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else value


class Document:
    """A kept document, read as a stream."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.head = Head(**json.loads(file.readline()))
        self.totals: dict[str, Any] = {}

    def rows(self) -> Iterator[list[Any]]:
        """The rows; afterwards `totals` are known."""
        for line in self._file:
            found = orjson.loads(line)
            if isinstance(found, dict):
                self.totals = found
                return
            yield found


def cell(kind: str, value: Any) -> Any:
    """A value of a kept row as people read it: the word of a state, a day as written."""
    if value is None:
        return ""
    if kind == "state":
        return str(LOOKS[value].word) if value in LOOKS else value
    return f"{value:g} %" if kind == "percent" else value


def schema(columns: list[Column]) -> dict[str, Any]:
    """The JSON schema of one row."""
    formats = {"date": {"format": "date"}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "properties": {one.name: {"type": [SCHEMA_KINDS.get(one.kind, "string"), "null"], "title": str(one.label),
                                      **formats.get(one.kind, {})} for one in columns},
            "required": [one.name for one in columns]}


def as_json(document: Document, row_schema: dict[str, Any], target: IO[bytes]) -> None:
    """Write the document as one JSON object: what it is, its schema, the rows by name, the totals."""
    head, names = document.head, [one[0] for one in document.head.columns]
    about = {"report": head.report, "title": head.title, "made_at": head.made_at, "language": head.language,
             "filters": {pair[0]: pair[1] for pair in head.filters}, "schema": row_schema}
    target.write(orjson.dumps(about)[:-1] + b',"rows":[')
    for place, row in enumerate(document.rows()):
        target.write((b",\n" if place else b"\n") + orjson.dumps(dict(zip(names, row, strict=True))))
    target.write(b'],"totals":' + orjson.dumps(document.totals) + b"}\n")
