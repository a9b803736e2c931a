"""The list as a download."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Response, g, request, send_file

from app.exports import operations
from app.exports.lists import write_list
from app.platform import clock
from app.platform.unit_of_work import unit_of_work

MIME_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def export_list(view: Any, format_: str) -> Response:
    """What the view's list shows, filtered, searched and ordered as the address says, as a file.

    The file is complete before the first byte leaves: a database error is then an error page, not half a
    workbook, and a slow line holds no transaction open. Somebody who takes rows away is on record before
    they have them.
    """
    query, active = view.selection()
    file = NamedTemporaryFile(suffix=f".{format_}")  # noqa: SIM115  closed, and so removed, by the response
    try:
        rows = write_list(view, query, _chosen_columns(view), format_, Path(file.name))
        with unit_of_work():
            operations.note_export(g.user, resource=view.class_permission_name, format=format_, rows=rows,
                                   filters=_narrowed_by(active))
    except BaseException:
        file.close()
        raise
    name = f"{view.class_permission_name}-{clock.today().isoformat()}.{format_}"
    response = send_file(file, MIME_TYPES[format_], as_attachment=True, download_name=name, max_age=0)
    response.content_length = Path(file.name).stat().st_size
    return response


def _chosen_columns(view: Any) -> list[str]:
    """The list's columns as the address narrows them: `columns=number,name` only these, `without=name` not these."""
    wanted, hidden = (request.args.get(name, "").split(",") for name in ("columns", "without"))
    shown = [name for name in view.list_columns if name not in hidden]
    return [name for name in shown if name in wanted] or shown or list(view.list_columns)


def _narrowed_by(active: list[Any]) -> dict[str, str]:
    found = {f"{one.column} {one.operator}": one.value for one in active}
    found |= {name: request.args[name] for name in ("q", "order") if request.args.get(name)}
    return found | ({"deleted": "1"} if "deleted" in request.args else {})
