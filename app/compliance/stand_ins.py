"""Who could step in where a certificate is missing or about to be: who is on the way, and who has one elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.compliance.coverage import StandIn, Standing, places_of
from app.compliance.models import CoverageNeed
from app.compliance.pairs import department_tree, holdings, people
from app.enrollments.models import Enrollment
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee
from app.platform.db import db

MOST = 3  # people named for one need


def with_stand_ins(actor: Any, standings: Sequence[Standing]) -> list[Standing]:
    """The standings, those that break with who could step in, as far as the actor sees them: first whoever is enrolled
    in the place itself, then who has a certificate elsewhere that lasts beyond that day, the nearest first. Two
    statements, however many there are."""
    breaking = {one.need.id: one for one in standings if one.breaks_on is not None}
    if not breaking:
        return list(standings)
    day = standings[0].day
    found: dict[UUID, list[StandIn]] = defaultdict(list)
    for need_id, employee_id in db.session.execute(_on_the_way(actor, breaking, day)):
        found[need_id].append(StandIn(employee_id, None))
    for need_id, employee_id, until in db.session.execute(_elsewhere(actor, breaking, day)):
        if until >= breaking[need_id].breaks_on:
            found[need_id].append(StandIn(employee_id, until))
    return [replace(one, stand_ins=found[one.need.id][:MOST]) for one in standings]


def _on_the_way(actor: Any, needs: Collection[UUID], day: date) -> Any:
    """(need, person) of whoever stands where the need is and is enrolled, the longest first."""
    place, row = places_of(needs, day).subquery("place"), aliased(Enrollment)
    return sa.select(place.c.need_id, place.c.employee_id).join(row, sa.and_(
        row.employee_id == place.c.employee_id, row.course_id == place.c.course_id, row.status == "active")).where(
        organisation.reach(actor, place.c.employee_id)).order_by(row.started_on, row.id)


def _elsewhere(actor: Any, needs: Collection[UUID], day: date) -> Any:
    """(need, person, last valid day) of `MOST` people for each need who stand elsewhere and have the certificate."""
    need, tree = aliased(CoverageNeed), department_tree()
    place = places_of(needs, day, tree).subquery("place")
    person = people(day, lambda column: organisation.reach(actor, column)).subquery("person")
    courses = sa.select(CoverageNeed.course_id).where(CoverageNeed.id.in_(needs))
    held = holdings(day, courses=lambda column: column.in_(courses)).subquery("holding")
    above = sa.select(tree.c.ancestor_id, tree.c.department_id)
    is_near = sa.tuple_(_around(need), person.c.department_id).in_(above)
    rank = sa.func.row_number().over(
        partition_by=need.id, order_by=(sa.case((is_near, 0), else_=1), held.c.expires_on.desc(), person.c.employee_id))
    ranked = (sa.select(need.id.label("need_id"), person.c.employee_id, held.c.expires_on, rank.label("rank"))
              .join(held, held.c.course_id == need.course_id)
              .join(person, person.c.employee_id == held.c.employee_id)
              .where(need.id.in_(needs), held.c.expires_on >= day, sa.tuple_(need.id, person.c.employee_id).not_in(
                  sa.select(place.c.need_id, place.c.employee_id)))).subquery("ranked")
    return sa.select(ranked.c.need_id, ranked.c.employee_id, ranked.c.expires_on).where(
        ranked.c.rank <= MOST).order_by(ranked.c.need_id, ranked.c.rank)


def _around(need: Any) -> Any:
    """The department that counts as near: the one that the need's is part of, or that of the crew's foreman."""
    own, foreman = aliased(Department), aliased(Employee)
    parent = sa.select(sa.func.coalesce(own.parent_id, own.id)).where(own.id == need.department_id).scalar_subquery()
    crew = sa.select(foreman.department_id).where(foreman.id == need.foreman_id).scalar_subquery()
    return sa.func.coalesce(parent, crew)
