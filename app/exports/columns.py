"""What a list shows, as typed columns of a file, read as plain values wherever SQL can give them.

Rows of plain values cost a fifth of mapped objects; a column that only Python can compute (a property)
makes the whole list come as objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Query, aliased

from app.exports.writers import Column
from app.platform import clock
from app.platform.look import cells
from app.platform.look.states import LOOKS
from app.platform.wording import localised

STATE_COLUMNS = ("state", "status", "outcome")
PART = 2000  # rows read at once

Value = Callable[[Any], Any]


@dataclass(frozen=True)
class Source:
    """Where a column's values come from: SQL expressions, the relationship to join for them, and how to show them."""

    expressions: tuple[Any, ...]
    join: tuple[Any, Any] | None = None
    value: Value | None = None


def file_columns(view: Any, names: Sequence[str]) -> list[Column]:
    """The columns `names` of a view's list with their headings, in the reader's language."""
    return [Column(_heading(view, name), _kind(view, name), _colours(name)) for name in names]


def rows(view: Any, query: Query[Any], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """The rows of `query` (a query of the view's model) as the list shows them, read in parts."""
    sources = [_source(view, name) for name in names]
    if any(source is None for source in sources):
        yield from _from_objects(view, query, names)
    else:
        yield from _from_values(query, [source for source in sources if source])


def _from_objects(view: Any, query: Query[Any], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    shown = [_shown(view, name) or plain_value() for name in names]
    for row in query.options(*view.datamodel.load).execution_options(yield_per=PART):
        yield [show(_localised_name(row, name)) for show, name in zip(shown, names, strict=True)]


def _from_values(query: Query[Any], sources: Sequence[Source]) -> Iterator[Sequence[Any]]:
    for join in (source.join for source in sources if source.join):
        query = query.outerjoin(*join)
    picks: list[Value] = []
    expressions: list[Any] = []
    for source in sources:
        picks.append(_pick(len(expressions), source))
        expressions += source.expressions
    for row in query.with_entities(*expressions).execution_options(yield_per=PART):
        yield [pick(row) for pick in picks]


def _pick(position: int, source: Source) -> Value:
    show = source.value
    if len(source.expressions) == 2:  # a name in two languages
        return lambda row: row[position + 1] or row[position]
    return (lambda row: show(row[position])) if show else itemgetter(position)


def _source(view: Any, name: str) -> Source | None:
    model, mapper = view.datamodel.obj, sa.inspect(view.datamodel.obj)
    if name in mapper.relationships and not mapper.relationships[name].uselist:
        target = aliased(mapper.relationships[name].mapper.class_)
        if not hasattr(target, "name"):
            return None
        return Source(_names(target), join=(target, getattr(model, name).of_type(target)))
    if name not in mapper.columns:
        return None
    if name == "name":
        return Source(_names(model))
    return Source((getattr(model, name),), value=_shown(view, name))


def _names(model: Any) -> tuple[Any, ...]:
    locale = get_locale()
    in_arabic = locale is not None and locale.language == "ar" and hasattr(model, "name_ar")
    return (model.name, model.name_ar) if in_arabic else (model.name,)


def _shown(view: Any, name: str) -> Value | None:
    """How a value of the column is told; None when it stands as it is."""
    words = cells.choice_words(view, name)
    if words is not None:
        return _told({value: str(word) for value, word in words.items()})
    if name in STATE_COLUMNS:
        return _told({state: str(look.word) for state, look in LOOKS.items()})
    data = view.datamodel
    is_plain = name in data.list_columns and not (data.is_boolean(name) or data.is_date(name) or data.is_datetime(name))
    return None if is_plain else plain_value()


def _told(words: dict[Any, str]) -> Value:
    return lambda value: words.get(getattr(value, "value", value), value)


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
    data = view.datamodel
    if name in STATE_COLUMNS:
        return "state"
    if name not in data.list_columns or data.is_boolean(name):
        return "date" if name.endswith("_on") else "text"
    if data.is_datetime(name):
        return "instant"
    if data.is_date(name):
        return "date"
    return "number" if data.is_integer(name) or data.is_numeric(name) or data.is_float(name) else "text"
