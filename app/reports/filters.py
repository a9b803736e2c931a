"""What somebody chose to narrow a report by: from an address, a body or a schedule to values, and back to words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.compliance.grid import SHOWS
from app.courses.models import Course
from app.courses.wording import CATEGORIES
from app.organisation.models import Department, Grade, JobRole
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, Invalid
from app.platform.look import dates
from app.platform.look.states import STATES
from app.reports.shape import Filter, Report, Values

MOST_DAYS = 3660
_MODELS: dict[str, Any] = {"department": Department, "course": Course, "grade": Grade, "job_role": JobRole}
_WORDS: dict[str, Mapping[str, Any]] = {
    "category": CATEGORIES, "state": {one: look.word for one, look in STATES.items()}, "shows": SHOWS,
    "known": {"now": _l("as known now"), "then": _l("as known then")}}


def read(report: Report, given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters' values from texts by name; what is not given takes its default. Each wrong one is refused."""
    values, refusals = dict[str, Any](), list[DomainError]()
    for one in report.filters:
        text = str(given.get(one.name) or "").replace("\0", "").strip()
        try:
            values[one.name] = _READERS[one.kind](one, text) if text else one.default() if one.default else None
        except DomainError as refusal:
            refusals.append(refusal)
    if "first" in values and "last" in values and values["first"] > values["last"]:
        refusals.append(Invalid(_("This day is before the first one."), field="last", code="period_backwards"))
    if not refusals and (together := report.refusal(values)) is not None:
        refusals.append(together)
    if refusals:
        raise Invalid.all(refusals)
    return values


def refuse_unknown(report: Report, given: Mapping[str, Any]) -> None:
    """Refuse what the report has no filter of, for programs: nobody is to take all for what they meant to narrow.
    Invalid `filter_unknown`."""
    known = [one.name for one in report.filters]
    refusals = [Invalid(_("This report has no filter %(name)s. It has %(known)s.", name=name, known=", ".join(known)),
                        field=name, code="filter_unknown") for name in given if name not in known]
    if refusals:
        raise Invalid.all(refusals)


def plain(values: Values) -> dict[str, Any]:
    """The values as JSON can hold them; `read` takes them back."""
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in values.items()}


def words(report: Report, values: Values) -> list[tuple[str, str]]:
    """(what, which) of the filters that are set, for people."""
    return [(str(one.label), _word(one, values[one.name])) for one in report.filters
            if values.get(one.name) is not None]


def choices(one: Filter) -> list[tuple[str, str]] | None:
    """(value, word) of what a filter offers; None where anything can be written."""
    if one.kind in _WORDS:
        return [(value, str(word)) for value, word in _WORDS[one.kind].items() if value != "now"]
    model = _MODELS.get(one.kind)
    if model is None:
        return None
    rows = db.session.scalars(sa.select(model).order_by(model.code).limit(500))
    return [(str(row.id), f"{row.code} – {row}") for row in rows]


def _word(one: Filter, value: Any) -> str:
    if one.kind in _MODELS:
        row = db.session.get(_MODELS[one.kind], value)
        return f"{row.code} – {row}" if row else str(value)
    if one.kind in _WORDS:
        return str(_WORDS[one.kind][value])
    return dates.day(value) if isinstance(value, date) else str(value)


def _date(one: Filter, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(_("Write the day as year-month-day."), field=one.name, code="not_a_date") from None
    if day.year not in clock.YEARS:
        raise Invalid(_("Write a day between the years %(first)s and %(last)s.", first=clock.YEARS[0],
                        last=clock.YEARS[-1]),
                      field=one.name, code="not_a_date")
    return day


def _number(one: Filter, text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_DAYS:
        raise Invalid(_("Write a whole number up to %(most)s.", most=MOST_DAYS), field=one.name, code="not_a_number")
    return int(text)


def _row(one: Filter, text: str) -> UUID:
    model = _MODELS[one.kind]
    try:
        row_id = UUID(text)
    except ValueError:
        row_id = UUID(int=0)
    if db.session.scalar(sa.select(model.id).where(model.id == row_id)) is None:
        raise Invalid(_("There is no such entry."), field=one.name, code=f"{one.name}_unknown")
    return row_id


def _chosen(one: Filter, text: str) -> str:
    if text not in _WORDS[one.kind]:
        raise Invalid(_("There is no such entry."), field=one.name, code=f"{one.name}_unknown")
    return text


_READERS: dict[str, Callable[[Filter, str], Any]] = {
    "date": _date, "number": _number, "text": lambda _one, text: text, **dict.fromkeys(_MODELS, _row),
    **dict.fromkeys(_WORDS, _chosen),
}
