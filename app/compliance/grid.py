"""The matrix as a grid: a page of people, the courses, and how each cell stands. A handful of statements per page,
whatever the size of the organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.compliance.pairs import (
    department_tree,
    holdings,
    pair_states,
    people,
    rules_in_force,
    state_of,
    waived_pairs,
)
from app.courses.models import Course
from app.enrollments.facts import State
from app.organisation import policies as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import parts
from app.platform.keys import Recurring
from app.platform.wording import search_key

MOST_COURSES = 60  # columns on one page
CHUNK = 200  # people looked at together where only some are shown
IN_A_FILE = 1000  # people read together for a file
MOST_LOOKED_AT = 4000  # people in one request

SHOWS: dict[str, Any] = {"required": _l("Required courses"), "gaps": _l("Only people who lack something"),
                         "all": _l("Every course")}

Pair = tuple[UUID, UUID]


class Cell(NamedTuple):
    """How one person stands for one course. `lane` and `due_on` are None where the course is not required."""

    state: str
    expires_on: date | None
    lane: str | None = None
    due_on: date | None = None

    @property
    def is_required(self) -> bool:
        """Whether the person must have the course."""
        return self.lane is not None


@dataclass(frozen=True)
class Wanted:
    """What the grid is narrowed to. `shows` is required (courses that somebody must have), all or gaps (people who
    lack something); `state` is a state that somebody shown has in some column."""

    day: date
    department_id: UUID | None = None
    grade_id: UUID | None = None
    job_role_id: UUID | None = None
    category: str = ""
    state: str = ""
    shows: str = "required"
    term: str = ""

    @property
    def picks_people(self) -> bool:
        """Whether people are left out by how they stand."""
        return bool(self.state) or self.shows == "gaps"


@dataclass(frozen=True)
class Size:
    """How many people by how many courses."""

    people: int
    courses: int

    @property
    def cells(self) -> int:
        """How many cells that makes."""
        return self.people * self.courses


@dataclass(frozen=True)
class Grid:
    """One page: `cells` of `people` by `courses`; `after` leads to the next page, `more_courses` are left out."""

    people: Sequence[Employee]
    courses: Sequence[Course]
    cells: dict[Pair, Cell] = field(default_factory=dict)
    after: tuple[str, UUID] | None = None
    more_courses: int = 0

    def row(self, employee_id: UUID) -> Iterator[tuple[Course, Cell | None]]:
        """A person's cells, in the order of the columns."""
        return ((course, self.cells.get((employee_id, course.id))) for course in self.courses)


def page(actor: Any, wanted: Wanted, *, size: int, after: tuple[str, UUID] | None = None,
         first_course: int = 0) -> Grid:
    """The next `size` people after the mark `after` (name and id of the last one seen), and up to `MOST_COURSES`
    courses from the `first_course`th on, with their cells."""
    columns = courses(wanted)
    shown = columns[first_course:first_course + MOST_COURSES]
    found, cells, last = _people(actor, wanted, size, after, shown)
    return Grid(found, shown, cells, last, max(0, len(columns) - first_course - len(shown)))


def courses(wanted: Wanted) -> list[Course]:
    """The columns: the courses that rules ask for on the day (or every active course), by category and code."""
    statement = sa.select(Course).order_by(Course.category, Course.code)
    if wanted.shows == "all":
        statement = statement.where(Course.is_active)
    else:
        rule = rules_in_force(wanted.day).subquery("rule")
        statement = statement.where(Course.id.in_(sa.select(rule.c.course_id))).execution_options(include_deleted=True)
    if wanted.category:
        statement = statement.where(Course.category == wanted.category)
    return list(db.session.scalars(statement))


def size(actor: Any, wanted: Wanted) -> Size:
    """How large the whole grid is at most: whoever is left out by how they stand counts."""
    people_of = _statement(actor, wanted).order_by(None).with_only_columns(Employee.id).subquery()
    return Size(db.session.scalar(sa.select(sa.func.count()).select_from(people_of)) or 0, len(courses(wanted)))


def cells_of(employee_ids: Collection[UUID], course_ids: Collection[UUID], day: date) -> dict[Pair, Cell]:
    """How these people stand for these courses on `day`, required or not; what nobody asks for and nobody has is
    left out. Two statements at most."""
    narrowed: dict[str, Any] = {"only": _among(employee_ids), "courses": _among(course_ids)}
    found, asked = dict[Pair, Cell](), Counter[UUID]()
    for who, course_id, *values in _cells(pair_states(day, **narrowed), *Cell._fields):
        found[who, course_id] = Cell(*values)
        asked[course_id] += 1
    rest = [key for key in course_ids if asked[key] < len(employee_ids)]
    if rest:  # what is asked of all of them needs no second look
        held = _held(day, narrowed | {"courses": _among(rest)})
        for who, course_id, *values in _cells(held, "state", "expires_on"):
            found.setdefault((who, course_id), Cell(*values))
    return found


def _cells(statement: Any, *names: str) -> Any:
    row, key = statement.subquery("cell"), Recurring()
    keys = (sa.type_coerce(row.c[name], key) for name in ("employee_id", "course_id"))
    return db.session.execute(sa.select(*keys, *(row.c[name] for name in names)))


