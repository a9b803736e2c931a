"""Where a list finds the context that puts it into a file. Nothing below app.exports knows how that is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

Exporter = Callable[[Any, str], Any]

FORMATS = {"xlsx": _l("Excel"), "csv": _l("CSV")}
_wired: list[Exporter] = []


def wire(exporter: Exporter) -> None:
    """Called once by app.wiring: `exporter(view, format)` answers with the file."""
    _wired[:] = [exporter]


def export_of(view: Any, format_: str) -> Any:
    """The answer that holds what the view's list shows, as a file in one of `FORMATS`."""
    return _wired[0](view, format_)
