"""How FAB's views read our tables: by UUID, bounded, paged by keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy.orm import Query

from app.platform.fab.cursor import Cursor
from app.platform.fab.filters import TenantFilterConverter, is_uuid_type, to_uuid

COUNT_LIMIT = 1_000


@dataclass(frozen=True)
class Page:
    """One page of rows. `total` is exact up to `COUNT_LIMIT`; beyond it `is_bounded` says 'at least'."""

    rows: list[Any]
    total: int
    is_bounded: bool
    next: str | None
    previous: str | None


def _first_row(page: int, size: int) -> int:
    """Where page `page` (from 0) begins; whatever was asked for, a number that databases take."""
    return max(0, min(page * size, 2**31))


class TenantInterface(SQLAInterface):
    """FAB's model interface for a table with UUID keys.

    `load` are loader options for what a page shows, `list_load` those of a list where it shows less; `search`
    makes the condition for a term.
    """

    filter_converter_class = TenantFilterConverter

    def __init__(self, model: type, load: tuple[Any, ...] = (), search: Any = None,
                 list_load: tuple[Any, ...] = ()) -> None:
        super().__init__(model)
        self.load, self.list_load, self.search = load, list_load or load, search

    def is_uuid(self, col_name: str) -> bool:
        """Whether a column holds UUIDs."""
        column = self.list_columns.get(col_name)
        return column is not None and is_uuid_type(column.type)

    def get(self, id: Any, filters: Any = None, select_columns: Any = None,
            outer_default_load: bool = False, include_deleted: bool = False) -> Any:
        """The row with this id that passes `filters`, or None; garbage is an unknown id."""
        key = to_uuid(id)
        if key is None:
            return None
        query = self.session.query(self.obj).options(*self.load).filter(self.obj.id == key)
        if include_deleted:
            query = query.execution_options(include_deleted=True)
        return (filters.apply_all(query) if filters else query).one_or_none()

    def get_many(self, ids: Sequence[Any], filters: Any = None) -> list[Any]:
        """The rows with these ids that pass `filters`, in one statement and in the order of `ids`."""
        keys = list(dict.fromkeys(filter(None, map(to_uuid, ids))))
        query = self.session.query(self.obj).options(*self.load).filter(self.obj.id.in_(keys))
        found = {row.id: row for row in (filters.apply_all(query) if filters else query).all()} if keys else {}
        return [found[key] for key in keys if key in found]

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The related row with this id, or None."""
        key = to_uuid(value)
        return None if key is None else self.session.get(self.get_related_model(col_name), key)

    def query(self, filters: Any = None, order_column: str = "", order_direction: str = "",
              page: int | None = None, page_size: int | None = None, select_columns: Any = None,
              outer_default_load: bool = False) -> tuple[int, list[Any]]:
        """FAB's REST list: a page by number, and a count that stops at `COUNT_LIMIT`."""
        query = self._filtered(filters, None)
        rows = (self._ordered(query, order_column, order_direction).options(*self.load)
                .limit(page_size).offset(_first_row(page or 0, page_size or 0)).all())
        return self._count(query), rows

    def page(self, filters: Any, order: tuple[str, str], size: int, after: str | None = None,
             before: str | None = None, term: str | None = None, deleted: bool = False,
             count_all: bool = False) -> Page:
        """One page of `size` rows after (or before) a cursor: as quick at the end as at the start.

        `count_all` makes its total exact however many there are.
        """
        query = self._filtered(filters, term)
        if deleted:
            query = query.execution_options(include_deleted=True).filter(self.obj.deleted_at.isnot(None))
        cursor = Cursor(self.obj, *order)
        rows = cursor.fetch(query, size + 1, after=after, before=before, load=self.list_load)
        more, rows = len(rows) > size, rows[:size]
        if before:
            rows.reverse()
        is_whole = not (after or before or more)
        total = len(rows) if is_whole else self._count(query, None if count_all else COUNT_LIMIT)
        return Page(
            rows, total if count_all else min(total, COUNT_LIMIT), not count_all and total > COUNT_LIMIT,
            next=cursor.at(rows[-1]) if rows and (more or before) else None,
            previous=cursor.at(rows[0]) if rows and (after or (before and more)) else None,
        )

    def lookup(self, filters: Any, term: str, page: int, size: int) -> list[Any]:
        """One page of choices for a search-as-you-type field, and one row more when there are more."""
        query = self._filtered(filters, term.strip()).order_by(self.obj.name, self.obj.id)
        rows: list[Any] = query.limit(size + 1).offset(_first_row(page - 1, size)).all()
        return rows

    def stream(self, filters: Any, order: tuple[str, str], term: str | None = None,
               deleted: bool = False) -> Query[Any]:
        """Every row a list shows, in its order, as a query whose reader chooses columns and part size."""
        query = self._filtered(filters, term)
        if deleted:
            query = query.execution_options(include_deleted=True).filter(self.obj.deleted_at.isnot(None))
        return self._ordered(query, *order)

    def _filtered(self, filters: Any, term: str | None) -> Query[Any]:
        query: Query[Any] = self.session.query(self.obj)
        query = filters.apply_all(query) if filters else query
        return query.filter(self.search(term)) if term and self.search else query

    def _ordered(self, query: Query[Any], column: str, direction: str) -> Query[Any]:
        return Cursor(self.obj, column, direction).order(query)

    def _count(self, query: Query[Any], limit: int | None = COUNT_LIMIT) -> int:
        # By a column of the table: a constant would leave the table out of the statement, and the fence too.
        return query.order_by(None).with_entities(self.obj.id).limit(limit and limit + 1).count()
