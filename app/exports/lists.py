"""A view's list into a file: its rows, its columns, its words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from app.exports import columns, writers
from app.platform.errors import Invalid
from app.platform.wording import RIGHT_TO_LEFT


def write_list(view: Any, query: Any, names: Sequence[str], format_: str, path: Path) -> int:
    """Write the columns `names` of the view's list, the rows being those of `query`; return how many.

    Invalid `too_many_rows` when they do not fit into an Excel sheet.
    """
    heads = columns.file_columns(view, names)
    rows = columns.rows(view, query, names)
    if format_ == "csv":
        return writers.write_csv(path, heads, rows)
    locale = get_locale()
    try:
        return writers.write_xlsx(path, heads, rows, title=str(view.title_many),
                                  right_to_left=locale is not None and locale.language in RIGHT_TO_LEFT)
    except writers.TooManyRows as problem:
        raise Invalid(_("These are more rows than an Excel sheet holds. Narrow the list by a filter, or take CSV."),
                      code="too_many_rows") from problem
