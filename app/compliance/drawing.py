"""A cell of the grid in as few characters as say it: a colour, a sign and, for who can not see them, words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.compliance.grid import Cell
from app.enrollments.facts import State
from app.platform.look import dates
from app.platform.look.states import LOOKS

SIGNS = {
    State.VALID: "✓", State.EXPIRING_SOON: "!", State.GRACE: "!!", State.EXPIRED: "✕", State.NOT_STARTED: "○",
    State.IN_PROGRESS: "▸", State.WAIVED: "~", State.REVOKED: "⊘",
}
NOT_DUE = "…"
"""What stands in a cell; of one that expires soon the days that are left."""


def sign(cell: Cell | None, day: date) -> str:
    """What stands in the cell."""
    if cell is None:
        return ""
    if cell.lane == "not_due" and cell.state == State.NOT_STARTED:
        return NOT_DUE
    if cell.state == State.EXPIRING_SOON and cell.expires_on is not None:
        return str((cell.expires_on - day).days)
    return SIGNS[State(cell.state)]


def words(cell: Cell | None, day: date) -> str:
    """The cell as somebody says it: state, days, and whether it is required."""
    if cell is None:
        return _("Not required")
    said = [str(LOOKS[cell.state].word)]
    if cell.lane == "not_due" and cell.due_on is not None:
        said.append(_("due from %(day)s", day=dates.day(cell.due_on)))
    if cell.expires_on is not None:
        said.append(dates.days_left(cell.expires_on, day))
    if not cell.is_required:
        said.append(_("not required"))
    return ", ".join(one for one in said if one)


def drawn(cells: Iterable[tuple[Any, Cell | None]], day: date) -> Markup:
    """A row of the grid as table cells. `data-l` is the lane: m met, w waived, n not due, x missing."""
    return Markup("".join(_drawn(cell, day) for _course, cell in cells))


def _drawn(cell: Cell | None, day: date) -> str:
    if cell is None:
        return "<td></td>"
    lane = f' data-l="{_LANES[cell.lane]}"' if cell.lane is not None else ""
    return (f'<td data-state="{cell.state}"{lane} aria-label="{escape(words(cell, day))}">'
            f"{sign(cell, day)}</td>")


_LANES = {"met": "m", "waived": "w", "not_due": "n", "missing": "x"}
