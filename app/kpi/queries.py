"""Reads of the numbers, and of the rows behind each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.compliance import queries as compliance
from app.courses.models import Course
from app.kpi.metrics import COUNTERS, MUCH_COUNTED, NARROWER, SUMS, WEEKS, Metric, condition, told_apart
from app.kpi.rules import Counts, Filters, total
from app.kpi.sources import SOURCES
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee
from app.platform.db import db
from app.platform.planning import by_hashing

_PERSON, _DEPARTMENT, _COURSE = aliased(Employee), aliased(Department), aliased(Course)
PARTS = ("hits", "among", "rest")
"""Which rows of a metric: those that count, those it is out of, or those that make the difference. Beside these a
part may be one of the metric's narrower counters."""


@dataclass(frozen=True)
class Group:
    """The counters of one group; `key` has a value for each thing that was grouped by."""

    key: tuple[Any, ...]
    counts: Counts


def counts(actor: Any, filters: Filters, day: date) -> dict[str, int]:
    """Every counter on `day`, over what the actor may see: one statement for each source."""
    return {name: number for source in SOURCES for group in grouped(actor, filters, day, source)
            for name, number in group.counts.items()}


def grouped(actor: Any, filters: Filters, day: date, source: str, by: Sequence[str] = (),
            weeks: bool = False) -> list[Group]:
    """The counters of `source` for each group; `by` names columns of the source.

    With `weeks` also how much of it runs out in each of the weeks ahead. A person is in one department, so
    groups by department and course add up to the whole.
    """
    row = SOURCES[source](actor, filters, day, "department_id" in by).subquery("row")
    keys = [row.c[name].label(f"by_{name}") for name in by]
    like = _alike(keys, told_apart(row.c, source, day), source)
    counters, keys = _counters(like.c, source, day, weeks), [like.c[key.name] for key in keys]
    statement = sa.select(*keys, *(column.label(name) for name, column in counters.items())).select_from(like)
    with by_hashing():
        found = db.session.execute(statement.group_by(*keys), execution_options=kept(filters)).all()
    return [Group(tuple(one[:len(keys)]), dict(zip(counters, one[len(keys):], strict=True))) for one in found]


def _alike(keys: list[Any], columns: list[Any], source: str) -> Any:
    """The rows with how `many` each stands for: where many counters look, one for all that are alike to them."""
    if source not in MUCH_COUNTED:
        return sa.select(*keys, *columns, sa.literal(1).label("many")).subquery("like")
    rows = sa.select(*keys, *columns, sa.func.count().label("many")).group_by(*keys, *columns)
    return rows.cte("like").prefix_with("MATERIALIZED", dialect="sqlite")


def kept(filters: Filters) -> dict[str, Any]:
    """How to run a statement that these narrow: each way to combine them is a statement of its own, and one that is
    kept compiled takes over a megabyte, so only what is asked often is kept."""
    return {} if len(filters.given) < 2 else {"compiled_cache": None}


def _counters(row: Any, source: str, day: date, weeks: bool) -> dict[str, Any]:
    conditions = {name: counts(row, day)
                  for name, counts in (COUNTERS[source] | (WEEKS if weeks else {})).items()}
    sums = {name: _summed(conditions[counter], row[column] * row.many)
            for name, (column, counter) in SUMS.get(source, {}).items()}
    return {name: _summed(holds, row.many) for name, holds in conditions.items()} | sums


def _summed(condition: Any, value: Any) -> Any:
    return sa.func.coalesce(sa.cast(sa.func.sum(sa.case((condition, value), else_=0)), sa.BigInteger), 0)


def summed(groups: Iterable[Group], position: int) -> dict[Any, dict[str, int]]:
    """The groups added up by one of the things that they were grouped by."""
    found: dict[Any, list[Counts]] = {}
    for group in groups:
        found.setdefault(group.key[position], []).append(group.counts)
    return {key: total(several) for key, several in found.items()}


KEYS = {"pairs": ("employee_id", "course_id"), "enrollments": ("employee_id", "course_id", "enrollment_id"),
        "requests": ("employee_id", "course_id", "request_id")}
"""What tells the rows of a source apart, person and course first."""


