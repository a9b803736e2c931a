"""Everything that a dashboard shows, from a handful of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.courses.models import Course
from app.kpi import history, metrics, queries
from app.kpi.asking import Asked
from app.kpi.history import Then
from app.kpi.metrics import METRICS
from app.kpi.queries import Group
from app.kpi.rules import AGES, Counts, Figure, total, weeks_from
from app.kpi.sources import SOURCES
from app.organisation.models import Department
from app.platform import clock

TREND_DAYS = 180
COMPARED_AFTER_DAYS = 30
HEAT_COURSES = 12


@dataclass(frozen=True)
class Line:
    """A department, team or course with its figures; `row` is None for those who are in none."""

    key: UUID | None
    row: Any
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Board:
    """What is shown; `offered` are the departments to choose from.

    `taken_on` is the day on record that answers 'as known then'; None: computed now.
    """

    asked: Asked
    figures: Mapping[str, Figure]
    departments: list[Line]
    offered: list[Department]
    trend: list[Then]
    taken_on: date | None = None
    weeks: list[tuple[date, date, int]] = field(default_factory=list)
    ages: list[tuple[int, int | None, int]] = field(default_factory=list)
    heat: list[tuple[Line, list[Figure]]] = field(default_factory=list)
    heat_courses: list[Any] = field(default_factory=list)

    @property
    def before(self) -> dict[str, Figure]:
        """The figures of the last day on record that is at least thirty days back; empty when there is none."""
        since = self.asked.day - timedelta(days=COMPARED_AFTER_DAYS)
        older = [then for then in self.trend if then.taken_on <= since]
        return metrics.figures(older[-1].counts) if older else {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is counted."""
        return not any(figure.hits or figure.among for figure in self.figures.values())


def offered() -> list[Department]:
    """The departments to choose from."""
    return _offered(queries.departments())


def board(actor: Any, asked: Asked) -> Board:
    """The dashboard of what the actor may see. When 'as known then' is asked: Conflict `not_on_record` if nothing was
    on record yet, and Invalid `not_on_record` for what the record does not know apart."""
    return _then(actor, asked) if asked.is_then else _now(actor, asked)


def _now(actor: Any, asked: Asked) -> Board:
    by = {source: queries.grouped(actor, asked.filters, asked.day, source, by=_keys(source), weeks=source == "pairs")
          for source in SOURCES}
    counts = total(group.counts for groups in by.values() for group in groups)
    known = queries.departments()
    departments = _departments({source: queries.summed(groups, 0) for source, groups in by.items()}, known)
    heat_courses, heat = _heat(by["pairs"], departments)
    return Board(
        asked, metrics.figures(counts), departments, _offered(known), _trend(actor, asked, counts, known),
        weeks=[(first, last, counts.get(f"week_{n}", 0)) for n, (first, last) in enumerate(weeks_from(asked.day))],
        ages=[(first, last, counts.get(f"waits_{first}", 0)) for first, last in AGES],
        heat=heat, heat_courses=heat_courses)


def _keys(source: str) -> tuple[str, ...]:
    return ("department_id", "course_id") if source == "pairs" else ("department_id",)


def _then(actor: Any, asked: Asked) -> Board:
    then = history.known_then(actor, asked.filters, asked.day)
    people = [Group((one.department_id,), one.counts)
              for one in history.people_then(actor, asked.filters, then.taken_on)]
    known = queries.departments()
    return Board(asked, metrics.figures(then.counts), _departments({"": queries.summed(people, 0)}, known),
                 _offered(known), _trend(actor, asked, None, known), taken_on=then.taken_on)


def _offered(known: list[Department]) -> list[Department]:
    return [one for one in known if not one.is_deleted]


def _departments(sources: Mapping[str, Mapping[Any, Counts]], known: list[Department]) -> list[Line]:
    """Each department with its people's figures, the least compliant first."""
    keys = {key for groups in sources.values() for key in groups}
    rows = {one.id: one for one in known}
    lines = [Line(key, rows.get(key), metrics.figures(total(groups[key] for groups in sources.values()
                                                            if key in groups))) for key in keys]
    return sorted(lines, key=_worst_first)


def _worst_first(line: Line) -> tuple[bool, float, str]:
    compliance = line.figures.get("compliance")
    value = compliance.value if compliance else None
    return value is None, value or 0, str(line.row)


def _heat(groups: list[Group], departments: list[Line]) -> tuple[list[Any], list[tuple[Line, list[Figure]]]]:
    """Departments against the courses that most people lack: compliance of each."""
    missing = {key: counts.get("missing", 0) for key, counts in queries.summed(groups, 1).items()}
    worst = sorted(missing, key=lambda key: (-missing[key], str(key)))[:HEAT_COURSES]
    courses = queries.named(Course, worst)
    cells = {group.key: METRICS["compliance"].figure(group.counts) for group in groups}
    nothing = METRICS["compliance"].figure({})
    return [courses[key] for key in worst if key in courses], [
        (line, [cells.get((line.key, key), nothing) for key in worst if key in courses]) for line in departments]


def _trend(actor: Any, asked: Asked, counts: Counts | None, known: list[Department]) -> list[Then]:
    """What was known on each day on record, and today's counts at its end; nothing where the record can not tell."""
    if not asked.filters.is_of_record:
        return []
    found = history.trend(actor, asked.filters, asked.day - timedelta(days=TREND_DAYS), asked.day,
                          {one.id: one.parent_id for one in known})
    if counts is not None and asked.day == clock.today() and found:
        found = [then for then in found if then.taken_on < asked.day] + [Then(asked.day, counts)]
    return found
