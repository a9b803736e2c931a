"""What is required of whom on a day, and how it stands, once more: as SPEC 3.4 and 3.5, docs/validity.md and
docs/decisions/0014 say it, person by person over plain rows, and nothing taken from app/compliance/pairs.py.

What people and departments were on past days is not read from the notes that TrainFlow keeps, but from what the test
saw at the end of each day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.enrollments.facts import Completion
from app.enrollments.rules import replay
from app.platform import clock

D, DAY = dt.date, dt.timedelta(days=1)
EVER, NEVER_ENDS = D(1900, 1, 1), D.max
PASSED = ("completed", "expired")


class Seen(NamedTuple):
    """How something stood at the end of a day: whether it was there, and the values that are followed."""

    there: bool
    values: dict[str, Any]


@dataclass
class Chronicle:
    """What people, or departments, were at the end of each day on which the test looked; before the first of them
    nobody knows of anything else. `put_back` are the days on which an undo gave a value back."""

    seen: dict[Any, dict[D, Seen]] = field(default_factory=dict)
    put_back: set[tuple[Any, str, D, Any]] = field(default_factory=set)

    def look(self, key: Any, day: D, there: bool, **values: Any) -> None:
        self.seen.setdefault(key, {})[day] = Seen(there, values)
        self.put_back = {one for one in self.put_back
                         if one[0] != key or one[2] != day or values[one[1]] == one[3]}

    def at(self, key: Any, day: D) -> Seen:
        days = sorted(self.seen[key])
        return self.seen[key][max((one for one in days if one <= day), default=days[0])]

    def since(self, key: Any, name: str, day: D) -> D:
        """Since when it has been so without a break; by an undo it counts as never having been otherwise."""
        value, days = self.at(key, day).values[name], sorted(self.seen[key])
        earlier = [one for one in days if one <= day] or days[:1]
        began = earlier.pop()
        while earlier and self._same(key, earlier[-1], name, value):
            began = earlier.pop()
        if not earlier:
            return EVER
        if (key, name, began, value) in self.put_back:
            return next((self.since(key, name, one) for one in reversed(earlier)
                         if self._same(key, one, name, value)), began)
        return began

    def _same(self, key: Any, day: D, name: str, value: Any) -> bool:
        return self.seen[key][day].there and self.seen[key][day].values[name] == value


class Pair(NamedTuple):
    """A course that somebody must have, and how that stands; `expires_on` None where a revocation decides."""

    due_on: D
    state: str
    expires_on: D | None
    lane: str


@dataclass
class Rows:
    """The rows of the tables, with the chronicles of people and departments."""

    today: D
    window: int
    people: list[Any]
    courses: dict[Any, Any]
    rules: list[Any]
    same: list[Any]
    waivers: list[Any]
    enrollments: list[Any]
    places: Chronicle
    tree: Chronicle

    def pairs(self, day: D) -> dict[tuple[Any, Any], Pair]:
        """Every course that somebody must have on `day`, by (employee id, course id)."""
        due: dict[tuple[Any, Any], list[D]] = {}
        for person in self.people:
            if self._works(person, day):
                for rule in self.rules:
                    since = self._asked_since(rule, person, day)
                    if since is not None:
                        due.setdefault((person.id, rule.course_id), []).append(since + rule.grace_days * DAY)
        return {key: self._pair(*key, min(days), day) for key, days in due.items()}

    # -- who must have it, and from when ---------------------------------------------------------------

    def _works(self, person: Any, day: D) -> bool:
        there = self.places.at(person.id, min(day, self.today)).there
        return there and (person.hired_on or EVER) <= day <= (person.left_on or NEVER_ENDS)

    def _is_there(self, row: Any, day: D) -> bool:
        """What was put away later was there on a past day; what was brought back counts as never having been away."""
        return row.deleted_at is None or (day < self.today and day < clock.local(row.deleted_at).date())

    def _asked_since(self, rule: Any, person: Any, day: D) -> D | None:
        if rule.superseded_at is not None or not rule.valid_from <= day <= (rule.valid_until or NEVER_ENDS):
            return None
        if not self._is_there(self.courses[rule.course_id], day):
            return None
        day, sinces = min(day, self.today), [rule.since_on, person.hired_on or EVER]
        place = self.places.at(person.id, day).values
        for name in ("grade_id", "job_role_id"):
            if getattr(rule, name) is not None:
                if getattr(rule, name) != place[name]:
                    return None
                sinces.append(self.places.since(person.id, name, day))
        if rule.department_id is not None:
            way_up = self._way_up(place["department_id"], rule.department_id, day)
            if way_up is None:
                return None
            sinces += [self.places.since(person.id, "department_id", day), *way_up]
        return max(sinces)

    def _way_up(self, department_id: Any, top: Any, day: D) -> list[D] | None:
        """Since when each department on the way from one to the other has been part of the next; None: no way."""
        sinces: list[D] = []
        if not self.tree.at(top, day).there:
            return None
        while department_id != top:
            if department_id is None:
                return None
            sinces.append(self.tree.since(department_id, "parent_id", day))
            department_id = self.tree.at(department_id, day).values["parent_id"]
        return sinces

    # -- how it stands -----------------------------------------------------------------------------------

    def _pair(self, employee_id: Any, course_id: Any, due_on: D, day: D) -> Pair:
        state, expires_on = self._training(employee_id, course_id, day)
        is_valid = state in ("valid", "expiring_soon")
        is_waived = any(one.starts_on <= day <= (one.ends_on or NEVER_ENDS)
                        and not (one.ended_on is not None and one.ended_on <= day)
                        for one in self.waivers if (one.employee_id, one.course_id) == (employee_id, course_id)
                        and one.deleted_at is None)
        lane = ("met" if is_valid else "waived" if is_waived else "not_due" if due_on > day else "missing")
        return Pair(due_on, "waived" if is_waived and not is_valid else state, expires_on, lane)

    def _training(self, employee_id: Any, course_id: Any, day: D) -> tuple[str, D | None]:
        own = [one for one in self.enrollments if (one.employee_id, one.course_id) == (employee_id, course_id)]
        periods = [(period, self.courses[each].policy.grace_days)
                   for each in (course_id, *self._counts_as(course_id, day))
                   for period in self._periods(employee_id, each) if period.completed_on <= day]
        if not periods:
            return "in_progress" if any(_ran(one, day) for one in own) else "not_started", None
        counting = [(period.expires_on or NEVER_ENDS, grace) for period, grace in periods
                    if not period.is_revoked(day) and _reaches(period, grace, day)]
        if counting:
            last = max(counting)[0]
            soon = last.toordinal() - day.toordinal() <= self.window
            return ("grace" if last < day else "expiring_soon" if soon else "valid"), last
        last_day, _completed, is_revoked = max(
            (min(period.expires_on or NEVER_ENDS, period.revoked_on - DAY if period.is_revoked(day) else NEVER_ENDS),
             period.completed_on, period.is_revoked(day)) for period, _grace in periods)
        return ("revoked", None) if is_revoked else ("expired", last_day)

    def _counts_as(self, course_id: Any, day: D) -> set[Any]:
        in_force = [one for one in self.same if one.deleted_at is None
                    and one.valid_from <= day <= (one.valid_until or NEVER_ENDS)]
        return ({one.counted_id for one in in_force if one.course_id == course_id}
                | {one.course_id for one in in_force if one.counted_id == course_id and one.both_ways})

    def _periods(self, employee_id: Any, course_id: Any) -> list[Any]:
        rows = [one for one in self.enrollments
                if (one.employee_id, one.course_id) == (employee_id, course_id) and one.status in PASSED]
        return replay(self.courses[course_id].policy, [Completion(
            completed_on=one.completed_on, granted_expires_on=one.granted_expires_on, revoked_on=one.revoked_on)
            for one in rows])


def _reaches(period: Any, grace: int, day: D) -> bool:
    return period.expires_on is None or day.toordinal() <= period.expires_on.toordinal() + grace


def _ran(one: Any, day: D) -> bool:
    """An enrollment runs from its start until its result or the day it was taken back."""
    if one.started_on is not None and one.started_on > day:
        return False
    return bool(one.status == "active" or (one.started_on and (one.completed_on or one.withdrawn_on) > day))
