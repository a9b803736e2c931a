"""Numbers and their rows in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.kpi.metrics import Metric
from app.kpi.rules import AGES, Figure, days, weeks_from
from app.platform.look import dates

PARTS: dict[str, Any] = {"hits": _l("Counted"), "among": _l("All"), "rest": _l("The difference")}
UNITS: dict[str, Any] = {"percent": _l("per cent"), "count": _l("a number"), "days": _l("days")}
NOTHING = "–"


def amount(value: float | None, unit: str) -> str:
    """A value with its unit, as '85.2 %' or '3.4 days'; a dash for none."""
    if value is None:
        return NOTHING
    number = format_decimal(value)
    if unit == "percent":
        return f"{number} %"
    return _("%(number)s days", number=number) if unit == "days" else number


def figure_words(figure: Figure | None) -> str:
    """A figure as people read it."""
    return amount(figure.value, figure.unit) if figure is not None else NOTHING


def change(now: Figure, before: Figure | None) -> tuple[str, float] | None:
    """How a figure moved, in words and as a number; None where one of the two has no value or nothing moved."""
    if before is None or now.value is None or before.value is None:
        return None
    moved = round(now.value - before.value, 1)
    if not moved:
        return None
    words = amount(abs(moved), "count" if now.unit == "percent" else now.unit)
    return (_("%(number)s points", number=words) if now.unit == "percent" else words), moved


def is_good(metric: Metric, moved: float) -> bool | None:
    """Whether a move is for the better; None where neither direction is."""
    return None if not metric.better else (moved > 0) == (metric.better == "up")


def remark(metric: Metric, figure: Figure) -> str:
    """What to say of a figure that has nothing behind it, or everything; nothing for any other."""
    if figure.among == 0 and metric.unit != "count":
        return _("Nothing to measure here yet.")
    if metric.name == "compliance" and figure.hits == figure.among:
        return _("Everything that is due is covered.")
    if metric.name == "compliance" and figure.hits == 0:
        return _("Nothing that is due is covered.")
    return ""


def narrower(part: str, day: date) -> str:
    """What a narrower counter counts: 'week_2' of those ahead of `day`, 'waits_3' for those that wait."""
    kind, _under, number = part.partition("_")
    if kind == "week":
        return _("In the week from %(day)s", day=dates.day(weeks_from(day)[int(number)][0]))
    first, last = next(one for one in AGES if one[0] == int(number))
    return (_("Waiting for %(first)s days or more", first=first) if last is None else
            _("Waiting for %(first)s to %(last)s days", first=first, last=last))


def waited(minutes: int) -> float:
    """Minutes as days, for a table."""
    return days(minutes)