def behind(actor: Any, filters: Filters, day: date, metric: Metric, part: str, after: Sequence[UUID] = ()) -> Any:
    """A select of the rows behind a part of a metric: the source's columns, the person's and course's names, and
    whether one of the two was deleted since.

    They are by name of person and course; with `after` only those beyond the row of these `KEYS`.
    """
    row = SOURCES[metric.source](actor, filters, day).subquery("row")
    person, department, course = _PERSON, _DEPARTMENT, _COURSE
    order = [person.name, person.id, course.name, course.id, *(row.c[name] for name in KEYS[metric.source][2:])]
    rows = (sa.select(*row.c, person.number, person.name, person.name_ar, department.name.label("department"),
                      department.name_ar.label("department_ar"), course.code.label("course_code"),
                      course.name.label("course"), course.name_ar.label("course_ar"),
                      sa.or_(person.deleted_at.is_not(None), course.deleted_at.is_not(None)).label("is_gone"))
            .select_from(row)
            .join(person, person.id == row.c.employee_id)
            .outerjoin(department, department.id == row.c.department_id)
            .join(course, course.id == row.c.course_id)
            .where(_in_part(metric, part, row.c, day))
            .order_by(*order).execution_options(include_deleted=True))
    return rows.where(sa.tuple_(*order) > _place(*after)) if after else rows


def _place(employee_id: UUID, course_id: UUID, *own: UUID) -> Any:
    """Where the row of these `KEYS` stands in the order of `behind`, by what its person and course are called now."""
    def called(model: Any, key: UUID) -> tuple[Any, Any]:
        one = aliased(model)
        return sa.select(one.name).where(one.id == key).scalar_subquery(), sa.literal(key, sa.Uuid)

    return sa.tuple_(*called(Employee, employee_id), *called(Course, course_id),
                     *(sa.literal(key, sa.Uuid) for key in own))


def _in_part(metric: Metric, part: str, row: Any, day: date) -> Any:
    if part not in PARTS:
        return condition(metric.source, part, row, day)
    among = condition(metric.source, metric.among, row, day)
    hits = among if metric.is_average else condition(metric.source, metric.hits, row, day)
    return {"hits": hits, "among": among, "rest": sa.and_(among, ~sa.func.coalesce(hits, sa.false()))}[part]


def part_named(metric: Metric, name: str) -> str:
    """One of `PARTS` or of the narrower counters of the metric: the one of that name, or what counts."""
    return name if name in PARTS or name in NARROWER.get(metric.name, ()) else "hits"


def number_behind(metric: Metric, part: str, found: Counts) -> int:
    """How many rows a part has, by the counters."""
    if part not in PARTS:
        return found.get(part, 0)
    among = found.get(metric.among, 0)
    hits = among if metric.is_average else found.get(metric.hits, 0)
    return {"hits": hits, "among": among, "rest": among - hits}[part]


def named(model: Any, ids: Iterable[UUID | None]) -> dict[UUID, Any]:
    """The departments, courses or employees with these ids, deleted ones too: what was counted keeps its name."""
    wanted = [one for one in ids if one is not None]
    found = db.session.scalars(sa.select(model).where(model.id.in_(wanted)),
                               execution_options={"include_deleted": True})
    return {row.id: row for row in found}


def posts(day: date) -> list[Any]:
    """(employee, department, foreman) of everybody who worked on `day`; foremen are known as they are now."""
    stood, person = compliance.people(day).subquery("stood"), _PERSON
    return list(db.session.execute(
        sa.select(stood.c.employee_id, stood.c.department_id, person.foreman_id)
        .join(person, person.id == stood.c.employee_id), execution_options={"include_deleted": True}).all())


def members(actor: Any, day: date) -> list[Employee]:
    """Everybody of `day` whom the actor sees, with department, by name."""
    stood = compliance.people(day, lambda employee_id: organisation.reach(actor, employee_id)).subquery("stood")
    return list(db.session.scalars(
        sa.select(Employee).join(stood, stood.c.employee_id == Employee.id)
        .options(joinedload(Employee.department)).order_by(Employee.name, Employee.id)))


def has_more_people(actor: Any, many: int) -> bool:
    """Whether the actor sees more than `many` people."""
    beyond = sa.select(Employee.id).where(organisation.reach(actor, Employee.id)).order_by(None).offset(many).limit(1)
    return db.session.scalar(beyond) is not None


def departments() -> list[Department]:
    """Every department, by name, deleted ones too: what was counted keeps its name."""
    return list(db.session.scalars(sa.select(Department).order_by(Department.name, Department.id),
                                   execution_options={"include_deleted": True}))
