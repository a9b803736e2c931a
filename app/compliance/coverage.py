"""How many valid certificates each place has and needs, and which expiry would break that."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from app.compliance.models import CoverageNeed
from app.compliance.pairs import department_tree, holdings, people
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class StandIn:
    """Somebody who could step in: `until` is the last valid day of a certificate held elsewhere (date.max: never
    expires), None for who is in the place and enrolled."""

    employee_id: UUID
    until: date | None


@dataclass(frozen=True)
class Standing:
    """How a coverage need stands on `day`: `valid` of `members` people hold a certificate, `minimum` are needed.

    `breaks_on` is the first day from `day` on with too few unless somebody renews (None: none is in sight);
    `holders` are (employee id, last valid day; date.max: never expires), soonest first; `stand_ins` is filled by
    `stand_ins.with_stand_ins`.
    """

    need: CoverageNeed
    day: date
    members: int
    holders: Sequence[tuple[UUID, date]]
    stand_ins: Sequence[StandIn] = ()

    @property
    def valid(self) -> int:
        """How many hold a valid certificate on `day`."""
        return len(self.holders)

    @property
    def spare(self) -> int:
        """How many more than needed; negative: how many are missing."""
        return self.valid - self.need.minimum

    @property
    def is_short(self) -> bool:
        """Whether there are too few on `day`."""
        return self.spare < 0

    @property
    def breaks_on(self) -> date | None:
        """The first day with too few, if nobody renews."""
        if self.is_short:
            return self.day
        end = self.holders[self.spare][1]
        return None if end == date.max else end + timedelta(days=1)

    @property
    def breakers(self) -> list[UUID]:
        """Whose certificates run out on the eve of `breaks_on`."""
        eve = self.breaks_on and self.breaks_on - timedelta(days=1)
        return [who for who, end in self.holders if end == eve] if not self.is_short else []

    @property
    def named(self) -> list[UUID]:
        """Everybody whom the warning names."""
        return [*self.breakers, *(one.employee_id for one in self.stand_ins)]

    def left_after(self, employee_id: UUID) -> int | None:
        """How many are left on the day after this person's certificate ends; None when they hold none that ends."""
        end = next((end for who, end in self.holders if who == employee_id), None)
        if end is None or end == date.max:
            return None
        return self.valid - bisect_left([one for _who, one in self.holders], end + timedelta(days=1))


@dataclass(frozen=True)
class Break:
    """What an expiry would do to a need: `left` certificates on `on`, fewer than its minimum."""

    need: CoverageNeed
    on: date
    left: int


def standings(day: date | None = None, *, visible: Any = None, courses: Collection[UUID] | None = None
              ) -> list[Standing]:
    """Every coverage need in force on `day` (today) and how it stands, the ones that are short first, then by the
    day on which they break. `visible` is a condition on CoverageNeed."""
    day = day or clock.today()
    needs = _needs(day, visible, courses)
    members, held = _members(day, needs)
    found = [Standing(need, day, members[need.id], sorted(held[need.id], key=lambda one: (one[1], one[0])))
             for need in needs]
    return sorted(found, key=lambda one: (not one.is_short, one.breaks_on or date.max, str(one.need)))


def at_risk(until: date, *, visible: Any = None) -> list[Standing]:
    """The needs that have too few today or will by `until` unless somebody renews; the worst first."""
    return [one for one in standings(visible=visible) if one.breaks_on is not None and one.breaks_on <= until]


def breaks_of(pairs: Iterable[Pair], *, visible: Any = None) -> dict[Pair, list[Break]]:
    """What the expiry of these people's certificates would break: (employee id, course id) to the needs that then
    have too few. Pairs that break nothing are left out. `visible` is a condition on CoverageNeed. One reading,
    however many pairs."""
    pairs = list(pairs)
    found: dict[Pair, list[Break]] = defaultdict(list)
    wanted = {course_id for _who, course_id in pairs}
    for standing in standings(visible=visible, courses=wanted) if pairs else ():
        ends = dict(standing.holders)
        for employee_id, course_id in pairs:
            left = standing.left_after(employee_id) if standing.need.course_id == course_id else None
            if left is not None and left < standing.need.minimum:
                found[employee_id, course_id].append(
                    Break(standing.need, ends[employee_id] + timedelta(days=1), left))
    return dict(found)


def _needs(day: date, visible: Any, courses: Collection[UUID] | None) -> list[CoverageNeed]:
    statement = sa.select(CoverageNeed).where(
        CoverageNeed.valid_from <= day, sa.or_(CoverageNeed.valid_until.is_(None), CoverageNeed.valid_until >= day))
    if visible is not None:
        statement = statement.where(visible)
    if courses is not None:
        statement = statement.where(CoverageNeed.course_id.in_(courses))
    return list(db.session.scalars(statement.options(
        joinedload(CoverageNeed.course), joinedload(CoverageNeed.department), joinedload(CoverageNeed.foreman))))


def _members(day: date, needs: Sequence[CoverageNeed]) -> tuple[dict[UUID, int], dict[UUID, list[tuple[UUID, date]]]]:
    members: dict[UUID, int] = defaultdict(int)
    held: dict[UUID, list[tuple[UUID, date]]] = defaultdict(list)
    for need_id, employee_id, expires_on in db.session.execute(_who_holds(day, needs)) if needs else ():
        members[need_id] += 1
        if expires_on is not None and expires_on >= day:
            held[need_id].append((employee_id, expires_on))
    return members, held


def _who_holds(day: date, needs: Sequence[CoverageNeed]) -> Any:
    """A select of need_id, employee_id of everybody who stands where a need is, and the end of their certificate."""
    courses = {one.course_id for one in needs}
    row = places_of([one.id for one in needs], day).subquery("row")
    held = holdings(day, courses=lambda column: column.in_(courses)).subquery("holding")
    return sa.select(row.c.need_id, row.c.employee_id, held.c.expires_on).outerjoin(
        held, sa.and_(held.c.employee_id == row.c.employee_id, held.c.course_id == row.c.course_id))


def places_of(need_ids: Collection[UUID], day: date, tree: Any = None) -> Any:
    """A select of need_id, course_id, employee_id of everybody who stands where one of these needs is on `day`.

    `tree` is the `department_tree` of the statement around, if it has one.
    """
    need, crew = aliased(CoverageNeed), aliased(Employee)
    person, tree = people(day).subquery("person"), department_tree(day=day) if tree is None else tree
    shown = (need.id.label("need_id"), need.course_id, person.c.employee_id)
    in_department = sa.select(*shown).join(tree, tree.c.ancestor_id == need.department_id).join(
        person, person.c.department_id == tree.c.department_id)
    in_crew = sa.select(*shown).join(crew, crew.foreman_id == need.foreman_id).join(
        person, person.c.employee_id == crew.id)
    anywhere = sa.select(*shown).join(person, sa.and_(need.department_id.is_(None), need.foreman_id.is_(None)))
    return sa.union_all(*(one.where(need.id.in_(need_ids)) for one in (in_department, in_crew, anywhere)))
