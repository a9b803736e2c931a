"""What is done to several enrollments at once: each is answered for, and those that can not be stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.enrollments import events
from app.enrollments.models import Enrollment
from app.enrollments.operations import write_followers
from app.enrollments.planning import plan_enrollments
from app.platform import clock, drafts
from app.platform.drafts import Draft
from app.platform.errors import Conflict
from app.platform.unit_of_work import record

_PERSON = ("employee_id", "course_id")


def withdraw_enrollments(actor: Any, enrollment_ids: Sequence[UUID], *, reason: str) -> list[Draft]:
    """Take people off their courses as of today.

    Returns a draft for each id; those that are over already carry the refusal `not_active`, unknown ones
    `not_found`.
    """
    wanted = {"status": "withdrawn", "withdrawn_on": clock.today(), "reason": reason}
    rows = [Draft.change(row_id, dict(wanted)) for row_id in dict.fromkeys(enrollment_ids)]
    drafts.load_current(Enrollment, rows, "status")
    for row in rows:
        if row.current and row.current["status"] != "active":
            row.refuse(Conflict(_("This enrollment is over already."), code="not_active"))
    going = [row for row in rows if not row.errors]
    followers = plan_enrollments(actor, going)
    drafts.write(Enrollment, [*going, *followers])
    for row in going:
        if not row.errors:
            record(events.EnrollmentWithdrawn(actor_id=actor.id, subject_id=row.id, changes=row.changes))
    return rows


def archive_enrollments(actor: Any, enrollment_ids: Sequence[UUID]) -> list[Draft]:
    """Put away enrollments that should never have been recorded; each can be restored.

    Returns a draft for each id; unknown ones, and those put away already, carry the refusal `not_found`.
    """
    at = clock.now()
    rows = [Draft.change(row_id, {"deleted_at": at}) for row_id in dict.fromkeys(enrollment_ids)]
    drafts.load_current(Enrollment, rows, *_PERSON)
    drafts.write(Enrollment, rows, at)
    going = [row for row in rows if not row.errors]
    write_followers({(row.current["employee_id"], row.current["course_id"]) for row in going})
    for row in going:
        record(events.EnrollmentArchived(actor_id=actor.id, subject_id=row.id))
    return rows
