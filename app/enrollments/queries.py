"""Reads of enrollments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.enrollments.facts import Attempt, Completion, Period
from app.enrollments.models import Enrollment, Evidence
from app.enrollments.rules import with_expiry
from app.enrollments.states import COMPLETED, person_columns, person_state
from app.imports.models import ImportBatch
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.drafts import KEYS, parts
from app.platform.keys import for_each, is_one_of

Pair = tuple[UUID, UUID]
"""(employee id, course id)"""
Key = tuple[UUID, UUID, date]
"""(employee id, course id, day of the result)"""
OpenKey = tuple[UUID, UUID, date | None]
"""As a key; without a day it means what is under way"""
Result = tuple[UUID, UUID, date, bool]
"""(employee id, course id, day, whether it was passed)"""


_KEY = Enrollment.employee_id, Enrollment.course_id, Enrollment.completed_on


def enrollment(enrollment_id: UUID, *, lock: bool = False, include_deleted: bool = False) -> Enrollment | None:
    """The enrollment with this id; `lock` holds it until the transaction ends."""
    statement = sa.select(Enrollment).where(Enrollment.id == enrollment_id)
    if lock:
        statement = statement.with_for_update(key_share=True)  # others may refer to it meanwhile
    return db.session.scalar(statement, execution_options={"include_deleted": include_deleted,
                                                           "populate_existing": lock})


def of_pair(employee_id: UUID, course_id: UUID) -> list[Enrollment]:
    """Everything that one person did about one course, oldest first."""
    return _oldest_first(Enrollment.employee_id == employee_id, Enrollment.course_id == course_id)


def of_employee(employee_id: UUID) -> list[Enrollment]:
    """Everything that one person did, with the courses, oldest first."""
    return _oldest_first(Enrollment.employee_id == employee_id)


def _oldest_first(*conditions: Any) -> list[Enrollment]:
    rows = db.session.scalars(sa.select(Enrollment).where(*conditions).options(joinedload(Enrollment.course)))
    return sorted(rows, key=lambda row: (row.completed_on or row.withdrawn_on or date.max, row.id))


def evidence_of(enrollment_id: UUID) -> list[Evidence]:
    """The files of an enrollment, oldest first."""
    return list(db.session.scalars(
        sa.select(Evidence).where(Evidence.enrollment_id == enrollment_id).order_by(Evidence.id)))


def active_pairs(employee_ids: Collection[UUID]) -> dict[Pair, UUID]:
    """Who of these people is enrolled in what right now: pair to enrollment id."""
    found: dict[Pair, UUID] = {}
    for part in parts(list(employee_ids), KEYS):
        rows = db.session.execute(sa.select(Enrollment.employee_id, Enrollment.course_id, Enrollment.id).where(
            is_one_of(Enrollment.employee_id, part), Enrollment.status == "active"))
        found.update(((employee_id, course_id), row_id) for employee_id, course_id, row_id in rows)
    return found


def completed(enrollment_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Those of these enrollments that were completed: id to its employee_id and course_id."""
    found: dict[UUID, Any] = {}
    for part in parts(list(enrollment_ids)):
        rows = db.session.execute(sa.select(Enrollment.id, Enrollment.employee_id, Enrollment.course_id).where(
            Enrollment.id.in_(part), Enrollment.status.in_(COMPLETED)))
        found |= {row.id: row for row in rows}
    return found


def results(keys: Collection[Key]) -> dict[Result, UUID]:
    """What was finished, passed or not, of these people, courses and days: result to enrollment id."""
    found: dict[Result, UUID] = {}
    for part in parts(list(keys), KEYS):
        rows = db.session.execute(for_each(part, _KEY, sa.select(Enrollment.status, Enrollment.id)))
        found.update(((*part[nth], status != "failed"), row_id) for status, row_id, nth in rows)
    return found


def match_results(keys: Sequence[OpenKey]) -> dict[OpenKey, UUID]:
    """The identity of a result on import: (employee id, course id, day) to the id of its row.

    Where somebody failed and passed on one day, the completion is meant. A key without a day means the
    enrollment that is active; where no line says that it still is, the first new day since its start ends it.
    """
    found: dict[OpenKey, UUID] = {}
    running: dict[int, tuple[UUID, date | None]] = {}  # place of a key to id and start of what its pair has under way
    for status, row_id, completed_on, started_on, nth in _results_and_running(keys):
        if completed_on is not None and completed_on == keys[nth][2] and (status != "failed" or keys[nth] not in found):
            found[keys[nth]] = row_id
        elif status == "active":
            running[nth] = row_id, started_on
    still = {keys[nth][:2]: row_id for nth, (row_id, _start) in running.items() if keys[nth][2] is None}
    found.update({(*pair, None): row_id for pair, row_id in still.items()})
    first: dict[Pair, tuple[date, UUID]] = {}
    for nth, (row_id, start) in running.items():
        pair, day = keys[nth][:2], keys[nth][2]
        if pair not in still and day is not None and keys[nth] not in found and day >= (start or date.min):
            first[pair] = min((day, row_id), first.get(pair, (day, row_id)))
    return found | {(*pair, day): row_id for pair, (day, row_id) in first.items()}


