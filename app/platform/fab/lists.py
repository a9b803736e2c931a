"""Lists of REST that are no table's own: paged by number and by cursor, ordered, filtered, cut to some fields."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_appbuilder.api import rison
from flask_appbuilder.api.schemas import get_list_schema
from flask_babel import gettext as _
from marshmallow import Schema, fields

from app.platform.described import gives
from app.platform.errors import Invalid
from app.platform.fab.cursor import read_mark, write_mark
from app.platform.rest import refuse_page_beside

Row = dict[str, Any]
PLAIN = (fields.String, fields.UUID, fields.Number, fields.Boolean, fields.DateTime, fields.Date)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda has, value: _alike(has, value), "neq": lambda has, value: not _alike(has, value),
    "ct": lambda has, value: has is not None and str(value).casefold() in str(has).casefold(),
    "gt": lambda has, value: _typed(value, has) < has, "lt": lambda has, value: has < _typed(value, has),
    "in": lambda has, value: any(_alike(has, one) for one in (value if isinstance(value, list) else [value])),
}


@dataclass(frozen=True)
class Lines:
    """Rows of which only a page is read: `keys` tell them apart, in their order, and `load` reads those of some."""

    keys: Sequence[Any]
    load: Callable[[Sequence[Any]], Iterable[Any]]


@dataclass(frozen=True)
class Marked:
    """As `Lines`, of rows that keep an order by keys of their own: `read(after, start, size)` gives some from place
    `start` on, or from after the row with the keys `after`; `keys` are a row's; `shown` is a row as it is answered."""

    count: int
    read: Callable[[Sequence[UUID], int, int], Sequence[Any]]
    keys: Callable[[Any], Sequence[UUID]]
    shown: Callable[[Any], Row]


def lists(schema: type[Schema] | None, size: int = 25, most: int = 100, is_fixed: bool = False,
          **beside: Any) -> Callable[[Any], Any]:
    """An address that lists: the function returns rows, `Lines` or `Marked`, in their own order, and what stands
    `beside` the list as a dict after them.

    A row is what the schema dumps, or a dict as it is shown. A page has `size` rows, `most` at the most. `is_fixed`:
    too many to be ordered and filtered here. The same refusals as for tables: `filter_unknown`, `order_unknown`.
    """
    columns = [] if schema is None or is_fixed else [
        name for name, field in schema().dump_fields.items() if isinstance(field, PLAIN)]

    def mark(function: Any) -> Any:
        @rison(get_list_schema)
        @wraps(function)
        def answer(self: Any, *args: Any, rison: Row, **named: Any) -> Response:
            refuse_page_beside()
            found = function(self, *args, **named)
            rows, more = found if isinstance(found, tuple) else (found, {})
            wanted = rison.get("page_size") or size
            page = _Page(schema, columns, rison, wanted if 0 < wanted <= most else most)
            told: Response = self.response(200, **more, **(
                page.of_marked(rows) if isinstance(rows, Marked) else page.of(rows)))
            return told

        answer._lists = columns, size  # type: ignore[attr-defined]
        result = [schema] if schema is not None else fields.List(fields.Dict())
        return gives(count=fields.Integer(), result=result, next=fields.String(allow_none=True), **beside)(answer)
    return mark


