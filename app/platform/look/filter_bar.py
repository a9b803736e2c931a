"""The filter bar: FAB's filters in words, with the input that fits each column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.platform.catalogue import language
from app.platform.fab import listing
from app.platform.fab.view import OperationView
from app.platform.look import cells, dates
from app.platform.wording import localised

WORDS: dict[str, Any] = {
    "ct": _l("contains"), "sw": _l("starts with"), "eq": _l("is"), "neq": _l("is not"),
    "nct": _l("does not contain"), "gt": _l("is more than"), "lt": _l("is less than"),
    "rel_o_m": _l("is"), "nrel_o_m": _l("is not"),
}
"""FAB's operators (by `arg_name`) that people use, in the order in which they are offered."""

BOOLEAN_WORDS: dict[str, Any] = {"eq": _l("Yes"), "neq": _l("No")}
"""FAB knows one boolean value, 'y': no is 'not equal to y'."""

DATE_WORDS: dict[str, Any] = {"gt": _l("is after"), "lt": _l("is before"), "eq": _l("is"), "neq": _l("is not")}


@dataclass(frozen=True)
class Operator:
    """A way to compare: the query argument that asks for it and its words."""

    argument: str
    words: str


@dataclass(frozen=True)
class FilterField:
    """One column that can be filtered; `kind` is text, number, date, choice, boolean or reference."""

    column: str
    label: str
    kind: str
    operators: tuple[Operator, ...]
    choices: tuple[tuple[str, str], ...]
    endpoint: str


@dataclass(frozen=True)
class Chip:
    """A filter in force, in words, and the address of the list without it."""

    label: str
    words: str
    value: str
    remove_url: str


def filter_fields(view: Any) -> tuple[FilterField, ...]:
    """The columns of `view` that can be filtered, each with its operators and input.

    Worked out once for each language: a list page would spend a tenth of its time on it.
    """
    known: dict[Any, tuple[FilterField, ...]] = view.__dict__.setdefault("_filter_fields", {})
    here = language(), request.script_root
    if here not in known:
        known[here] = _fields(view)
    return known[here]


def _fields(view: Any) -> tuple[FilterField, ...]:
    offered = view._filters.get_search_filters()
    found = (_field(view, column, offered[column]) for column in view.search_columns if column in offered)
    return tuple(field for field in found if field.operators)


def _field(view: Any, column: str, filters: list[Any]) -> FilterField:
    kind, choices = _kind(view, column)
    target = _target(view, column) if kind == "reference" else None
    return FilterField(column, _label(view, column), kind, _operators(kind, column, filters), tuple(choices),
                       target.url("lookup") if target else "")


def _kind(view: Any, column: str) -> tuple[str, list[tuple[str, str]]]:
    model = view.datamodel
    words = cells.choice_words(view, column)
    if words is not None:
        return "choice", [(value, str(word)) for value, word in words.items()]
    if model.is_relation(column):
        return "reference", []
    if model.is_boolean(column):
        return "boolean", []
    if model.is_date(column) or model.is_datetime(column):
        return "date", []
    return ("number" if model.is_integer(column) or model.is_numeric(column) else "text"), []


def _operators(kind: str, column: str, filters: list[Any]) -> tuple[Operator, ...]:
    words = {"date": DATE_WORDS, "boolean": BOOLEAN_WORDS,
             "choice": {"eq": WORDS["eq"], "neq": WORDS["neq"]}}.get(kind, WORDS)
    index = {filter_.arg_name: n for n, filter_ in enumerate(filters)}
    return tuple(Operator(f"_flt_{index[name]}_{column}", str(word)) for name, word in words.items() if name in index)


def chips(view: Any, active: list[listing.ActiveFilter], fields: Sequence[FilterField]) -> list[Chip]:
    """The filters in force, in words; `fields` are those of `filter_fields`."""
    by_column = {field.column: field for field in fields}
    return [_chip(view, by_column.get(filter_.column), filter_) for filter_ in active]


def _chip(view: Any, field: FilterField | None, active: listing.ActiveFilter) -> Chip:
    words = next((op.words for op in field.operators if op.argument == active.argument), None) if field else None
    value = _value_words(view, field, active.value) if field else active.value
    if field and field.kind == "boolean":
        words, value = str(WORDS["eq"]), words or value
    return Chip(_label(view, active.column), words or str(active.operator).lower(), value,
                listing.without_filter(active))


def _value_words(view: Any, field: FilterField, value: str) -> str:
    if field.kind == "choice":
        return dict(field.choices).get(value, value)
    if field.kind == "date":
        return _day_words(value)
    target = _target(view, field.column) if field.kind == "reference" else None
    if target is None:
        return value
    row = target.datamodel.get(value, target._base_filters)
    return localised(row) if row is not None else _("unknown")


def _day_words(value: str) -> str:
    try:
        return dates.day(date.fromisoformat(value))
    except ValueError:
        return value


def _target(view: Any, column: str) -> OperationView | None:
    model = view.datamodel.get_related_model(column)
    for other in current_app.extensions["appbuilder"].baseviews:
        if isinstance(other, OperationView) and other.datamodel.obj is model:
            return other
    return None


def _label(view: Any, column: str) -> str:
    return str(view.label_columns.get(column, column.replace("_", " ").capitalize()))
