"""The rows of a list page, drawn in Python: a page has up to a hundred, and a template looks up and escapes each of
their values by itself, which took longer than the SQL behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.platform.look.actions import RowAction, row_actions
from app.platform.look.assets import icon
from app.platform.look.cells import Column

LONG_NAME = 60  # and a name, which stays on one line as long as it can
LONG = 26  # characters from which a plain value may wrap


def table_rows(view: Any, heads: Sequence[Column], rows: Iterable[Any], *, base: str, is_choosable: bool,
               token: str) -> Markup:
    """The body of the table: `base` is the address of the list, `token` the form token of this page."""
    select, act, dots = escape(_("Select")), escape(_("Actions")), icon("ellipsis")
    has_actions = hasattr(view, "row_actions")
    starts = [(f'<td data-column="{escape(head.name)}" data-label="{escape(head.label)}"', head) for head in heads]

    drawn: list[str] = []
    for row in rows:
        url, named = escape(f"{base}/{row.id}"), escape(str(row))
        drawn.append(f'<tr data-opens="{url}">')
        if is_choosable:
            drawn.append(f'<td class="choose"><input type="checkbox" name="rowid" value="{row.id}" form="bulk" '
                         f'aria-label="{select}: {named}"></td>')
        drawn += [_cell(start, head, head.cell(row), url) for start, head in starts]
        drawn.append('<td class="acts"><button class="button quiet square needs-scripts" type="button" '
                     f'popovertarget="row-menu" aria-label="{act}: {named}">{dots}</button>')
        if has_actions:
            drawn.append(f"<template>{''.join(_entry(action, token) for action in row_actions(view, row))}</template>")
        drawn.append("</td></tr>\n")
    return Markup("".join(drawn))


def _cell(start: str, head: Column, value: Any, url: str) -> str:
    shown = escape(value)
    if head.is_main:
        kind = "main long" if len(shown) > LONG_NAME else "main"
        return f'{start} class="{kind}"><a class="opens" href="{url}">{shown}</a></td>'
    if head.is_number:
        return f'{start} class="number">{shown}</td>'
    is_long = not hasattr(value, "__html__") and len(value) > LONG
    return f'{start} class="long">{shown}</td>' if is_long else f"{start}>{shown}</td>"


def _entry(action: RowAction, token: str) -> str:
    label, url, drawn = escape(str(action.label)), escape(action.url), icon(action.icon)
    if not action.is_post:
        return f'<a class="menu-item" href="{url}">{drawn}{label}</a>'
    asked = f' data-ask="{escape(str(action.ask))}" data-yes="{label}"' if action.ask else ""
    return (f'<form method="post" action="{url}"{asked}><input type="hidden" name="csrf_token" value="{escape(token)}">'
            f'<button class="menu-item">{drawn}{label}</button></form>')
