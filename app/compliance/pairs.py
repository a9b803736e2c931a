"""The one definition of what is required: (person, course) pairs as of a day, and how each of them stands.

Everything is a select over the tables as they are, so it is right whether or not any job has run, for a past day
and for one to come. Screens, REST, exports, alerts and every metric read these; nobody asks the rules otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.compliance.models import Branch, Equivalence, Position, Requirement, Waiver
from app.compliance.rules import EPOCH, LANES, NARROWING, SINCE, STANDING
from app.courses.models import Course
from app.courses.rules import add_days
from app.enrollments.facts import LAST_DAY, State
from app.enrollments.models import Enrollment
from app.enrollments.states import COMPLETED, person_columns, person_state
from app.organisation.models import Department, Employee
from app.platform import clock
from app.platform.db import Instant
from app.platform.sql_dates import days_after, latest
from app.tenancy import queries as tenancy

__all__ = ["LANES", "department_tree", "departments_within", "equivalences", "holdings", "pair_states", "people",
           "rules_in_force"]

_EPOCH = sa.literal(EPOCH, sa.Date)
# Made once: an alias works out each of its columns anew, which takes longer than most of these statements run.
_TOP, _CHILD = aliased(Department), aliased(Department)
_PERSON, _PLACE, _NOTED = aliased(Employee), aliased(Position), aliased(Position)
_RULE, _COURSE, _SAME, _WAIVER = aliased(Requirement), aliased(Course), aliased(Equivalence), aliased(Waiver)
_OWN, _OTHER, _NOTE = aliased(Enrollment), aliased(Enrollment), aliased(Branch)


Standing = Mapping[UUID, Mapping[str, Any]]
"""Employee to the columns of a `Position`: where somebody would stand, and since when they would have each of it."""


class Under(NamedTuple):
    """What a department would be part of, and since when."""

    parent_id: UUID | None
    since: date


def department_tree(moved: Mapping[UUID, Under] | None = None, day: date | None = None) -> Any:
    """A table of (ancestor_id, department_id, since): every department of `day` (today unless given) below itself and
    below those that it is part of, and since when it has been so; itself, since ever.

    `moved` gives departments another place than they have, for previews.
    """
    stood = _kept(_branches(day or clock.today(), moved or {}))
    tree = sa.select(_TOP.id.label("ancestor_id"), _TOP.id.label("department_id"), _EPOCH.label("since")).where(
        _was_there(_TOP, day or clock.today())).cte("department_tree", recursive=True)
    return tree.union(sa.select(tree.c.ancestor_id, stood.c.id, latest(tree.c.since, stood.c.since))
                      .join(stood, stood.c.parent_id == tree.c.department_id))


def departments_within(department_id: UUID, day: date) -> Any:
    """A select of the ids of a department and of all that were part of it on `day`. It may stand in a statement that
    has a `department_tree` of its own."""
    stood = _kept(_branches(day, {}))
    found = sa.select(_TOP.id).where(_TOP.id == department_id).cte("departments_meant", recursive=True)
    found = found.union(sa.select(stood.c.id).join(found, stood.c.parent_id == found.c.id))
    return sa.select(found.c.id)


def _branches(day: date, moved: Mapping[UUID, Under]) -> Any:
    """(id, parent_id, since) of every department: today from its own row, on a past day as it is noted."""
    is_past = day < clock.today()
    of_day = sa.and_(_NOTE.from_on <= day, sa.or_(_NOTE.until_on.is_(None), _NOTE.until_on >= day))
    noted = of_day if is_past else sa.and_(
        _NOTE.until_on.is_(None), _NOTE.parent_id.is_not_distinct_from(_CHILD.parent_id))
    parents = [(_CHILD.id == child, sa.literal(under.parent_id, sa.Uuid)) for child, under in moved.items()]
    sinces = [(_CHILD.id == child, sa.literal(under.since, sa.Date)) for child, under in moved.items()]
    parent = sa.case(*parents, (_NOTE.id.isnot(None), _NOTE.parent_id), else_=_CHILD.parent_id)
    since = sa.case(*sinces, (_NOTE.id.isnot(None), _NOTE.since), else_=_EPOCH)
    return sa.select(_CHILD.id, parent.label("parent_id"), since.label("since")).outerjoin(
        _NOTE, sa.and_(_NOTE.department_id == _CHILD.id, noted)).where(_was_there(_CHILD, day))


def _was_there(row: Any, day: date) -> Any:  # brought back: it never was away
    later = row.deleted_at >= sa.literal(clock.start_of(add_days(day, 1)), Instant)
    return sa.or_(row.deleted_at.is_(None), later) if day < clock.today() else row.deleted_at.is_(None)


def people(day: date, only: Any = None, stood: Standing | None = None) -> Any:
    """A table of who worked on `day`, and where: employee_id, department_id, grade_id, job_role_id, began_on and
    the days since when they have had each.

    For a past day where people stood then (`positions`), those who left since included. `only(employee_id)` is a
    further condition; `stood` gives people another place than they have today, for previews.
    """
    person, place = _PERSON, _PLACE
    is_past = day < clock.today()
    of_day = sa.and_(place.from_on <= day, sa.or_(place.until_on.is_(None), place.until_on >= day))
    stands = [(_stood(place, person, name) if is_past else _given(stood, person, name, getattr(person, name))
               ).label(name) for name in STANDING]
    began = sa.func.coalesce(person.hired_on, _EPOCH)
    since = [_given(stood, person, name, sa.func.coalesce(getattr(place, name), began)).label(name)
             for name in SINCE.values()]
    statement = sa.select(person.id.label("employee_id"), *stands, began.label("began_on"), *since).outerjoin(
        place, sa.and_(place.employee_id == person.id, of_day if is_past else place.until_on.is_(None)))
    worked = _worked_then(person, place) if is_past else sa.and_(person.is_active, person.deleted_at.is_(None))
    statement = statement.where(worked, began <= day, sa.or_(person.left_on.is_(None), person.left_on >= day))
    return statement.where(only(person.id)) if only is not None else statement


def _stood(place: Any, person: Any, name: str) -> Any:
    return sa.case((place.id.isnot(None), getattr(place, name)), else_=getattr(person, name))


def _given(stood: Standing | None, person: Any, name: str, column: Any) -> Any:
    told = [(person.id == key, sa.literal(values[name], column.type)) for key, values in (stood or {}).items()]
    return sa.case(*told, else_=column) if told else column


def _worked_then(person: Any, place: Any) -> Any:
    """Somebody whose positions nobody noted counts as having always been where they are."""
    unknown = ~sa.exists().where(_NOTED.employee_id == person.id)
    return sa.or_(place.id.isnot(None), sa.and_(unknown, person.is_active, person.deleted_at.is_(None)))


RULE_COLUMNS = ("rule_id", "course_id", "department_id", "grade_id", "job_role_id", "grace_days", "since_on")


def rules_in_force(day: date, known_at: datetime | None = None, *conditions: Any) -> Any:
    """The rules that held on `day`, as known at the instant `known_at` (now unless given): `RULE_COLUMNS`."""
    rule, course = _RULE, _COURSE
    known = (rule.superseded_at.is_(None) if known_at is None else sa.and_(
        rule.created_at <= known_at, sa.or_(rule.superseded_at.is_(None), rule.superseded_at > known_at)))
    return (sa.select(*(getattr(rule, name) for name in RULE_COLUMNS))
            .join(course, course.id == rule.course_id)
            .where(known, rule.valid_from <= day, sa.or_(rule.valid_until.is_(None), rule.valid_until >= day),
                   _was_there(course, day), *(condition(rule) for condition in conditions)))


def _asked(day: date, rules: Any, person: Any, same: Any, tree: Any) -> Any:
    """What is asked of whoever stands in a place: `place`, course_id, grace_days, held_id (the course whose
    certificates count), is_own (it is the course that is asked for), since_on (not before the day from which the
    place's department has been part of the rule's) and which of `NARROWING` the rule names (of_department, …).

    Thousands of people stand in a few hundred places, so the rules are held against the places. What is told of a
    rule is carried by each of their pairs while these are sorted: flags, not ids.
    """
    place = _kept(sa.select(*(person.c[name] for name in ("place", *STANDING))).distinct())
    rule = _with_equivalents(rules, equivalences(day) if same is None else same)
    below = sa.and_(tree.c.ancestor_id == rule.c.department_id, tree.c.department_id == place.c.department_id)
    since = latest(rule.c.since_on, sa.func.coalesce(tree.c.since, _EPOCH)).label("since_on")
    named = (rule.c[f"{name}_id"].isnot(None).label(f"of_{name}") for name in NARROWING)
    told = (rule.c[name] for name in ("course_id", "grace_days", "held_id", "is_own"))
    return _kept(sa.select(place.c.place, *told, since, *named).select_from(place)
                 .join(rule, _fits(rule.c, place.c.grade_id, place.c.job_role_id)).outerjoin(tree, below)
                 .where(_unless_open(rule.c.department_id, tree.c.ancestor_id.isnot(None))))


def equivalences(day: date, *conditions: Any) -> Any:
    """The equivalences in force on `day`: course_id, counted_id, both_ways; `condition(equivalence)` narrows."""
    return sa.select(_SAME.course_id, _SAME.counted_id, _SAME.both_ways).where(
        _in_force(_SAME, day), *(condition(_SAME) for condition in conditions))


def _with_equivalents(rules: Any, equivalent: Any) -> Any:
    rule, same = _kept(rules), equivalent.subquery("same")
    lines = [sa.select(*rule.c, rule.c.course_id.label("held_id"), sa.true().label("is_own"))]
    for wanted, held, ways in _ways(same.c):
        lines.append(sa.select(*rule.c, held, sa.false()).join(same, sa.and_(wanted == rule.c.course_id, ways)))
    return _kept(sa.union_all(*lines))


def _placed(day: date, only: Any, moving: Standing | None) -> Any:
    """The people of `day`, with `place`: department, grade and job role as one value."""
    stood = people(day, only, moving).subquery()
    department, grade, job_role = (sa.func.coalesce(sa.cast(stood.c[name], sa.String), "") for name in STANDING)
    return _kept(sa.select(*stood.c, (department + "/" + grade + "/" + job_role).label("place")))


def _kept(statement: Any) -> Any:
    """A table that is worked out once, however often the statement around asks for it."""
    return statement.cte().prefix_with("MATERIALIZED")


def _fits(rule: Any, grade_id: Any, job_role_id: Any) -> Any:
    return sa.and_(_unless_open(rule.grade_id, rule.grade_id == grade_id),
                   _unless_open(rule.job_role_id, rule.job_role_id == job_role_id))


def _unless_open(column: Any, condition: Any) -> Any:
    """Whether the rule leaves `column` open, or `condition` holds. As OR, PostgreSQL takes it for so rare that it
    joins hundreds of thousands of rows one by one; of CASE it expects half."""
    return sa.case((column.is_(None), sa.true()), else_=condition)


def _since(rule: Any, person: Any) -> Any:
    counted = (sa.case((rule.c[f"of_{name}"], person.c[f"{name}_since"]), else_=_EPOCH) for name in NARROWING)
    return latest(rule.c.since_on, person.c.began_on, *counted)


def holdings(day: date, *, only: Any = None, courses: Any = None) -> Any:
    """A select of what everybody's certificates amount to on `day`, equivalent courses included: employee_id,
    course_id, and the columns that `enrollments.states.person_state` takes."""
    own, other, same = _OWN, _OTHER, _SAME
    shown = ("employee_id", "status", "started_on", "completed_on", "withdrawn_on", "revoked_on", "expires_on",
             "expired_from")
    rows = [sa.select(own.course_id.label("course_id"), *(getattr(own, name) for name in shown))
            .where(own.deleted_at.is_(None), *_narrowed(own.employee_id, own.course_id, only, courses))]
    for wanted, held, ways in _ways(same):
        rows.append(sa.select(wanted.label("course_id"), *(getattr(other, name) for name in shown))
                    .join(same, sa.and_(held == other.course_id, ways, _in_force(same, day)))
                    .where(other.deleted_at.is_(None), other.status.in_(COMPLETED),
                           *_narrowed(other.employee_id, wanted, only, courses)))
    row = sa.union_all(*rows).subquery("held")
    return (sa.select(row.c.employee_id, row.c.course_id, *person_columns(row.c, sa.literal(day, sa.Date)))
            .group_by(row.c.employee_id, row.c.course_id))


def _ways(same: Any) -> Any:
    """(the course that is asked for, the one that counts for it, on which condition) of an equivalence."""
    return ((same.course_id, same.counted_id, sa.true()), (same.counted_id, same.course_id, same.both_ways))


def _in_force(same: Any, day: date) -> Any:
    return sa.and_(same.deleted_at.is_(None), same.valid_from <= day,
                   sa.or_(same.valid_until.is_(None), same.valid_until >= day))


def _narrowed(employee_id: Any, course_id: Any, only: Any, courses: Any) -> list[Any]:
    return ([only(employee_id)] if only is not None else []) + ([courses(course_id)] if courses is not None else [])


def waived_pairs(day: date, *, only: Any = None, courses: Any = None) -> Any:
    """A select of the pairs that a waiver covers on `day`: employee_id, course_id, waived_until (date.max: open)."""
    waiver = _WAIVER
    ends = sa.func.coalesce(waiver.ends_on, sa.literal(LAST_DAY, sa.Date))
    return sa.select(waiver.employee_id, waiver.course_id, sa.func.max(ends).label("waived_until")).where(
        waiver.deleted_at.is_(None), waiver.starts_on <= day, ends >= day,
        sa.or_(waiver.ended_on.is_(None), waiver.ended_on > day),
        *_narrowed(waiver.employee_id, waiver.course_id, only, courses),
    ).group_by(waiver.employee_id, waiver.course_id)


def pair_states(day: date | None = None, *, only: Any = None, courses: Any = None,
                known_at: datetime | None = None, rules: Any = None, same: Any = None,
                moved: Mapping[UUID, Under] | None = None, stood: Standing | None = None,
                placed: bool = False) -> Any:
    """A select of every required pair on `day` (today unless given) with how it stands.

    Columns: employee_id, course_id, due_on, state (`enrollments.facts.State` as text), expires_on (last valid day of
    the certificate that decides; date.max: never expires; None: there is none), lane (one of `LANES`); if `placed`
    also department_id, where the person stands. `only(employee_id)` and `courses(course_id)` narrow; for previews,
    `rules` is another table of `RULE_COLUMNS` to ask instead of the tenant's, `same` one of `equivalences`, `moved` is
    as for `department_tree` and `stood` as for `people`. `due_on` is the day from which it must be there, by the
    earliest of the rules that ask for it: later than the rule's first day by its grace days.
    """
    day = day or clock.today()
    if rules is None:
        rules = rules_in_force(day, known_at, *([lambda rule: courses(rule.course_id)] if courses else []))
    person = _placed(day, only, stood)
    ask = _asked(day, rules, person, same, department_tree(moved, day))
    row = _required(person, ask, day, placed).subquery("pair")
    let_off = waived_pairs(day, only=only, courses=courses).subquery("let_off")
    lane = sa.case((row.c.expires_on >= day, "met"), (let_off.c.waived_until.isnot(None), "waived"),
                   (row.c.due_on > day, "not_due"), else_="missing")
    where = [row.c.department_id] if placed else []
    return sa.select(row.c.employee_id, *where, row.c.course_id, row.c.due_on,
                     state_of(row.c, let_off.c, day).label("state"), row.c.expires_on, lane.label("lane")
                     ).outerjoin(let_off, sa.and_(let_off.c.employee_id == row.c.employee_id,
                                                  let_off.c.course_id == row.c.course_id))


def _required(person: Any, ask: Any, day: date, placed: bool) -> Any:
    """Every required pair once, with the earliest of its days and with what the certificates amount to that count."""
    row, where = _OWN, [person.c.department_id] if placed else []
    since = _since(ask, person)
    due = sa.type_coerce(sa.func.min(days_after(since, ask.c.grace_days)), sa.Date)
    counts = sa.and_(row.employee_id == person.c.employee_id, row.course_id == ask.c.held_id,
                     row.deleted_at.is_(None), sa.or_(ask.c.is_own, row.status.in_(COMPLETED)))
    return (sa.select(person.c.employee_id, ask.c.course_id, *where, due.label("due_on"),
                      *person_columns(row, sa.literal(day, sa.Date)))
            .select_from(person).join(ask, ask.c.place == person.c.place).outerjoin(row, counts)
            .group_by(person.c.employee_id, ask.c.course_id, *where))


def state_of(held: Any, let_off: Any, day: date) -> Any:
    """The state on `day` from the columns of `holdings` and of `waived_pairs`."""
    window = tenancy.current_tenant().expiring_window_days
    plain = person_state(held, sa.literal(day, sa.Date), sa.literal(add_days(day, window), sa.Date))
    is_valid = sa.func.coalesce(held.expires_on >= day, sa.false())
    return sa.case((sa.and_(let_off.waived_until.isnot(None), ~is_valid), State.WAIVED.value), else_=plain)
