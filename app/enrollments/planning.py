"""What writing enrollments would do, decided for all of them at once: refusals, expiries, and what else moves.

Set-based: a few statements whatever the number of rows, so that a form and a file of fifty thousand rows run
the same code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _

from app.courses import queries as courses
from app.courses.models import Course
from app.courses.rules import ValidityPolicy
from app.enrollments import queries
from app.enrollments.expiries import CourseExpiries, Dates
from app.enrollments.facts import Completion
from app.enrollments.models import Enrollment
from app.enrollments.openings import ask_prerequisites
from app.enrollments.queries import Pair
from app.enrollments.states import COMPLETED
from app.organisation.models import Employee
from app.platform import clock
from app.platform.drafts import Draft, load_current, refuse_unknown
from app.platform.errors import Conflict, Invalid

RESULT = ("employee_id", "course_id", "completed_on")
"""What tells one result from another."""
_NEEDED = ("employee_id", "course_id", "status", "started_on", "completed_on", "granted_expires_on", "revoked_on",
           "expires_on", "expired_from")


def plan_enrollments(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                     lock: bool = True) -> list[Draft]:
    """Check drafts of enrollments; refusals hang on them, expiries are set in them. `coming`: ids that the
    same batch makes, employees and courses among them.

    Refused: an unknown person or course; a result without a day, on a day to come or before the start; an
    expiry before the completion; a second active enrollment, or a second completion of the same day, of one
    person and course; somebody who begins a course without what comes before it (see `openings`).

    Returns what else moves, as drafts of other rows: an older completion that comes in late can give later
    ones of the same person and course another expiry. `write_enrollments` writes both.
    """
    load_current(Enrollment, drafts, *_NEEDED, lock=lock)
    refuse_unknown(drafts, "employee_id", Employee, _("There is no such employee."), coming)
    refuse_unknown(drafts, "course_id", Course, _("There is no such course."), coming)
    today = clock.today()
    for draft in drafts:
        if draft.is_new:
            draft.values.setdefault("status", "completed" if draft.values.get("completed_on") else "active")
            draft.values.setdefault("source", "screen")
        _refuse_impossible(draft, today)
        _note_completion(draft)
    _refuse_second_active(drafts)
    _refuse_second_result(drafts)
    followers = plan_expiries([draft for draft in drafts if not draft.errors], today)
    ask_prerequisites(drafts)
    return followers


def _note_completion(draft: Draft) -> None:
    if not draft.is_new and draft.current.get("status") == "active" and draft.get("status") not in ("active", None):
        day = draft.current.get("started_on")
        draft.note(Conflict(
            _("It ends the enrollment that is under way since %(day)s.", day=format_date(day, "d MMM y")) if day
            else _("It ends the enrollment that is under way."), code="ends_active"))


# -- refusals --------------------------------------------------------------------------------------------


def _refuse_impossible(draft: Draft, today: date) -> None:
    get = draft.get
    done, started, stated = get("completed_on"), get("started_on"), get("granted_expires_on")
    is_over = get("status") in (*COMPLETED, "failed")
    if is_over and done is None:
        draft.refuse(Invalid(_("Say on which day it ended."), field="completed_on", code="completed_on_missing"))
    if not is_over and done is not None:
        draft.refuse(Invalid(_("Something that is under way has no day of completion yet."), field="completed_on",
                             code="not_completed"))
    if done is not None and done > today:
        draft.refuse(Invalid(_("This day is still to come."), field="completed_on", code="completed_in_future"))
    if done is not None and started is not None and started > done:
        text = _("It started on %(day)s, later than this. Correct the one that is wrong.",
                 day=format_date(started, "d MMM y"))
        draft.refuse(Invalid(text, field="completed_on", code="completed_before_start"))
    if stated is not None and (done is None or stated < done):
        draft.refuse(Invalid(_("A certificate can not expire before its completion."), field="granted_expires_on",
                             code="expiry_before_completion"))


def _refuse_second_active(drafts: Sequence[Draft]) -> None:
    wanted = [draft for draft in drafts if draft.is_new and draft.values["status"] == "active" and not draft.errors]
    taken: dict[Pair, UUID] = queries.active_pairs({draft.values["employee_id"] for draft in wanted})
    for draft in wanted:
        if taken.setdefault(_pair(draft), draft.id) != draft.id:
            draft.refuse(Conflict(_("There is an active enrollment in this course already."), field="employee_id",
                                  code="already_active"))


def _refuse_second_result(drafts: Sequence[Draft]) -> None:
    wanted = [draft for draft in drafts if draft.get("completed_on") is not None and not draft.errors
              and (draft.is_new or draft.changes.keys() & {"completed_on", "status"})]
    keys = [(*_pair(draft), draft.get("completed_on")) for draft in wanted]
    unsure = {key for draft, key in zip(wanted, keys, strict=True) if draft.free != RESULT}
    taken = queries.results(unsure) if unsure else {}
    for draft, key in zip(wanted, keys, strict=True):
        if taken.setdefault((*key, draft.get("status") != "failed"), draft.id) != draft.id:
            draft.refuse(Conflict(_("There is a result of that day already."), field="completed_on",
                                  code="completion_exists"))


# -- expiries --------------------------------------------------------------------------------------------


def plan_expiries(drafts: Iterable[Draft], today: date) -> list[Draft]:
    """Set the expiry of every completion among `drafts`; return drafts of the other rows that move."""
    done = [draft for draft in drafts if draft.get("status") in COMPLETED]
    expiries = _expiries({draft.get("course_id") for draft in done})
    linked: dict[Pair, list[Draft]] = defaultdict(list)
    for draft in done:
        expiry = expiries[draft.get("course_id")]
        if expiry.needs_history:
            linked[_pair(draft)].append(draft)
        else:
            _set_dates(draft, expiry.alone(draft.get("completed_on"), draft.get("granted_expires_on")), today)
    return _plan_linked(linked, expiries, today) if linked else []


def plan_followers(pairs: Collection[Pair]) -> list[Draft]:
    """Drafts of the completions of these (employee id, course id) whose expiry is another than their history
    gives, after rows were taken away or came back."""
    expiries = _expiries({course_id for _employee_id, course_id in pairs})
    linked = {pair for pair in pairs if expiries[pair[1]].needs_history}
    return _plan_linked({pair: [] for pair in linked}, expiries, clock.today()) if linked else []


def plan_course(course_id: UUID, expiry: CourseExpiries) -> tuple[int, list[Draft]]:
    """How many completions a course has, and drafts of those that `expiry` gives another date."""
    people: dict[UUID, list[Any]] = defaultdict(list)
    for row in queries.completions(Enrollment.course_id == course_id):
        people[row.employee_id].append(row)
    today, total, moved = clock.today(), 0, []
    for rows in people.values():
        total += len(rows)
        dates = expiry.all(map(queries.completion_fact, rows))
        moved += _followers(rows, dates, today)
    return total, moved


def _plan_linked(linked: dict[Pair, list[Draft]], expiries: dict[UUID, CourseExpiries], today: date) -> list[Draft]:
    histories, followers = queries.completions_of_pairs(linked.keys()), []
    for pair, drafts in linked.items():
        own = {draft.id for draft in drafts}
        others = [row for row in histories.get(pair, ()) if row.id not in own]
        facts = [*map(_completion, drafts), *map(queries.completion_fact, others)]
        dates = expiries[pair[1]].all(facts)
        for draft in drafts:
            _set_dates(draft, dates[draft.id], today)
        followers += _followers(others, dates, today)
    return followers


def _expiries(course_ids: Collection[UUID]) -> dict[UUID, CourseExpiries]:
    # Courses of one policy share what is remembered. A course that the same batch makes is not there yet; the
    # dry run takes it as one that does not expire.
    shared: dict[ValidityPolicy, CourseExpiries] = {}
    known = ((course_id, shared.setdefault(policy, CourseExpiries(policy)))
             for course_id, policy in courses.policies(course_ids).items())
    return defaultdict(lambda: CourseExpiries(courses.NEVER), known)


def _set_dates(draft: Draft, dates: Dates, today: date) -> None:
    values = {"expires_on": dates.expires_on, "expired_from": dates.expired_from,
              "status": _status(dates, today)}
    draft.values.update(values)
    if not draft.is_new:
        for name, new in values.items():
            draft.changes.pop(name, None)
            if draft.current[name] != new:
                draft.changes[name] = (draft.current[name], new)


def _followers(rows: Iterable[Any], dates: Mapping[UUID | None, Dates], today: date) -> list[Draft]:
    return [_follower(row, dates[row.id], today) for row in rows
            if (row.expires_on, row.expired_from) != dates[row.id]]


def _follower(row: Any, dates: Dates, today: date) -> Draft:
    draft = Draft.change(row.id, {})
    draft.current = {name: getattr(row, name) for name in ("id", "status", "expires_on", "expired_from")}
    _set_dates(draft, dates, today)
    # Nobody changed the row itself; whoever has it open may still save.
    draft.changes["updated_at"] = (row.updated_at, row.updated_at)
    return draft


def _status(dates: Dates, today: date) -> str:
    return "expired" if dates.expired_from is not None and dates.expired_from <= today else "completed"


def _completion(draft: Draft) -> Completion:
    return Completion(enrollment_id=draft.id, completed_on=draft.get("completed_on"),
                      granted_expires_on=draft.get("granted_expires_on"), revoked_on=draft.get("revoked_on"))


def _pair(draft: Draft) -> Pair:
    return draft.get("employee_id"), draft.get("course_id")
