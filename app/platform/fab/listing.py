"""What a list page shows besides its rows: columns, filters in force, links to the next page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import g, request, url_for
from flask_appbuilder.models.filters import Filters
from werkzeug.datastructures import MultiDict

from app.platform.fab.filters import add_filter

PAGE_SIZES = (25, 50, 100)
_ANY_ROW = str(UUID(int=0))
_FILTER = re.compile(r"_flt_(\d+)_(\w+)")


@dataclass(frozen=True)
class ActiveFilter:
    """A filter in force: its column, operator and value, and the query argument it came from."""

    argument: str
    column: str
    operator: str
    value: str


def read_filters(filters: Filters) -> tuple[list[ActiveFilter], list[str]]:
    """Put the filters of the address into `filters`; also return the arguments that name none."""
    active, unknown = [], []
    offered = filters.get_search_filters()
    for argument, value in request.args.items(multi=True):
        match = _FILTER.fullmatch(argument)
        if not match:
            continue
        index, column = int(match[1]), match[2]
        if column not in offered or index >= len(offered[column]):
            unknown.append(argument)
        elif value:
            found = offered[column][index]
            add_filter(filters, found, value)
            active.append(ActiveFilter(argument, column, str(found.name), value))
    return active, unknown


def read_order(allowed: list[str], default: tuple[str, str]) -> tuple[str, str]:
    """The column and direction of the address (`order=expires_on`, `order=-expires_on`), or the default."""
    wanted = request.args.get("order", "")
    column = wanted.removeprefix("-")
    if column not in allowed:
        return default
    return column, "desc" if wanted.startswith("-") else "asc"


def read_term() -> str:
    """The words that are searched for."""
    return request.args.get("q", "").replace("\0", "").strip()


def read_page_size(default: int) -> int:
    """How many rows a page has: one of `PAGE_SIZES`, whatever the address asks for."""
    wanted = request.args.get("size", type=int)
    return wanted if wanted in PAGE_SIZES else default


def read_page() -> int:
    """Which page is asked for, from 1 on; whatever the address says, a number that databases take."""
    return min(max(1, request.args.get("page", 1, type=int)), 1_000_000)


def link(**changes: Any) -> str:
    """This page's address with some arguments replaced (None removes); paging starts anew."""
    arguments = MultiDict(request.args)
    for name in ("after", "before"):
        arguments.pop(name, None)
    for name, value in changes.items():
        arguments.pop(name, None)
        if value is not None:
            arguments.add(name, str(value))
    query = urlencode(list(arguments.items(multi=True)))
    return f"{request.path}?{query}" if query else request.path


def row_address(endpoint: str, row_id: UUID) -> str:
    """The address of a page about the row, worked out once for all rows of this page."""
    known: dict[str, str] = g.setdefault("row_addresses", {})
    if endpoint not in known:
        known[endpoint] = url_for(endpoint, pk=_ANY_ROW)
    return known[endpoint].replace(_ANY_ROW, str(row_id))


def without_filter(filter_: ActiveFilter) -> str:
    """This page's address without one filter."""
    arguments = [(k, v) for k, v in request.args.items(multi=True)
                 if (k, v) != (filter_.argument, filter_.value) and k not in ("after", "before")]
    query = urlencode(arguments)
    return f"{request.path}?{query}" if query else request.path
