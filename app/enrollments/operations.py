"""Enrol people, record what came of it, put right what was recorded wrongly. History is never lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.enrollments import events, queries
from app.enrollments.facts import LAST_DAY
from app.enrollments.models import Enrollment
from app.enrollments.openings import refuse_closed
from app.enrollments.planning import plan_enrollments, plan_followers
from app.enrollments.queries import Pair
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.errors import Conflict, DomainError, Invalid, NotFound
from app.platform.unit_of_work import record

# -- enrolling -------------------------------------------------------------------------------------------


def create_enrollment(actor: Any, **values: Any) -> Enrollment:
    """Enrol one person, or put a past result on record; fields as in `EnrollmentSchema`.

    Refuses what `plan_openings` refuses. A person who completed the course before
    has the new enrollment linked to the latest completion.
    """
    [row] = _enrol(actor, [Draft.new(values)])
    record(events.EnrollmentCreated(actor_id=actor.id, subject_id=row.id, employee_id=row.employee_id,
                                    course_id=row.course_id, status=row.status, completed_on=row.completed_on))
    return row


def enrol_people(actor: Any, *, employee_ids: Sequence[UUID], course_id: UUID,
                 started_on: date | None = None) -> list[Enrollment]:
    """Enrol several people in one course at once, all of them or none; each refusal names its person."""
    unique = list(dict.fromkeys(employee_ids))
    rows = _enrol(actor, [Draft.new({"employee_id": one, "course_id": course_id, "started_on": started_on})
                          for one in unique])
    record(events.PeopleEnrolled(actor_id=actor.id, course_id=course_id, employee_ids=unique, count=len(rows)))
    return rows


def enrol_each(actor: Any, pairs: Sequence[Pair]) -> list[Draft]:
    """Enrol each of these (employee id, course id) from today; who can not be stays out and carries the refusals."""
    rows = [Draft.new({"employee_id": employee_id, "course_id": course_id}) for employee_id, course_id in pairs]
    drafts.write(Enrollment, [*rows, *plan_openings(actor, rows)])
    begun: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        if not row.errors:
            begun[row.get("course_id")].append(row.get("employee_id"))
    for course_id, employee_ids in begun.items():
        record(events.PeopleEnrolled(actor_id=actor.id, course_id=course_id, employee_ids=employee_ids,
                                     count=len(employee_ids)))
    return rows


def renew_enrollment(actor: Any, enrollment_id: UUID, *, started_on: date | None = None) -> Enrollment:
    """Enrol somebody again in what they completed; the new enrollment is linked to the one it renews."""
    old = _locked(enrollment_id)
    old.require_completion()
    return create_enrollment(actor, employee_id=old.employee_id, course_id=old.course_id, renews_id=old.id,
                             started_on=started_on)


def renew_enrollments(actor: Any, enrollment_ids: Collection[UUID]) -> dict[UUID, UUID | DomainError]:
    """Enrol many people again in what they completed: old enrollment to the new one, or why there is none.

    Somebody who is enrolled in the course again already keeps that enrollment. Set-based, for renewals that
    were approved; one event for all of them.
    """
    old = queries.completed(enrollment_ids)
    running = queries.active_pairs({row.employee_id for row in old.values()})
    found: dict[UUID, UUID | DomainError] = {
        row_id: running[row.employee_id, row.course_id] for row_id, row in old.items()
        if (row.employee_id, row.course_id) in running}
    new = {row_id: Draft.new({"employee_id": row.employee_id, "course_id": row.course_id, "renews_id": row_id,
                              "source": "renewal", "status": "active", "started_on": clock.today()})
           for row_id, row in old.items() if row_id not in found}
    made = list(new.values())
    plan_enrollments(actor, made)
    refuse_closed(made)
    drafts.write(Enrollment, made)
    found |= {row_id: draft.errors[0] if draft.errors else draft.id for row_id, draft in new.items()}
    found |= {row_id: _not_completed() for row_id in enrollment_ids if row_id not in found}
    written = [draft.id for draft in made if not draft.errors]
    if written:
        record(events.EnrollmentsRenewed(actor_id=actor.id, enrollment_ids=written, count=len(written)))
    return found


def discard_enrollments(actor: Any, enrollment_ids: Collection[UUID]) -> None:
    """Put away enrollments that were made by a decision taken back since; nothing came of them yet."""
    for part in drafts.parts(list(enrollment_ids)):
        db.session.execute(sa.update(Enrollment).where(Enrollment.id.in_(part), Enrollment.status == "active")
                           .values(deleted_at=clock.now()).execution_options(synchronize_session="fetch"))
    if enrollment_ids:
        record(events.EnrollmentsDiscarded(actor_id=actor.id, enrollment_ids=list(enrollment_ids),
                                           count=len(enrollment_ids)))


def plan_openings(actor: Any, new: Sequence[Draft]) -> list[Draft]:
    """Plan new enrollments as people make them: they begin today unless told otherwise, and a further one is linked
    to the latest completion.

    Refuses what `plan_enrollments` and `refuse_closed` refuse. Returns what else moves.
    """
    for draft in new:
        if draft.values.get("status", "active") == "active":
            draft.values["started_on"] = draft.values.get("started_on") or clock.today()
    followers = plan_enrollments(actor, new)
    refuse_closed(new)
    _link_renewals(new)
    return followers


def write_enrollments(actor: Any, enrollments: Iterable[Draft], at: datetime) -> None:
    """Write planned drafts of many enrollments, and move what follows from them. `at`: the instant."""
    enrollments = list(enrollments)
    drafts.write(Enrollment, enrollments, at)
    written = [draft for draft in enrollments if draft.outcome in ("create", "change")]
    write_followers({(draft.get("employee_id"), draft.get("course_id")) for draft in written})


def write_followers(pairs: Collection[Pair]) -> int:
    """Give the completions of these (employee id, course id) the expiries that their history gives.

    For after rows were written, taken away or put back. Returns how many moved; their `updated_at` stays.
    """
    moved = plan_followers(pairs) if pairs else []
    drafts.write(Enrollment, moved)
    return len(moved)


# -- what becomes of an enrollment -----------------------------------------------------------------------


def complete_enrollment(actor: Any, enrollment_id: UUID, *, completed_on: date, **values: Any) -> Enrollment:
    """Record that somebody passed: `score` (0 to 100), `certificate_number`, `granted_expires_on`.

    Conflict `not_active` when the enrollment is over.
    """
    _locked(enrollment_id).require_active()
    row, changes = _change(actor, enrollment_id, status="completed", completed_on=completed_on, **values)
    record(events.EnrollmentCompleted(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def fail_enrollment(actor: Any, enrollment_id: UUID, *, completed_on: date, **values: Any) -> Enrollment:
    """Record that somebody did not pass: `score` (0 to 100). Conflict `not_active`."""
    _locked(enrollment_id).require_active()
    row, changes = _change(actor, enrollment_id, status="failed", completed_on=completed_on, **values)
    record(events.EnrollmentFailed(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def withdraw_enrollment(actor: Any, enrollment_id: UUID, *, reason: str) -> Enrollment:
    """Take somebody off a course, as of today. Conflict `not_active`."""
    _locked(enrollment_id).require_active()
    row, changes = _change(actor, enrollment_id, status="withdrawn", withdrawn_on=clock.today(), reason=reason)
    record(events.EnrollmentWithdrawn(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def correct_enrollment(actor: Any, enrollment_id: UUID, **values: Any) -> Enrollment:
    """Put right what was recorded wrongly; fields as in `CorrectionSchema`. The audit keeps the old values."""
    _locked(enrollment_id)
    row, changes = _change(actor, enrollment_id, **values)
    if changes:
        record(events.EnrollmentCorrected(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def revoke_enrollment(actor: Any, enrollment_id: UUID, *, revoked_on: date, reason: str) -> Enrollment:
    """Let a certificate no longer count from `revoked_on` on; until the day before it did.

    Refuses `not_completed`, `already_revoked`, `revoked_before_completion` and `revoked_in_future`.
    """
    row = _locked(enrollment_id)
    row.require_completion()
    if row.revoked_on is not None:
        raise Conflict(_("This certificate is revoked already."), code="already_revoked")
    if row.completed_on is not None and revoked_on < row.completed_on:
        raise Invalid(_("It was completed later than this."), field="revoked_on", code="revoked_before_completion")
    if revoked_on > clock.today():
        raise Invalid(_("This day is still to come."), field="revoked_on", code="revoked_in_future")
    row, changes = _change(actor, enrollment_id, revoked_on=revoked_on, reason=reason)
    record(events.EnrollmentRevoked(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def reinstate_enrollment(actor: Any, enrollment_id: UUID) -> Enrollment:
    """Let a certificate count again that should not have been revoked. Conflict `not_revoked`."""
    if _locked(enrollment_id).revoked_on is None:
        raise Conflict(_("This certificate is not revoked."), code="not_revoked")
    row, changes = _change(actor, enrollment_id, revoked_on=None, reason=None)
    record(events.EnrollmentReinstated(actor_id=actor.id, subject_id=row.id, changes=changes))
    return row


def archive_enrollment(actor: Any, enrollment_id: UUID) -> Enrollment:
    """Put away an enrollment that should never have been recorded; it can be restored."""
    row = _locked(enrollment_id)
    row.deleted_at = clock.now()
    db.session.flush()
    write_followers({(row.employee_id, row.course_id)})
    record(events.EnrollmentArchived(actor_id=actor.id, subject_id=row.id))
    return row


def restore_enrollment(actor: Any, enrollment_id: UUID) -> Enrollment:
    """Bring an enrollment back. Conflict when another has taken its place."""
    row = queries.enrollment(enrollment_id, include_deleted=True, lock=True)
    if row is None or not row.is_deleted:
        raise NotFound(_("There is no such entry."))
    _refuse_taken_place(row)
    row.deleted_at = None
    db.session.flush()
    write_followers({(row.employee_id, row.course_id)})
    record(events.EnrollmentRestored(actor_id=actor.id, subject_id=row.id))
    return row


# -- shared ----------------------------------------------------------------------------------------------


def _enrol(actor: Any, new: list[Draft]) -> list[Enrollment]:
    followers = plan_openings(actor, new)
    _raise_refusals(new)
    drafts.write(Enrollment, [*new, *followers])
    ids = [draft.id for draft in new]
    return list(db.session.scalars(sa.select(Enrollment).where(Enrollment.id.in_(ids)).order_by(Enrollment.id)))


def _not_completed() -> DomainError:
    return Conflict(_("This enrollment was not completed."), code="not_completed")


def _raise_refusals(new: Sequence[Draft]) -> None:
    refused = [draft for draft in new if draft.errors]
    if len(new) > 1 and refused:
        _name_people(refused)
    if refused:
        raise Invalid.all(error for draft in refused for error in draft.errors)


def _name_people(refused: Sequence[Draft]) -> None:
    people = queries.people({draft.get("employee_id") for draft in refused})
    for draft in refused:
        person = people.get(draft.get("employee_id"))
        for error in draft.errors:
            error.field = "employee_ids" if error.field == "employee_id" else error.field
            error.args = (f"{person} ({person.number}): {error}" if person else str(error),)


def _link_renewals(new: Sequence[Draft]) -> None:
    pairs = {(draft.get("employee_id"), draft.get("course_id")) for draft in new}
    histories = queries.completions_of_pairs(pairs)
    for draft in new:
        day = draft.get("completed_on") or LAST_DAY
        earlier = [row for row in histories.get((draft.get("employee_id"), draft.get("course_id")), ())
                   if row.completed_on < day]
        if earlier:
            draft.values.setdefault("renews_id", max(earlier, key=lambda row: row.completed_on).id)


def _change(actor: Any, enrollment_id: UUID, **values: Any) -> tuple[Enrollment, dict[str, tuple[Any, Any]]]:
    """Write `values` with everything that follows from them; return the row and what changed of it."""
    draft = Draft.change(enrollment_id, values)
    followers = plan_enrollments(actor, [draft])
    _raise_refusals([draft])
    if draft.changes:
        drafts.write(Enrollment, [draft, *followers])
    return db.session.get_one(Enrollment, enrollment_id, populate_existing=True), draft.changes


def _locked(enrollment_id: UUID) -> Enrollment:
    row = queries.enrollment(enrollment_id, lock=True)
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def _refuse_taken_place(row: Enrollment) -> None:
    others = [one for one in queries.of_pair(row.employee_id, row.course_id) if one.id != row.id]
    if row.status == "active" and any(one.status == "active" for one in others):
        raise Conflict(_("There is an active enrollment in this course already."), code="already_active")
    if row.is_completion and any(one.is_completion and one.completed_on == row.completed_on for one in others):
        raise Conflict(_("There is a result of that day already."), code="completion_exists")
