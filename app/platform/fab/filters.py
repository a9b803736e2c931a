"""FAB's filters, made to hold for UUIDs, bounded look-ups and concurrent requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import g, has_request_context
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.models.sqla import filters as fab
from sqlalchemy.types import Uuid

from app.platform import clock


def to_uuid(value: Any) -> UUID | None:
    """`value` as a UUID (FAB hands over text, or a list of one), or None when it is none."""
    if isinstance(value, (list, tuple)):
        value = value[0] if len(value) == 1 else None
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None


def is_uuid_type(kind: Any) -> bool:
    """Whether a column type holds UUIDs."""
    return isinstance(kind, Uuid)


class VisibleTo(BaseFilter):
    """A base_filters entry: the rows a policy lets this user see, the same on screen and in the API."""

    def apply(self, query: Any, criterion: Any) -> Any:
        """`criterion(actor)` is one SQL condition."""
        return query.filter(criterion(g.user))


class FilterUuidEqual(fab.FilterEqual):
    """A column that holds an id; something that is no id matches no row (stock FAB: error 500)."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose column is the id `value`."""
        wanted, field = to_uuid(value), getattr(self.model, self.column_name)
        return query.filter(field == wanted) if wanted else query.filter(sa.false())


class FilterUuidNotEqual(fab.FilterNotEqual):
    """The rows with another id."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose column is not the id `value`."""
        wanted, field = to_uuid(value), getattr(self.model, self.column_name)
        return query.filter(sa.or_(field != wanted, field.is_(None))) if wanted else query


class FilterUuidIn(fab.FilterIn):
    """Any of several ids."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose column is one of the ids `value`."""
        wanted = [u for u in map(to_uuid, value if isinstance(value, list) else [value]) if u]
        return query.filter(getattr(self.model, self.column_name).in_(wanted))


class FilterReference(fab.FilterRelationOneToManyEqual):
    """Rows that refer to this one. Compares the key: nothing is loaded, an unknown id finds nothing."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose relation is the row with id `value` (stock FAB: an unknown id means IS NULL)."""
        wanted = to_uuid(value)
        key = getattr(self.model, self.datamodel.get_relation_fk(self.column_name).name)
        return query.filter(key == wanted) if wanted else query.filter(sa.false())


class FilterNotReference(fab.FilterRelationOneToManyNotEqual):
    """Rows that do not refer to this one."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose relation is not the row with id `value`."""
        wanted = to_uuid(value)
        key = getattr(self.model, self.datamodel.get_relation_fk(self.column_name).name)
        return query.filter(sa.or_(key != wanted, key.is_(None))) if wanted else query


class FilterOnDay(fab.FilterEqual):
    """An instant on a day of the tenant's calendar; what is no day matches nothing."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose instant lies on the day `value` (ISO 8601)."""
        return self.between(query, value, 0, 1)

    def between(self, query: Any, value: Any, first: int | None, end: int | None) -> Any:
        """Rows from the start of `value` + `first` days to before the start of `value` + `end` days."""
        try:
            day = date.fromisoformat(str(value)[:10])
            bounds = [None if n is None else clock.start_of(day + timedelta(n)) for n in (first, end)]
        except (ValueError, OverflowError):
            return query.filter(sa.false())
        field, (start, stop) = getattr(self.model, self.column_name), bounds
        query = query if start is None else query.filter(field >= start)
        return query if stop is None else query.filter(field < stop)


class FilterAfterDay(FilterOnDay):
    """An instant after a day."""

    name, arg_name = fab.FilterGreater.name, fab.FilterGreater.arg_name

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose instant lies after the day `value`."""
        return self.between(query, value, 1, None)


class FilterBeforeDay(FilterOnDay):
    """An instant before a day."""

    name, arg_name = fab.FilterSmaller.name, fab.FilterSmaller.arg_name

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose instant lies before the day `value`."""
        return self.between(query, value, None, 0)


class TenantFilterConverter(fab.SQLAFilterConverter):
    """Which filters each kind of column offers."""

    conversion_table = (
        ("is_relation_many_to_one", [FilterReference, FilterNotReference]),
        ("is_relation_one_to_one", [FilterReference, FilterNotReference]),
        ("is_datetime", [FilterOnDay, FilterAfterDay, FilterBeforeDay]),
        ("is_uuid", [FilterUuidEqual, FilterUuidNotEqual, FilterUuidIn]),
        *[entry for entry in fab.SQLAFilterConverter.conversion_table if "relation" not in entry[0]],
    )


class FilterNothing(BaseFilter):
    """What a filter becomes whose value its column can not hold."""

    def apply(self, query: Any, value: Any) -> Any:
        """No row."""
        return query.filter(sa.false())


def add_filter(filters: Filters, wanted: BaseFilter, value: Any) -> None:
    """Put `wanted` in force; a value that its column can not hold matches no row (stock FAB: error 500)."""
    try:
        filters._add_filter(wanted, _column_value(wanted, value))
    except (LookupError, ValueError, TypeError, ArithmeticError):
        filters._add_filter(FilterNothing(wanted.column_name, wanted.datamodel), value)


def _column_value(wanted: BaseFilter, value: Any) -> Any:
    column = wanted.datamodel.list_columns.get(wanted.column_name)
    read = _READ.get(column.type.python_type, _text) if column is not None else _text
    if value is None and wanted.arg_name in ("eq", "neq"):
        return None  # REST asks so for rows without a value
    if wanted.arg_name in ("in", "not_in"):
        return [read(one) for one in (value if isinstance(value, list) else [value])]
    return read(value)


def _text(value: Any) -> str:
    if not isinstance(value, (str, int, float)) or "\0" in str(value):
        raise ValueError(value)
    return str(value)


def _whole_number(value: Any) -> int:
    number = int(value)
    if abs(number) >= 2**31:
        raise ValueError(value)
    return number


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


_WORDS = {"y": True, "true": True, "1": True, "n": False, "false": False, "0": False}
_READ: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: _WORDS[str(value).lower()], int: _whole_number, float: _number, Decimal: _number,
    date: lambda value: date.fromisoformat(str(value)),
    UUID: lambda value: value, datetime: lambda value: value,  # these filters read for themselves
}


class RequestFilters:
    """Give each request its own copy of the view's active filters.

    FAB keeps one object per view and changes it on every request: with threads, people see each other's
    filters (FAB issue 2366).
    """

    @property
    def _filters(self) -> Filters | None:
        shared: Filters | None = self.__dict__.get("_shared_filters")
        if shared is None or not has_request_context():
            return shared
        mine: dict[int, Filters] = g.setdefault("view_filters", {})
        if id(self) not in mine:
            mine[id(self)] = _copy(shared, [], [])
        return mine[id(self)]

    @_filters.setter
    def _filters(self, value: Filters) -> None:
        self.__dict__["_shared_filters"] = value

    def _joined_filters(self) -> Filters:
        """The filters of this request with those that always hold (FAB's own way makes those of all columns anew)."""
        mine: Any = self._filters
        always: Any = self._base_filters  # type: ignore[attr-defined]
        return _copy(mine, mine.filters + always.filters, mine.values + always.values)


def _copy(filters: Filters, active: list[BaseFilter], values: list[Any]) -> Filters:
    copy = Filters.__new__(Filters)
    copy.__dict__.update(filters.__dict__)
    copy.filters, copy.values = active, values
    return copy
