"""Paging by keys: where a page ends is a value, not a number of rows to skip."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Query

from app.platform.errors import Invalid

Mark = tuple[Any, ...]


def write_mark(*parts: Any) -> str:
    """Values of JSON as text for a link."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_mark(mark: str, take: Callable[..., Mark]) -> Mark:
    """What `take` makes of the values of a mark. Invalid `cursor_unknown` for one that `write_mark` did not make."""
    try:
        return take(*json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))))
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as problem:
        raise damaged() from problem


def damaged() -> Invalid:
    """What is told of a mark that nobody was given."""
    return Invalid(_("This page link is damaged. Start at the first page."), code="cursor_unknown")


class Cursor:
    """The order of a list by one column and then by id; rows without a value come last, either way.

    `column` is a mapped column's name ('' means by id, which is by age), `direction` asc or desc. Rows
    with and without a value are read by two statements, so that an index on the column serves both.
    """

    def __init__(self, model: Any, column: str, direction: str) -> None:
        self.model, self.name = model, column or "id"
        self.descending = direction == "desc"
        self.column = getattr(model, self.name)
        self.is_nullable = self.name != "id" and self.column.property.columns[0].nullable

    def order(self, query: Query[Any]) -> Query[Any]:
        """The whole of `query` in this order."""
        keys = self._keys(self.descending)
        return query.order_by(*([self.column.is_(None), *keys] if self.is_nullable else keys))

    def fetch(self, query: Query[Any], limit: int, after: str | None = None, before: str | None = None,
              load: tuple[Any, ...] = ()) -> list[Any]:
        """Up to `limit` rows from just after the mark `after`, or backwards from just before `before`.

        `load` are loader options. Invalid `cursor_unknown` when the mark was not made by `at`.
        """
        given = after or before
        mark = read_mark(given, lambda value, key: (self._typed(value), UUID(key))) if given else None
        keys = self._keys(self.descending != (before is not None))
        rows: list[Any] = []
        for part in self._parts(query, mark, backwards=before is not None):
            rows += self._cut(part, limit - len(rows)).options(*load).order_by(*keys).all()
            if len(rows) == limit:
                break
        return rows

    def _cut(self, part: Query[Any], limit: int) -> Query[Any]:
        """The first rows of `part`. Whatever is joined to them is then joined to these only, not to all that match."""
        page = part.with_entities(self.model.id).limit(limit).subquery()
        whole = part.session.query(self.model).execution_options(**part.get_execution_options())
        return whole.filter(self.model.id.in_(sa.select(page.c.id)))

    def at(self, row: Any) -> str:
        """The mark of `row`: its value and id, as text for a link."""
        value = getattr(row, self.name)
        text = value.isoformat() if isinstance(value, (date, datetime)) else value
        text = str(text) if isinstance(text, (UUID, Decimal)) else text
        return write_mark(text, str(row.id))

    def _parts(self, query: Query[Any], mark: Mark | None, backwards: bool) -> list[Query[Any]]:
        downwards = self.descending != backwards
        if not self.is_nullable:
            return [self._beyond(query, mark, downwards)]
        valued, empty = query.filter(self.column.isnot(None)), query.filter(self.column.is_(None))
        in_empty = mark is not None and mark[0] is None
        parts = [self._beyond(valued, None if in_empty else mark, downwards),
                 self._beyond(empty, mark if in_empty else None, downwards, by_id=True)]
        if backwards:
            return parts[::-1] if in_empty else parts[:1]
        return parts[1:] if in_empty else parts

    def _beyond(self, query: Query[Any], mark: Mark | None, downwards: bool, by_id: bool = False) -> Query[Any]:
        if mark is not None:
            by_id = by_id or self.name == "id"
            here = self.model.id if by_id else sa.tuple_(self.column, self.model.id)
            there: Any = sa.literal(mark[1], sa.Uuid)
            there = there if by_id else sa.tuple_(sa.literal(mark[0], self.column.type), there)
            query = query.filter(here < there if downwards else here > there)
        return query.order_by(*self._keys(downwards))

    def _keys(self, downwards: bool) -> list[Any]:
        way = sa.desc if downwards else sa.asc
        return [way(self.model.id)] if self.name == "id" else [way(self.column), way(self.model.id)]

    def _typed(self, value: Any) -> Any:
        kind = self.column.type.python_type
        if value is None or isinstance(value, kind):
            return value
        return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
