"""The record of past days: what was known then. Only people whom the asker may see today are in any sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app.kpi.models import KpiSnapshot
from app.kpi.rules import Counts, Filters, Standing, total
from app.organisation import policies as organisation
from app.organisation import queries as organisation_rows
from app.platform.db import db
from app.platform.errors import Conflict, Invalid
from app.platform.scope import current_tenant_id

NOT_TOLD_APART = _l("The daily record knows people, departments and teams, not courses, job roles and grades.")
NOT_ON_RECORD = _l("Nothing was on record by that day.")
Parents = Mapping[UUID, UUID | None]


@dataclass(frozen=True)
class Then:
    """What was known on a day: the day on record that answers, and the counts."""

    taken_on: date
    counts: Counts


def is_on_record(day: date) -> bool:
    """Whether the numbers of the day were put on record."""
    return db.session.scalar(sa.select(KpiSnapshot.id).where(
        KpiSnapshot.level == "tenant", KpiSnapshot.taken_on == day).limit(1)) is not None


def last_standings() -> dict[UUID, Standing]:
    """The last thing on record about everybody."""
    return {row.scope_id: Standing(row.department_id, row.foreman_id, row.counts) for row in _latest_rows(date.max)}


def days_on_record(first: date, last: date) -> list[date]:
    """The days between the two, both included, whose numbers were put on record, in order."""
    return list(db.session.scalars(
        sa.select(KpiSnapshot.taken_on).where(KpiSnapshot.level == "tenant", KpiSnapshot.taken_on >= first,
                                              KpiSnapshot.taken_on <= last).order_by(KpiSnapshot.taken_on)))


def recorded_at(day: date) -> datetime | None:
    """The instant at which the last day on record up to `day` was put there; None before the first."""
    return db.session.scalar(sa.select(KpiSnapshot.created_at).where(
        KpiSnapshot.level == "tenant", KpiSnapshot.taken_on <= day).order_by(KpiSnapshot.taken_on.desc()).limit(1))


def last_on_record(day: date) -> date | None:
    """The last day up to `day` whose numbers were put on record; None before the first."""
    return db.session.scalar(sa.select(sa.func.max(KpiSnapshot.taken_on)).where(
        KpiSnapshot.level == "tenant", KpiSnapshot.taken_on <= day))


def refuse_untold(filters: Filters) -> None:
    """Invalid `not_on_record` for filters by course, job role and grade: the record knows people, departments and
    teams."""
    if not filters.is_of_record:
        raise Invalid(NOT_TOLD_APART, code="not_on_record")


def as_known_then(actor: Any, filters: Filters, day: date) -> Then | None:
    """The counts of the last day on record up to `day`; None before the first. Invalid `not_on_record` as
    `refuse_untold` does."""
    refuse_untold(filters)
    taken_on = last_on_record(day)
    if taken_on is None:
        return None
    return Then(taken_on, total(row.counts for row in people_then(actor, filters, taken_on)))


def known_then(actor: Any, filters: Filters, day: date) -> Then:
    """As `as_known_then`; Conflict `not_on_record` before the first day on record."""
    then = as_known_then(actor, filters, day)
    if then is None:
        raise Conflict(NOT_ON_RECORD, code="not_on_record")
    return then


def people_then(actor: Any, filters: Filters, day: date) -> list[Any]:
    """What was on record on `day` about each person whom the actor sees: scope_id, department_id, foreman_id and
    counts."""
    rows, departments = _latest_rows(day, organisation.reach(actor, KpiSnapshot.scope_id)), _departments(filters)
    return [row for row in rows if _fits(row, filters, departments) and row.counts]


def _departments(filters: Filters, parents: Parents | None = None) -> set[UUID] | None:
    if filters.department is None:
        return None
    return filters.departments(organisation_rows.parent_departments() if parents is None else parents)


def _fits(row: Any, filters: Filters, departments: set[UUID] | None) -> bool:
    return ((departments is None or row.department_id in departments)
            and (filters.team is None or row.foreman_id == filters.team)
            and (filters.employee is None or row.scope_id == filters.employee))


def _latest_rows(day: date, *conditions: Any) -> Sequence[Any]:
    later = aliased(KpiSnapshot)
    newer = sa.exists().where(later.level == "employee", later.scope_id == KpiSnapshot.scope_id,
                              later.taken_on > KpiSnapshot.taken_on, later.taken_on <= day)
    return db.session.execute(
        sa.select(KpiSnapshot.scope_id, KpiSnapshot.department_id, KpiSnapshot.foreman_id, KpiSnapshot.counts)
        .where(KpiSnapshot.level == "employee", KpiSnapshot.taken_on <= day, ~newer, *conditions)).all()


def trend(actor: Any, filters: Filters, first: date, last: date, parents: Parents | None = None) -> list[Then]:
    """The counts of every day on record from `first` to `last`, of the people whom the actor sees.

    `parents` are the departments' parents, if the caller knows them already.
    """
    departments = _departments(filters, parents)
    is_of_one_group = filters.employee is None and (filters.team is None or filters.department is None)
    if organisation.arranges_for_others(actor) and is_of_one_group:
        return _of_groups(filters, departments, first, last)
    return _of_people(actor, filters, departments, days_on_record(first, last))


def _of_groups(filters: Filters, departments: set[UUID] | None, first: date, last: date) -> list[Then]:
    """From the rows of the tenant, which every day on record has, of the departments or of the team."""
    level, wanted = "tenant", {current_tenant_id()}
    if filters.team is not None:
        level, wanted = "team", {filters.team}
    elif departments is not None:
        level, wanted = "department", set(departments)
    found: dict[date, list[Counts]] = {}
    of_group = sa.and_(KpiSnapshot.level == level, KpiSnapshot.scope_id.in_(wanted))
    for taken_on, found_level, counts in db.session.execute(
            sa.select(KpiSnapshot.taken_on, KpiSnapshot.level, KpiSnapshot.counts)
            .where(sa.or_(KpiSnapshot.level == "tenant", of_group), KpiSnapshot.taken_on >= first,
                   KpiSnapshot.taken_on <= last).order_by(KpiSnapshot.taken_on)):
        found.setdefault(taken_on, []).extend([counts] if found_level == level else [])
    return [Then(day, total(several)) for day, several in found.items()]


def _of_people(actor: Any, filters: Filters, departments: set[UUID] | None, days: list[date]) -> list[Then]:
    if not days:
        return []
    rows = db.session.execute(
        sa.select(KpiSnapshot.taken_on, KpiSnapshot.scope_id, KpiSnapshot.department_id, KpiSnapshot.foreman_id,
                  KpiSnapshot.counts)
        .where(KpiSnapshot.level == "employee", KpiSnapshot.taken_on <= days[-1],
               organisation.reach(actor, KpiSnapshot.scope_id)).order_by(KpiSnapshot.taken_on)).all()
    return list(_day_by_day(rows, days, filters, departments))


def _day_by_day(rows: Sequence[Any], days: list[date], filters: Filters,
                departments: set[UUID] | None) -> Iterable[Then]:
    standing, at = dict[UUID, Any](), 0
    for day in days:
        while at < len(rows) and rows[at].taken_on <= day:
            standing[rows[at].scope_id] = rows[at]
            at += 1
        yield Then(day, total(row.counts for row in standing.values() if _fits(row, filters, departments)))
