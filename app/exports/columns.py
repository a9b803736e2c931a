"""What a list shows, as typed columns of a file, read as plain values wherever SQL can give them.

Rows of plain values cost a fifth of mapped objects; a column that only Python can compute (a property) makes
the whole list come as objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Query, aliased

from app.exports.writers import CELL_LENGTH, Column
from app.platform import clock
from app.platform.look import cells
from app.platform.look.states import LOOKS
from app.platform.wording import localised

STATE_COLUMNS = ("state", "status", "outcome")
PART = 1000  # rows read at once
KINDS: dict[str, Callable[[Any, str], bool]] = {
    "yes or no": SQLAInterface.is_boolean, "instant": SQLAInterface.is_datetime, "date": SQLAInterface.is_date,
    "number": lambda data, name: data.is_integer(name) or data.is_numeric(name) or data.is_float(name),
    "text": lambda data, name: data.is_string(name) and 0 < (data.list_columns[name].type.length or 0) < CELL_LENGTH,
}

Value = Callable[[Any], Any]


class Joins:
    """The rows that columns lead to through relations (`employee.department`), each joined once."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.found: dict[tuple[str, ...], tuple[Any, Any]] = {}

    def target(self, path: tuple[str, ...]) -> Any:
        """The model, or an alias of what `path` leads to. LookupError when that is not one row each."""
        if not path:
            return self.model
        if path not in self.found:
            start = self.target(path[:-1])
            relation = sa.inspect(start).mapper.relationships.get(path[-1])
            if relation is None or relation.uselist:
                raise LookupError(path)
            target = aliased(relation.mapper.class_)
            self.found[path] = (target, getattr(start, path[-1]).of_type(target))
        return self.found[path][0]

    def apply(self, query: Query[Any]) -> Query[Any]:
        """`query` with every join that was asked for."""
        for join in self.found.values():
            query = query.outerjoin(*join)
        return query


def file_columns(view: Any, names: Sequence[str]) -> list[Column]:
    """The columns `names` of a view's list with their headings, in the reader's language."""
    return [Column(_heading(view, name), _kind(view, name), _colours(name)) for name in names]


def rows(view: Any, query: Query[Any], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The rows of `query` (a query of the view's model) as the list shows them, read in parts."""
    joins = Joins(view.datamodel.obj)
    try:
        expressions = [_expression(joins, tuple(name.split("."))) for name in names]
    except LookupError:
        return _from_objects(view, query, names)
    return _from_values(view, joins.apply(query), names, expressions)


def _from_objects(view: Any, query: Query[Any], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    shown = [_shown(view, name) or plain_value() for name in names]
    data = view.datamodel
    keys = (key for (key,) in query.with_entities(data.obj.id).execution_options(yield_per=PART))
    whole = data.session.query(data.obj).options(*data.load).execution_options(include_deleted=True)
    # By key and in parts: what the view loads with its rows may be collections, which can not be streamed.
    while part := list(islice(keys, PART)):
        found = {row.id: row for row in whole.filter(data.obj.id.in_(part))}
        for row in (found[key] for key in part):
            yield [show(_localised_name(row, name)) for show, name in zip(shown, names, strict=True)]


def _from_values(view: Any, query: Query[Any], names: Sequence[str],
                 expressions: Sequence[Any]) -> Iterator[Sequence[Any]]:
    told = [(position, show) for position, name in enumerate(names) if (show := _shown(view, name))]
    found = iter(query.with_entities(*expressions).execution_options(yield_per=PART))
    while part := list(islice(found, PART)):  # column by column: a third of the time of row by row
        columns: list[Sequence[Any]] = list(zip(*part, strict=True))
        for position, show in told:
            columns[position] = list(map(show, columns[position]))
        yield from zip(*columns, strict=True)


def _expression(joins: Joins, path: tuple[str, ...]) -> Any:
    """What to select for a column: its value, or the name of the row it leads to. LookupError: SQL can not."""
    start = joins.target(path[:-1])
    mapper = sa.inspect(start).mapper
    if path[-1] in mapper.relationships:
        return _name(joins.target(path))
    if path[-1] not in mapper.column_attrs:
        raise LookupError(path)
    value = getattr(start, path[-1])
    if path[-1] == "name":
        return _name(start)
    return sa.type_coerce(value, sa.Float) if isinstance(value.type, sa.Numeric) else value


def _name(model: Any) -> Any:
    if not hasattr(model, "name"):
        raise LookupError(model)
    locale = get_locale()
    if locale is None or locale.language != "ar" or not hasattr(model, "name_ar"):
        return model.name
    return sa.func.coalesce(sa.func.nullif(model.name_ar, ""), model.name)


def _shown(view: Any, name: str) -> Value | None:
    """How a value of the column is told; None when it stands as it is."""
    words = cells.choice_words(view, name)
    if words is not None:
        return _told({value: str(word) for value, word in words.items()})
    if name in STATE_COLUMNS:
        return _told({state: str(look.word) for state, look in LOOKS.items()})
    kind = _kind(view, name)
    if kind == "date":
        return _told({date.max: _("Never expires")})
    return plain_value() if kind in ("instant", "yes or no") else None


class _Told(dict[Any, Any]):
    """Words for some values; any other stands as it is."""

    def __missing__(self, value: Any) -> Any:
        return value


def _told(words: dict[Any, str]) -> Value:
    return _Told(words).__getitem__


def plain_value() -> Value:
    """How any value is told in a file: dates and numbers as they are, the rest in the reader's words."""
    yes, no, never = _("Yes"), _("No"), _("Never expires")

    def told(value: Any) -> Any:
        if value is None or type(value) in (str, int, float):
            return value
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, datetime):
            return clock.local(value).replace(tzinfo=None)
        if isinstance(value, (date, Decimal)):
            return never if value == date.max else value
        if isinstance(value, (list, tuple, set)):
            return ", ".join(str(told(one)) for one in value)
        return str(value)

    return told


def _localised_name(row: Any, column: str) -> Any:
    return localised(row) if column == "name" else cells.value_of(row, column)


def _heading(view: Any, name: str) -> str:
    return str(view.label_columns.get(name, name.replace("_", " ").capitalize()))


def _colours(name: str) -> dict[str, tuple[str, str]]:
    if name not in STATE_COLUMNS:
        return {}
    return {str(look.word): (look.light.ink, look.light.ground) for look in LOOKS.values()}


def _kind(view: Any, name: str) -> str:
    """What a column holds: text, number, date, instant, state or yes or no; anything else is long."""
    *path, last = name.split(".")
    data = view.datamodel
    if last in STATE_COLUMNS:
        return "state"
    if path:
        data = SQLAInterface(sa.inspect(Joins(data.obj).target(tuple(path))).mapper.class_)
    if data.is_relation(last):
        return "text"
    return next((kind for kind, holds in KINDS.items() if last in data.list_columns and holds(data, last)), "long")
