"""Arrange the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.courses import events, prerequisites, queries
from app.courses.models import POLICY_COLUMNS, Course
from app.courses.rules import PolicyFields, policy_problems
from app.courses.wording import problem_sentence
from app.organisation.models import Department
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft, load_current, refuse_taken, refuse_unknown, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record

_DEFAULTS = {"kind": "never", "window_before_days": 0, "window_after_days": 0, "grace_days": 0}


def create_course(actor: Any, *, prerequisite_ids: Collection[UUID] = (), **values: Any) -> Course:
    """Add a course; fields as in `CourseSchema`. Refuses what `plan_courses` and `replace` refuse."""
    course = save_one(Course, plan_courses, actor, Draft.new(values))
    prerequisites.replace(course.id, prerequisite_ids)
    record(events.CourseCreated(actor_id=actor.id, subject_id=course.id, code=course.code))
    return course


def update_course(actor: Any, course_id: UUID, *, prerequisite_ids: Collection[UUID] | None = None,
                  **values: Any) -> Course:
    """Change a course. A changed policy moves the expiries of its completions in the same transaction."""
    draft = Draft.change(course_id, values)
    course = save_one(Course, plan_courses, actor, draft)
    changes = dict(draft.changes)
    if prerequisite_ids is not None:
        changes |= prerequisites.replace(course_id, prerequisite_ids)
    if changes:
        record(events.CourseUpdated(actor_id=actor.id, subject_id=course.id, changes=changes))
    _record_policy_changes(actor, [draft])
    return course


def plan_courses(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                 lock: bool = True) -> None:
    """Check drafts of courses; refusals hang on them. `coming`: ids that the same batch makes.

    Refused: a taken code, an unknown department, a policy that does not hold together (each problem at its
    own field, under its code of `courses.rules`).
    """
    load_current(Course, drafts, *POLICY_COLUMNS.values(), lock=lock)
    refuse_taken(drafts, Course, "code", lambda code: _("There is a course %(code)s already.", code=code))
    refuse_unknown(drafts, "department_id", Department, _("There is no such department."), coming)
    for draft in drafts:
        if draft.is_new or draft.changes.keys() & POLICY_COLUMNS.values():
            _refuse_policy(draft)


def write_courses(actor: Any, courses: Iterable[Draft], at: datetime) -> None:
    """Write planned drafts of many courses, and let expiries follow where a policy changed.

    `at`: the instant of the change.
    """
    courses = list(courses)
    drafts.write(Course, courses, at)
    _record_policy_changes(actor, courses)


def archive_course(actor: Any, course_id: UUID) -> Course:
    """Put a course away; its history stays. Conflict while people are enrolled in it or courses require it."""
    course = _found(queries.course(course_id))
    waiting = prerequisites.codes_requiring(course_id)
    if waiting:
        raise Conflict(_("%(codes)s require this course first. Change them before.", codes=", ".join(waiting)),
                       code="course_required")
    course.deleted_at = clock.now()
    record(events.CourseArchived(actor_id=actor.id, subject_id=course.id))
    return course


def restore_course(actor: Any, course_id: UUID) -> Course:
    """Bring a course back. Conflict when its code is in use again."""
    course = _found(queries.course(course_id, include_deleted=True))
    if not course.is_deleted:
        raise NotFound(_("There is no such entry."))
    if queries.codes_in_use([course.code]):
        raise Conflict(_("%(key)s is in use again; change that one first.", key=course.code), code="code_taken")
    course.deleted_at = None
    db.session.flush()
    record(events.CourseRestored(actor_id=actor.id, subject_id=course.id))
    return course


def policy_fields(get: Any) -> PolicyFields:
    """The policy that `get` (column name to value, None: not given) describes, unchecked."""
    values: dict[str, Any] = {field: get(column) for field, column in POLICY_COLUMNS.items()}
    given: dict[str, Any] = {field: _DEFAULTS.get(field) if value is None else value for field, value in values.items()}
    return PolicyFields(**given)


def _refuse_policy(draft: Draft) -> None:
    for problem in policy_problems(policy_fields(draft.get)):
        draft.refuse(Invalid(problem_sentence(problem), field=POLICY_COLUMNS[problem.field], code=problem.code))


def _record_policy_changes(actor: Any, courses: Iterable[Draft]) -> None:
    for draft in courses:
        moved = {name: pair for name, pair in draft.changes.items() if name in POLICY_COLUMNS.values()}
        if moved and draft.outcome == "change":
            record(events.CoursePolicyChanged(actor_id=actor.id, subject_id=draft.id, changes=moved))


def _found(course: Course | None) -> Course:
    if course is None:
        raise NotFound(_("There is no such entry."))
    return course
