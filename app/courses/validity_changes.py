"""Changes of how long a course is valid, and taking the latest of them back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.audit.changes import NotedChange, changes_of, refuse_changed_since, to_take_back
from app.courses import events, operations, previews
from app.courses.models import POLICY_COLUMNS, Course
from app.courses.rules import ValidityPolicy
from app.platform.drafts import Draft, save_one
from app.platform.errors import Invalid
from app.platform.unit_of_work import record


def validity_changes(course_id: UUID) -> list[NotedChange]:
    """The latest changes of a course's policy, by whichever way, newest first."""
    return changes_of("course", course_id, POLICY_COLUMNS.values(), events.CoursePolicyChanged,
                      events.CoursePolicyChangeUndone)


def moves_of(actor: Any, course_id: UUID, **values: Any) -> previews.Moves:
    """What giving a course these columns of a policy would move; writes nothing. Refuses what saving would."""
    draft = Draft.change(course_id, values)
    operations.plan_courses(actor, [draft], lock=False)
    if draft.errors:
        raise Invalid.all(draft.errors)
    return previews.moves_of(course_id, ValidityPolicy(**vars(operations.policy_fields(draft.get))))


def policy_before(course: Course, change: NotedChange) -> ValidityPolicy:
    """The policy that taking this change back would give the course."""
    old = {name: before for name, (before, _after) in change.changes.items()}
    return ValidityPolicy(**vars(operations.policy_fields(
        lambda column: old[column] if column in old else getattr(course, column))))


def undo_validity_change(actor: Any, course_id: UUID, *, change_id: UUID) -> Course:
    """Give a course the validity back that it had before a change; expiries follow in the same transaction.

    NotFound for no change of this course; Conflict `change_not_latest` and `changed_since` when later changes stand
    on it.
    """
    change = to_take_back(validity_changes(course_id), change_id)
    draft = Draft.change(course_id, {name: before for name, (before, _after) in change.changes.items()})

    def plan(actor: Any, drafts: Sequence[Draft]) -> None:
        operations.plan_courses(actor, drafts)
        refuse_changed_since(draft, {name: after for name, (_before, after) in change.changes.items()})

    course = save_one(Course, plan, actor, draft)
    record(events.CoursePolicyChangeUndone(actor_id=actor.id, subject_id=course_id, changes=draft.changes,
                                           undoes_id=change_id))
    return course
