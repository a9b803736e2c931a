"""What can be done to a row or to the selected rows, as far as the person may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request


@dataclass(frozen=True)
class RowAction:
    """An entry of a row's menu. `is_post` sends a form to `url`; `ask` is a question to confirm first."""

    label: Any
    url: str
    icon: str = "arrow-right"
    is_post: bool = False
    ask: Any = ""


def row_actions(view: Any, row: Any) -> list[RowAction]:
    """What the view offers for `row` beside opening, editing and deleting: its `row_actions(row)`, if it has one."""
    offered = getattr(view, "row_actions", None)
    return list(offered(row)) if offered else []


def bulk_actions(view: Any) -> list[Any]:
    """What the person may do to several rows of the list (`name`, `text`, `confirmation`): FAB's actions too."""
    may = view.appbuilder.sm.has_access
    plain = [action for action in view.actions.values() if action.multiple
             and may(view.get_action_permission_name(action.name), view.class_permission_name)]
    return [*view.bulk_actions(), *plain]


def export_link(view: Any, kind: str) -> str:
    """The address of the view's export in the format `kind`, with the filters, search and order of this page."""
    kept = [(name, value) for name, value in request.args.items(multi=True)
            if name not in ("after", "before", "size")]
    return f"{view.url('export', format=kind)}?{urlencode(kept)}"
