"""How a value looks in a list or among the facts of a page: decided by what it is, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape
from marshmallow import fields

from app.platform import clock
from app.platform.catalogue import language
from app.platform.fab.fields import Choice
from app.platform.look import dates
from app.platform.look.assets import SPRITE, asset, icon
from app.platform.look.states import LOOKS, state_look
from app.platform.wording import localised

NOTHING = Markup('<span class="nothing">–</span>')
_STATE_COLUMNS = ("state", "status", "outcome")
_EXPIRY_COLUMNS = ("expires_on", "due_on")
_CODE_COLUMNS = ("code", "number", "email", "phone", "certificate_number", "ip", "trace_id")


def state_badge(state: Any) -> Markup:
    """The badge of a state, status or outcome: colour, icon and word."""
    return _badge(str(getattr(state, "value", state)), language(), asset(SPRITE))


@lru_cache(maxsize=1000)
def _badge(state: str, _language: str, _sprite: str) -> Markup:
    look = state_look(state)
    return Markup('<span class="badge" data-state="{}">{}{}</span>').format(state, icon(look.icon), str(look.word))


@dataclass(frozen=True)
class Column:
    """One column of a list: `cell(row)` is what it shows, worked out as far as that goes without a row. One that
    `stays` is not left out where there is little room."""

    name: str
    label: str
    is_main: bool
    is_number: bool
    stays: bool
    cell: Callable[[Any], Any]


def columns(view: Any, rows: list[Any]) -> list[Column]:
    """The columns of a list page; the main one carries the link to its row."""
    main = link_column(view)
    return [Column(name, str(view.label_columns[name]), name == main, _is_number(rows, name),
                   name == main or name.rpartition(".")[2] in _STATE_COLUMNS + _EXPIRY_COLUMNS, _cell_of(view, name))
            for name in view.list_columns]


def link_column(view: Any) -> str:
    """The column that carries the link to the row: the view's `link_column`, else its name, else the first."""
    named = getattr(view, "link_column", None)
    return named or ("name" if "name" in view.list_columns else view.list_columns[0])


def cell(view: Any, row: Any, column: str) -> Any:
    """What to show for one column of `row`: through the view's `formatters_columns`, its choices, or by kind."""
    return _cell_of(view, column)(row)


def _cell_of(view: Any, column: str) -> Callable[[Any], Any]:
    formatter = (view.formatters_columns or {}).get(column)
    words = {value: str(word) for value, word in (choice_words(view, column) or {}).items()}
    read, is_name = _read(column), column == "name"

    def _cell(row: Any) -> Any:
        if is_name and hasattr(row, "name_ar"):
            return localised(row)
        value = read(row)
        value = value() if callable(value) else value
        if formatter is not None:
            return formatter(value)
        return words[value] if isinstance(value, str) and value in words else show(value, column)

    return _cell


def _is_number(rows: list[Any], column: str) -> bool:
    known = next((value for row in rows if (value := value_of(row, column)) is not None), None)
    return isinstance(known, (int, float, Decimal)) and not isinstance(known, bool)


def show(value: Any, column: str = "") -> Any:
    """A value as a person reads it; `column` tells states, expiries and codes from plain words."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Markup):
        return value
    if column in _STATE_COLUMNS and getattr(value, "value", value) in LOOKS:
        return state_badge(value)
    if isinstance(value, bool):
        return _yes_no(value)
    if isinstance(value, datetime):
        return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), dates.instant(value))
    if isinstance(value, date):
        return _date(value, clock.today() if column in _EXPIRY_COLUMNS else None, language())
    if isinstance(value, (int, float, Decimal)):
        return dates.number(float(value)) if isinstance(value, Decimal) else dates.number(value)
    if isinstance(value, (list, tuple, set)):
        return Markup(", ").join(escape(show(one)) for one in value) if value else NOTHING
    text = str(value)
    return Markup(f"<bdi>{escape(text)}</bdi>") if column.rpartition(".")[2] in _CODE_COLUMNS else text


@lru_cache(maxsize=10_000)
def _date(value: date, today: date | None, _language: str) -> Markup:
    """A date and, for an expiry, how far it is from `today`: in words, so that each language has its own."""
    if value == date.max:
        return escape(_("Never expires"))
    text = Markup('<time datetime="{}">{}</time>').format(value.isoformat(), dates.day(value))
    left = dates.days_left(value, today) if today else ""
    return text + Markup(' <span class="left">{}</span>').format(left) if left else text


def _yes_no(value: bool) -> Markup:
    name, word = ("check", _("Yes")) if value else ("minus", _("No"))
    return Markup('<span class="yes-no" data-yes="{}">{}{}</span>').format(str(value).lower(), icon(name), word)


def value_of(row: Any, column: str) -> Any:
    """What the column (dots lead through relations) holds for `row`."""
    value = _read(column)(row)
    return value() if callable(value) else value


@cache
def _read(column: str) -> Callable[[Any], Any]:
    """Reads a column of a row; a relation without a row leads nowhere."""
    names = column.split(".")

    def read(row: Any) -> Any:
        for name in names:
            row = getattr(row, name, None)
        return row

    return read


def choice_words(view: Any, column: str) -> dict[str, Any] | None:
    """The words of the values of a column that holds one of a few; None for any other column."""
    declared: dict[str, dict[str, Any]] = getattr(view, "choices", {})
    if column in declared:
        return declared[column]
    schema = getattr(view, "edit_schema", None) or getattr(view, "add_schema", None)
    field: fields.Field[Any] | None = schema._declared_fields.get(column) if schema else None
    return field.labels if isinstance(field, Choice) else None