@dataclass(frozen=True)
class _Page:
    schema: type[Schema] | None
    columns: list[str]
    asked: Row
    size: int

    def of(self, rows: Any) -> dict[str, Any]:
        lines = rows if isinstance(rows, Lines) else self._lines(rows)
        order = self.asked.get("order_column") or ""
        self._refuse_unknown(order)
        if (order or self.asked.get("filters")) and lines.keys:
            lines = self._chosen(self._shown(lines.load(lines.keys)), order)
        start = _after(lines.keys, request.args["cursor"]) if "cursor" in request.args else \
            min(max(0, self.asked.get("page") or 0) * self.size, len(lines.keys))
        keys, stop = lines.keys[start:start + self.size], start + self.size
        following = write_mark(stop - 1, str(lines.keys[stop - 1])) if stop < len(lines.keys) else None
        shown = map(self._cut, self._shown(lines.load(keys) if keys else ()))
        return {"count": len(lines.keys), "result": list(shown), "next": following}

    def of_marked(self, rows: Marked) -> dict[str, Any]:
        """A page of rows that are never met twice, however many come to stand in front of them meanwhile."""
        self._refuse_unknown(self.asked.get("order_column") or "")
        mark = request.args.get("cursor")
        start = 0 if mark is not None else min(max(0, self.asked.get("page") or 0) * self.size, rows.count)
        found = rows.read(read_mark(mark, _keys) if mark else (), start, self.size + 1)
        page = found[:self.size]
        following = write_mark(*map(str, rows.keys(page[-1]))) if len(found) > self.size else None
        return {"count": rows.count, "result": [self._cut(rows.shown(row)) for row in page], "next": following}

    def _lines(self, rows: Iterable[Any]) -> Lines:
        known = list(rows)
        if any(isinstance(row, Mapping) or not hasattr(row, "id") for row in known):
            known = self._shown(known)
        by_key = _keyed(known)
        return Lines(list(by_key), lambda keys: [by_key[key] for key in keys])

    def _shown(self, rows: Iterable[Any]) -> list[Row]:
        return [row if isinstance(row, dict) or self.schema is None else self.schema().dump(row) for row in rows]

    def _refuse_unknown(self, order: str) -> None:
        if order and order not in self.columns:
            raise Invalid(_("%(column)s can not be ordered by.", column=order), field="order_column",
                          code="order_unknown")
        for one in self.asked.get("filters", ()):
            if one["opr"] not in OPERATORS or one["col"] not in self.columns:
                raise Invalid(_("%(column)s can not be filtered by %(operator)s.", column=one["col"],
                                operator=one["opr"]), field=str(one["col"]), code="filter_unknown")

    def _chosen(self, rows: list[Row], order: str) -> Lines:
        for one in self.asked.get("filters", ()):
            rows = [row for row in rows if _passes(OPERATORS[one["opr"]], row.get(one["col"]), one["value"])]
        return self._lines(_ordered(rows, order, self.asked.get("order_direction") == "desc") if order else rows)

    def _cut(self, row: Row) -> Row:
        chosen = [name for name in self.asked.get("columns", ()) if name in row]
        return {name: row[name] for name in chosen} if chosen else row


def _ordered(rows: list[Row], column: str, descending: bool) -> list[Row]:
    valued = sorted((row for row in rows if row.get(column) is not None), key=lambda row: row[column],
                    reverse=descending)
    return valued + [row for row in rows if row.get(column) is None]


def _passes(allows: Callable[[Any, Any], bool], has: Any, value: Any) -> bool:
    try:
        return allows(has, value)
    except (TypeError, ValueError):
        return False  # a value that the column can not hold matches no row


def _alike(has: Any, value: Any) -> bool:
    return str(has).casefold() == str(value).casefold() if isinstance(has, bool) else has == _typed(value, has)


def _typed(value: Any, like: Any) -> Any:
    return float(value) if isinstance(like, int | float) else str(value)


def _keyed(rows: Iterable[Any]) -> dict[str, Any]:
    """The rows by what tells them apart; of rows that say the same each is kept."""
    found: dict[str, Any] = {}
    alike: Counter[str] = Counter()
    for row in rows:
        key = _key(row)
        alike[key] += 1
        found[key if alike[key] == 1 else f"{key}.{alike[key]}"] = row
    return found


def _key(row: Any) -> str:
    """What tells a row from the others: its id, or all that it says."""
    if isinstance(row, dict) and "id" not in row:
        return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:16]
    return str(row["id"] if isinstance(row, dict) else row.id)


def _keys(first: Any, *others: Any) -> tuple[Any, ...]:
    return tuple(UUID(one) for one in (first, *others))


def _after(keys: Sequence[Any], mark: str) -> int:
    """Where the page after a mark begins: after the row that it names, wherever that is by now."""
    if not mark:
        return 0
    place, key = read_mark(mark, lambda place, key: (min(max(0, int(place)), len(keys)), str(key)))
    is_there = place < len(keys) and str(keys[place]) == key
    found = place if is_there else next((at for at, one in enumerate(keys) if str(one) == key), None)
    return place if found is None else found + 1
