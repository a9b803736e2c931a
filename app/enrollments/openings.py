"""What has to be there before somebody begins a course: they work here, it is held, and what comes before is done.

A prerequisite is met while the person's state for it is valid, expiring, in grace or waived, as the training
matrix says it: equivalent courses and waivers count. Whoever completed the course itself before is not asked
again, and a prerequisite that is not held any more is asked of nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from app.courses import queries as courses
from app.courses.models import Course
from app.enrollments import queries
from app.enrollments.facts import VALID_STATES, State
from app.enrollments.models import Enrollment
from app.enrollments.queries import Pair
from app.enrollments.states import COMPLETED
from app.organisation.models import Employee
from app.platform import clock
from app.platform.drafts import Draft
from app.platform.errors import Conflict, DomainError
from app.platform.look.states import STATES
from app.tenancy import queries as tenancy

MET = frozenset({*VALID_STATES, State.GRACE, State.WAIVED})

Standing = Callable[[Collection[UUID], Collection[UUID], date], dict[Pair, str]]
"""How these employees stand for these courses on a day; who has nothing to do with one is left out."""
_wired: list[Standing] = []


def wire(standing: Standing) -> None:
    """Called once by app.wiring: the context above knows equivalent courses and waivers."""
    _wired[:] = [standing]


@dataclass(frozen=True)
class Step:
    """A course that comes first, and how the person stands for it."""

    course: Course
    state: State

    @property
    def is_met(self) -> bool:
        """Whether the person may go on."""
        return self.state in MET

    def __str__(self) -> str:
        return f"{self.course} {self.course.code} ({STATES[self.state].word})"


def refuse_closed(new: Iterable[Draft]) -> None:
    """Nobody who left is enrolled, and nobody in a course that is not active; past results are welcome."""
    opening = _opening(new)
    left = queries.inactive(Employee, {draft.get("employee_id") for draft in opening})
    closed = queries.inactive(Course, {draft.get("course_id") for draft in opening})
    for draft in opening:
        if draft.get("employee_id") in left:
            draft.refuse(Conflict(_("Somebody who has left can not be enrolled."), field="employee_id",
                                  code="employee_inactive"))
        if draft.get("course_id") in closed:
            draft.refuse(Conflict(_("Nobody can be enrolled in a course that is not active."), field="course_id",
                                  code="course_inactive"))


def ask_prerequisites(drafts: Sequence[Draft]) -> None:
    """Refuse each new enrollment whose person lacks what comes first: `prerequisites_missing`. Only a note where
    the tenant wants to be warned. What the same batch completes counts; its expiries must be planned already."""
    today, opening = clock.today(), defaultdict[date, list[Draft]](list)
    for draft in _opening(drafts):
        opening[max(draft.get("started_on") or today, today)].append(draft)
    for day, beginning in opening.items():
        found = steps({_pair(draft) for draft in beginning}, day)
        own = {_pair(draft) for draft in drafts if not draft.errors and _counts(draft, day)} if found else set()
        for draft in beginning:
            person, course = _pair(draft)
            missing = [] if (person, course) in own else [
                step for step in found.get((person, course), ()) if not step.is_met
                and (person, step.course.id) not in own]
            if missing:
                _say(draft, missing)


def steps(pairs: Collection[Pair], day: date) -> dict[Pair, list[Step]]:
    """What comes first for each of these (employee id, course id) and how it stands on `day`; who is asked for
    nothing is left out."""
    required = courses.required_courses({course_id for _person, course_id in pairs})
    asked = {pair for pair in pairs if pair[1] in required}
    asked -= _again(asked, day)
    if not asked:
        return {}
    wanted = {one.id for _person, course_id in asked for one in required[course_id]}
    stands = _wired[0]({person for person, _course in asked}, wanted, day)
    return {(person, course_id): [Step(one, State(stands.get((person, one.id), State.NOT_STARTED)))
                                  for one in required[course_id]] for person, course_id in asked}


def steps_of(row: Enrollment) -> list[Step]:
    """What comes before an enrollment that is under way, as it stands today or on the day it starts."""
    if row.status != "active":
        return []
    pair, today = (row.employee_id, row.course_id), clock.today()
    return steps({pair}, max(row.started_on or today, today)).get(pair, [])


def warnings(rows: Sequence[Enrollment]) -> list[DomainError]:
    """What each of those just enrolled lacks of what comes first, with the person's name: as an import notes it
    beside its row. Nobody is enrolled so unless the tenant wants to be warned only."""
    today, begun = clock.today(), defaultdict[date, list[Enrollment]](list)
    for row in rows:
        if row.status == "active":
            begun[max(row.started_on or today, today)].append(row)
    found = {(day, *pair): [step for step in asked if not step.is_met] for day, beginning in begun.items()
             for pair, asked in steps({(row.employee_id, row.course_id) for row in beginning}, day).items()}
    lacking = [(row, found.get((day, row.employee_id, row.course_id))) for day, some in begun.items() for row in some]
    return [_missing(missing, f"{row.employee} ({row.employee.number}): ") for row, missing in lacking if missing]


def _again(pairs: Collection[Pair], day: date) -> set[Pair]:
    found = queries.completions_of_pairs(pairs)
    return {pair for pair, rows in found.items()
            if any(row.revoked_on is None or row.revoked_on > day for row in rows)}


def _counts(draft: Draft, day: date) -> bool:
    over = draft.get("expired_from")
    return draft.get("status") in COMPLETED and draft.get("completed_on") <= day and (over is None or over > day)


def _say(draft: Draft, missing: Sequence[Step]) -> None:
    words = _missing(missing)
    if tenancy.current_tenant().prerequisite_rule == "warn":
        draft.note(words)
    else:
        draft.refuse(words)


def _missing(missing: Sequence[Step], whose: str = "") -> DomainError:
    words = _("To be completed first: %(courses)s.", courses=_(", ").join(map(str, missing)))
    return Conflict(whose + words, field="course_id", code="prerequisites_missing")


def _opening(drafts: Iterable[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.is_new and draft.get("status") == "active" and not draft.errors]


def _pair(draft: Draft) -> Pair:
    return draft.get("employee_id"), draft.get("course_id")