def standing(employee_ids: Collection[UUID], course_ids: Collection[UUID], day: date) -> dict[Pair, str]:
    """The state of these people for these courses on `day`, equivalent courses and waivers counted; who has nothing
    to do with one is left out."""
    found: dict[Pair, str] = {}
    for part in parts(list(employee_ids)):
        narrowed: dict[str, Any] = {"only": _among(part), "courses": _among(course_ids)}
        let_off = db.session.execute(waived_pairs(day, **narrowed))
        found |= {(row.employee_id, row.course_id): State.WAIVED.value for row in let_off}
        found |= {(row.employee_id, row.course_id): row.state for row in db.session.execute(_held(day, narrowed))}
    return found


def _among(ids: Collection[UUID]) -> Any:
    return lambda column: column.in_(ids)


def _held(day: date, narrowed: dict[str, Any]) -> Any:
    held, let_off = holdings(day, **narrowed).subquery("holding"), waived_pairs(day, **narrowed).subquery("let_off")
    return sa.select(held.c.employee_id, held.c.course_id, state_of(held.c, let_off.c, day).label("state"),
                     held.c.expires_on).outerjoin(let_off, sa.and_(
                         let_off.c.employee_id == held.c.employee_id, let_off.c.course_id == held.c.course_id))


def _people(actor: Any, wanted: Wanted, size: int, after: tuple[str, UUID] | None, columns: Sequence[Course]
            ) -> tuple[list[Employee], dict[Pair, Cell], tuple[str, UUID] | None]:
    if wanted.picks_people:
        return _picked(actor, wanted, size, after, columns)
    some = list(db.session.scalars(_statement(actor, wanted, after).limit(size + 1)))
    shown = some[:size]
    return shown, _cells_of_all(shown, columns, wanted.day), _mark(shown[-1]) if len(some) > size else None


def _picked(actor: Any, wanted: Wanted, size: int, after: tuple[str, UUID] | None, columns: Sequence[Course]
            ) -> tuple[list[Employee], dict[Pair, Cell], tuple[str, UUID] | None]:
    found: list[Employee] = []
    cells: dict[Pair, Cell] = {}
    looked_at = 0
    while True:
        some = list(db.session.scalars(_statement(actor, wanted, after).limit(CHUNK)))
        stands = _cells_of_all(some, columns, wanted.day)
        for person in some:
            if len(found) == size:
                return found, cells, _mark(found[-1])
            own = {(person.id, course.id): cell for course in columns
                   if (cell := stands.get((person.id, course.id))) is not None}
            if _is_picked(wanted, own.values()):
                found.append(person)
                cells |= own
        looked_at += len(some)
        if len(some) < CHUNK or looked_at >= MOST_LOOKED_AT:
            return found, cells, _mark(some[-1]) if len(some) == CHUNK else None
        after = _mark(some[-1])


def _cells_of_all(some: Sequence[Employee], columns: Sequence[Course], day: date) -> dict[Pair, Cell]:
    return cells_of([one.id for one in some], [one.id for one in columns], day) if some and columns else {}


def _is_picked(wanted: Wanted, cells: Collection[Cell]) -> bool:
    return any((not wanted.state or cell.state == wanted.state)
               and (wanted.shows != "gaps" or cell.lane == "missing") for cell in cells)


def _mark(person: Employee) -> tuple[str, UUID]:
    return person.name, person.id


def _statement(actor: Any, wanted: Wanted, after: tuple[str, UUID] | None = None) -> Any:
    """The people of the grid, by name."""
    stood = people(wanted.day, lambda column: organisation.reach(actor, column)).subquery("stood")
    statement = (sa.select(Employee).join(stood, stood.c.employee_id == Employee.id)
                 .options(joinedload(Employee.department), joinedload(Employee.job_role))
                 .order_by(Employee.name, Employee.id).execution_options(include_deleted=True))
    if wanted.department_id is not None:
        tree = department_tree(day=wanted.day)
        statement = statement.where(stood.c.department_id.in_(
            sa.select(tree.c.department_id).where(tree.c.ancestor_id == wanted.department_id)))
    for name in ("grade_id", "job_role_id"):
        if getattr(wanted, name) is not None:
            statement = statement.where(stood.c[name] == getattr(wanted, name))
    for word in search_key(wanted.term).split(" "):
        if word:
            statement = statement.where(Employee.search_key.contains(f" {word}", autoescape=True))
    if after is not None:
        statement = statement.where(sa.tuple_(Employee.name, Employee.id)
                                    > sa.tuple_(sa.literal(after[0]), sa.literal(after[1], sa.Uuid)))
    return statement


def everybody(actor: Any, wanted: Wanted) -> Iterator[Grid]:
    """The whole grid in parts of people, every course in it, for a file."""
    columns, after = courses(wanted), None
    while True:
        found, cells, after = _people(actor, wanted, IN_A_FILE, after, columns)
        yield Grid(found, columns, cells)
        if after is None:
            return
