"""A person's training, course by course: the state on a day, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.courses.models import Course
from app.enrollments import queries, wording
from app.enrollments.facts import State
from app.enrollments.models import Enrollment
from app.enrollments.rules import StateExplained, expiry, state_on
from app.platform import clock
from app.tenancy import queries as tenancy


@dataclass(frozen=True)
class CourseRecord:
    """What one person is for one course today: `enrollment` decides, `running` is the active one, if any."""

    course: Course
    explained: StateExplained
    enrollment: Enrollment
    running: Enrollment | None

    @property
    def state(self) -> State:
        """Today's state."""
        return self.explained.state

    @property
    def expires_on(self) -> date | None:
        """The last valid day of the period that decides."""
        return self.explained.period.expires_on if self.explained.period else None


def training_record(employee_id: UUID) -> list[CourseRecord]:
    """Every course that the person has anything to do with: what runs out first comes first."""
    by_course: dict[UUID, list[Enrollment]] = defaultdict(list)
    for row in queries.of_employee(employee_id):
        by_course[row.course_id].append(row)
    found = [_record(rows) for rows in by_course.values()]
    return sorted(found, key=lambda one: (one.expires_on or date.max, str(one.course)))


def _record(rows: Sequence[Enrollment]) -> CourseRecord:
    explained = explain(rows[0].course, rows)
    decides = next((row for row in rows if explained.period and row.id == explained.period.enrollment_id), None)
    running = next((row for row in rows if row.status == "active"), None)
    return CourseRecord(rows[0].course, explained, decides or running or rows[-1], running)


def explain(course: Course, rows: Iterable[Enrollment]) -> StateExplained:
    """The state today of one person's enrollments in a course, with the reasons."""
    rows, today = list(rows), clock.today()
    return state_on(
        today, policy=course.policy, periods=[queries.period_fact(row) for row in rows if row.is_completion],
        attempts=[queries.attempt_fact(row, today) for row in rows],
        expiring_window_days=tenancy.current_tenant().expiring_window_days)


def why(row: Enrollment, history: Sequence[Enrollment]) -> list[str]:
    """The date and the state of one enrollment in words; `history` is the person's whole for the course."""
    if not row.is_completion:
        return wording.sentences(explain(row.course, history).reasons)
    periods = [queries.period_fact(one) for one in history if one.is_completion]
    own = queries.period_fact(row, queries.file_of(row))
    found = expiry(row.course.policy, [one for one in periods if one.enrollment_id != row.id], own)
    state = explain(row.course, [row])
    told = {reason.code for reason in found.reasons}
    rest = [reason for reason in state.reasons if reason.code not in told]
    return wording.sentences([*rest, *found.reasons])