def _results_and_running(keys: Sequence[OpenKey]) -> Iterator[Any]:
    wanted = (Enrollment.status, Enrollment.id, Enrollment.completed_on, Enrollment.started_on)
    for start in range(0, len(keys), KEYS):
        part = keys[start:start + KEYS]
        yield from db.session.execute(for_each(part, _KEY, sa.select(*wanted), _is_result_or_running))


def _is_result_or_running(person: Any, course: Any, day: Any) -> Any:
    return sa.and_(Enrollment.employee_id == person, Enrollment.course_id == course,
                   sa.or_(Enrollment.completed_on == day, Enrollment.status == "active"))


_FACTS = (Enrollment.id, Enrollment.employee_id, Enrollment.course_id, Enrollment.completed_on,
          Enrollment.granted_expires_on, Enrollment.revoked_on, Enrollment.expires_on, Enrollment.expired_from,
          Enrollment.status, Enrollment.updated_at)


def completions(*conditions: Any) -> Iterable[Any]:
    """The completions that fulfil `conditions` as plain rows of what an expiry follows from, streamed."""
    return db.session.execute(sa.select(*_FACTS).where(Enrollment.status.in_(COMPLETED), *conditions),
                              execution_options={"yield_per": 5000})


def completions_of_pairs(pairs: Collection[Pair]) -> dict[Pair, list[Any]]:
    """Pair to its completions, in a few statements."""
    found: dict[Pair, list[Any]] = defaultdict(list)
    for part in parts(list(pairs), KEYS):
        rows = db.session.execute(for_each(part, _KEY[:2],
                                           sa.select(*_FACTS).where(Enrollment.status.in_(COMPLETED))))
        for row in rows:
            found[row.employee_id, row.course_id].append(row)
    return found


def people_by_state(course_id: UUID, visible: Any) -> dict[str, int]:
    """How many of the active people that the condition `visible` lets through are in which state for a course.

    Each person counts once, by the certificate that is valid longest; one revoked after the last other had
    expired makes them revoked.
    """
    person = sa.select(*person_columns(Enrollment)).join(Employee, Employee.id == Enrollment.employee_id).where(
        Enrollment.course_id == course_id, Enrollment.deleted_at.is_(None), Employee.is_active,
        Employee.deleted_at.is_(None), visible).group_by(Enrollment.employee_id).subquery()
    state = person_state(person.c).label("state")
    rows = db.session.execute(sa.select(state, sa.func.count()).group_by(state))
    return dict(rows.all())  # type: ignore[arg-type]


def inactive(model: Any, row_ids: Collection[UUID]) -> set[UUID]:
    """Those of these employees or courses that are not active."""
    return set(db.session.scalars(sa.select(model.id).where(model.id.in_(row_ids), model.is_active.is_(False))))


def people(employee_ids: Collection[UUID]) -> dict[UUID, Employee]:
    """These employees by their ids."""
    return {one.id: one for one in db.session.scalars(sa.select(Employee).where(Employee.id.in_(employee_ids)))}


def people_of(enrollment_ids: Collection[UUID]) -> dict[UUID, str]:
    """Enrollment id to whose it is: name and number."""
    rows = db.session.execute(sa.select(Enrollment.id, Employee).join(
        Employee, Employee.id == Enrollment.employee_id).where(Enrollment.id.in_(enrollment_ids)))
    return {row_id: f"{person} ({person.number})" for row_id, person in rows}


def completion_fact(row: Any) -> Completion:
    """A row of `completions` as the rules take it."""
    return Completion(enrollment_id=row.id, completed_on=row.completed_on,
                      granted_expires_on=row.granted_expires_on, revoked_on=row.revoked_on)


def file_of(row: Enrollment) -> str | None:
    """The name of the file that an enrollment was imported from."""
    batch_id = (row.source_detail or {}).get("batch")
    if batch_id is None:
        return None
    return db.session.scalar(sa.select(ImportBatch.file_name).where(ImportBatch.id == UUID(batch_id)))


def period_fact(row: Enrollment, source_file: str | None = None) -> Period:
    """A completed enrollment with everything that explains it; `source_file` names the file it came from."""
    detail = row.source_detail or {}
    assert row.completed_on is not None
    completion = Completion(
        completed_on=row.completed_on, granted_expires_on=row.granted_expires_on, revoked_on=row.revoked_on,
        enrollment_id=row.id, renews_id=row.renews_id, source=row.source, source_batch=source_file,
        source_row=detail.get("row"), certificate_number=row.certificate_number)
    return with_expiry(completion, row.expires_on)


def attempt_fact(row: Enrollment, today: date) -> Attempt:
    """An enrollment of whatever outcome as an attempt; one without a start began with its end, or by `today`."""
    ended_on = row.completed_on or row.withdrawn_on
    outcome = None if row.status == "active" else "completed" if row.is_completion else row.status
    return Attempt(started_on=row.started_on or ended_on or today, ended_on=ended_on, outcome=outcome)
