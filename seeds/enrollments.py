"""Who is trained in what at a demo tenant: every state there is, relative to today, the same each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.courses.models import Course
from app.courses.rules import add_months
from app.enrollments import operations
from app.enrollments.models import Enrollment
from app.organisation import queries
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db
from seeds.shapes import FOREMAN, CourseSeed, Person, TenantSeed

EACH = 4  # courses for each person
PATTERN = ("valid", "valid", "expiring", "renewed", "valid", "expired", "in progress", "valid", "expiring", "grace",
           "valid", "renewed", "failed", "valid", "not started", "expired", "valid", "expiring", "revoked",
           "withdrawn", "valid", "grace", "in progress")
CREW = ("expiring", "valid", "expiring", "renewed")  # of the first foreman: what the demo shows him


@dataclass(frozen=True)
class Story:
    """What became of one person in one course. `turn` varies the dates from story to story."""

    person: Person
    course: CourseSeed
    kind: str
    turn: int


def plant_enrollments(seed: TenantSeed) -> int:
    """Tell the stories that the tenant has no trace of; return how many. Runs in its scope, after its courses."""
    people = queries.ids_by_key(Employee, Employee.number, [person.number for person in seed.people])
    courses = queries.ids_by_key(Course, Course.code, [course.code for course in seed.courses])
    told = _pairs()
    new = [(people[story.person.number], courses[story.course.code], story) for story in stories(seed)]
    missing = [each for each in new if each[:2] not in told]
    for employee_id, course_id, story in missing:
        _TELL[story.kind](story, clock.today(), employee_id=employee_id, course_id=course_id)
    return len(missing)


def stories(seed: TenantSeed) -> Iterator[Story]:
    """`EACH` stories for every person, no course twice."""
    first_foreman = next(person.number for person in seed.people if person.role == FOREMAN)
    turn = 0
    for nth, person in enumerate(seed.people):
        shift = nth * 5 % len(seed.courses)
        open_to = [*seed.courses[shift:], *seed.courses[:shift]]
        kinds = CREW if person.foreman == first_foreman else [PATTERN[(turn + n) % len(PATTERN)] for n in range(EACH)]
        for kind in kinds:
            course = next(course for course in open_to if _suits(course, kind))
            open_to.remove(course)
            yield Story(person, course, kind, turn)
            turn += 1


def _suits(course: CourseSeed, kind: str) -> bool:
    if kind == "grace":
        return bool(course.policy.get("months") and course.policy.get("grace_days"))
    return kind not in ("expiring", "expired", "renewed") or "months" in course.policy


def _pairs() -> set[tuple[UUID, UUID]]:
    statement = sa.select(Enrollment.employee_id, Enrollment.course_id).execution_options(include_deleted=True)
    return {(employee_id, course_id) for employee_id, course_id in db.session.execute(statement)}


# -- the stories -----------------------------------------------------------------------------------------


def _valid(story: Story, today: date, **who: UUID) -> Any:
    months = story.course.policy.get("months", 12)
    return _completed(story, _ending(today + timedelta(days=35 + story.turn * 11 % (months * 28 - 40)), months), **who)


def _expiring(story: Story, today: date, **who: UUID) -> Any:
    left = timedelta(days=1 + story.turn * 5 % 28)
    return _completed(story, _ending(today + left, story.course.policy["months"]), **who)


def _grace(story: Story, today: date, **who: UUID) -> Any:
    over = timedelta(days=1 + story.turn % (story.course.policy["grace_days"] - 1))
    return _completed(story, _ending(today - over, story.course.policy["months"]), **who)


def _expired(story: Story, today: date, **who: UUID) -> Any:
    over = timedelta(days=story.course.policy.get("grace_days", 0) + 5 + story.turn * 13 % 160)
    return _completed(story, _ending(today - over, story.course.policy["months"]), **who)


def _renewed(story: Story, today: date, **who: UUID) -> Any:
    months = story.course.policy["months"]
    last = today - timedelta(days=20 + story.turn * 7 % (months * 20))
    _completed(story, add_months(last, -months) + timedelta(days=9), **who)
    return _completed(story, last, **who)


def _in_progress(story: Story, today: date, **who: UUID) -> Any:
    return operations.create_enrollment(SYSTEM, **who, started_on=today - timedelta(days=2 + story.turn % 19))


def _not_started(story: Story, today: date, **who: UUID) -> Any:
    return operations.create_enrollment(SYSTEM, **who, started_on=today + timedelta(days=4 + story.turn % 15))


def _failed(story: Story, today: date, **who: UUID) -> Any:
    on = today - timedelta(days=6 + story.turn % 70)
    return operations.create_enrollment(SYSTEM, **who, status="failed", completed_on=on, score=35 + story.turn % 20)


def _withdrawn(story: Story, today: date, **who: UUID) -> Any:
    row = _in_progress(story, today, **who)
    return operations.withdraw_enrollment(SYSTEM, row.id, reason="Moved to another shift")


def _revoked(story: Story, today: date, **who: UUID) -> Any:
    row = _valid(story, today, **who)
    return operations.revoke_enrollment(SYSTEM, row.id, revoked_on=today, reason="Certificate of another person")


def _completed(story: Story, on: date, **who: UUID) -> Any:
    return operations.create_enrollment(
        SYSTEM, **who, status="completed", completed_on=on, started_on=on - timedelta(days=story.turn % 3),
        score=70 + story.turn * 7 % 31, certificate_number=f"{story.course.code}/{story.person.number}/{on:%y%m}")


def _ending(expires_on: date, months: int) -> date:
    """The day of completion from which `months` months end on `expires_on`, or a day or two before."""
    return add_months(expires_on, -months)


_TELL: dict[str, Callable[..., Any]] = {
    "valid": _valid, "expiring": _expiring, "grace": _grace, "expired": _expired, "renewed": _renewed,
    "in progress": _in_progress, "not started": _not_started, "failed": _failed, "withdrawn": _withdrawn,
    "revoked": _revoked,
}
