"""What the address of the matrix says: filters, where the page begins, which cells are chosen."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from app.compliance import queries
from app.compliance.coverage_views import asked_day
from app.compliance.grid import SHOWS, Wanted
from app.courses import queries as courses
from app.courses.models import Course
from app.enrollments.facts import State
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform.db import db
from app.platform.fab.filters import to_uuid
from app.platform.web import local_target

PAGE_SIZES = (50, 25, 100)
MOST_CHOSEN = 2000
CATEGORIES = ("safety", "technical", "leadership", "it", "compliance", "soft_skills")


def wanted() -> Wanted:
    """The filters of the address; what makes no sense is left out."""
    given = request.args
    return Wanted(
        day=asked_day(), department_id=_key("department"), grade_id=_key("grade"), job_role_id=_key("job_role"),
        category=given["category"] if given.get("category") in CATEGORIES else "",
        state=given["state"] if given.get("state") in [one.value for one in State] else "",
        shows=given["show"] if given.get("show") in SHOWS else "required", term=given.get("q", "").replace("\0", ""))


def given(wanted: Wanted) -> dict[str, str]:
    """The filters as texts by the names that they have in an address."""
    found = {"day": wanted.day.isoformat(), "department": wanted.department_id, "grade": wanted.grade_id,
             "job_role": wanted.job_role_id, "category": wanted.category, "state": wanted.state,
             "show": wanted.shows, "q": wanted.term}
    return {name: str(value) for name, value in found.items() if value}


def _key(name: str) -> UUID | None:
    return to_uuid(request.args.get(name)) if request.args.get(name) else None


def choices() -> dict[str, Sequence[Any]]:
    """What the filters offer: departments, grades and job roles, as far as people have names for them."""
    return {name: list(db.session.scalars(sa.select(model).order_by(order))) for name, model, order in (
        ("department", Department, Department.code), ("job_role", JobRole, JobRole.name),
        ("grade", Grade, Grade.rank))}


def page_size() -> int:
    """How many people a page has."""
    asked = request.args.get("size", type=int)
    return asked if asked in PAGE_SIZES else PAGE_SIZES[0]


def first_course() -> int:
    """The number of the first column."""
    return max(0, min(request.args.get("course", 0, type=int) or 0, 100_000))


def mark() -> tuple[str, UUID] | None:
    """Where the page begins; a damaged mark is the beginning."""
    text = request.args.get("after", "")
    try:
        name, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return str(name).replace("\0", ""), UUID(key)
    except (ValueError, TypeError, AttributeError):
        return None


def as_text(after: tuple[str, UUID] | None) -> str | None:
    """A mark for a link."""
    if after is None:
        return None
    return base64.urlsafe_b64encode(json.dumps([after[0], str(after[1])]).encode()).decode().rstrip("=")


def link(**changes: Any) -> str:
    """The matrix with some of the address replaced (None removes); other filters begin at the first page."""
    arguments = MultiDict(request.args)
    arguments.pop("after", None)
    for name, value in changes.items():
        arguments.pop(name, None)
        if value is not None:
            arguments.add(name, str(value))
    return f"{request.path}?{urlencode(list(arguments.items(multi=True)))}"


def person(employee_id: str) -> Employee | None:
    """The person with this id, if the reader may see them."""
    key = to_uuid(employee_id)
    return db.session.scalar(sa.select(Employee).where(
        Employee.id == key, organisation.reach(g.user, Employee.id))) if key else None


def course(course_id: str) -> Course | None:
    """The course with this id."""
    return courses.course(to_uuid(course_id))


def chosen_pairs() -> list[tuple[UUID, UUID]]:
    """The cells that were sent, each as 'employee:course'; what is none is left out."""
    found = []
    for text in request.form.getlist("cell")[:MOST_CHOSEN]:
        employee, _colon, course_key = text.partition(":")
        one, other = to_uuid(employee), to_uuid(course_key)
        if one and other:
            found.append((one, other))
    return found


def seen(employee_ids: Collection[UUID], reach: Callable[[Any, Any], Any]) -> Any:
    """A select of those of these people whom the reader may see."""
    return sa.select(Employee.id).where(Employee.id.in_(employee_ids), reach(g.user, Employee.id))


def names_of(pairs: Sequence[tuple[UUID, UUID]]) -> list[tuple[str, list[str]]]:
    """Each course with who was chosen for it, by name."""
    people = queries.employees({employee_id for employee_id, _course in pairs})
    found = {one.id: one for one in db.session.scalars(sa.select(Course).where(
        Course.id.in_({course_id for _who, course_id in pairs})))}
    return [(str(found[key]), sorted(str(people[who]) for who, which in pairs if which == key and who in people))
            for key in dict.fromkeys(which for _who, which in pairs) if key in found]


def came_from() -> str:
    """The matrix as it was before something was done in it."""
    target = local_target(request.form.get("came_from"))
    return target if target.startswith("/matrix") else url_for("MatrixView.index")
