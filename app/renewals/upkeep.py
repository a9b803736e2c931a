"""What keeps requests in line with people, certificates and the calendar: reactions, in the same transaction."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.enrollments.models import Enrollment
from app.platform import clock
from app.platform.db import db
from app.platform.fence import kept
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import record
from app.renewals import deadlines, deciding, events, routing, timeline
from app.renewals.models import LIVE, RenewalRequest, RequestStatus

LINES = frozenset({"foreman_id", "manager_id", "is_active"})
LOGIN = frozenset({"active", "roles"})
CALENDAR = frozenset({"working_days", "work_starts", "work_ends", "time_zone", "approval_reminder_hours",
                      "approval_sla_hours"})


def follow_people(event: Any) -> None:
    """Somebody left, came back, moved, is away, lost or got a login or role: open steps are routed anew."""
    if current_tenant_id() is None:
        return  # a platform operator's login, who decides nothing anywhere
    changes = getattr(event, "changes", None)
    if changes is None or changes.keys() & (LINES | LOGIN) or event.subject == "delegation":
        routing.route_anew(event.actor_id)


def follow_import(event: Any) -> None:
    """A spreadsheet changed many people or certificates at once, or was taken back."""
    routing.route_anew(event.actor_id)
    close_overtaken(event.actor_id)


def follow_enrollments(event: Any) -> None:
    """A certificate came, went or was revoked: a request of its person for its course that has nothing to renew any
    more is closed."""
    routing.take_turn()
    beside = list(db.session.scalars(_live_beside(), {"enrollment_id": event.subject_id}))
    if beside:
        _close(event.actor_id, _overtaken(RenewalRequest.id.in_(beside)))


def follow_calendar(event: Any) -> None:
    """The working week, the holidays or the limits changed: reminders and escalations move along."""
    changes = getattr(event, "changes", None)
    if event.subject == "holiday" or (changes and changes.keys() & CALENDAR):
        deadlines.reckon_anew()


def close_overtaken(actor_id: int | None = None) -> int:
    """Close live requests whose enrollment was deleted or revoked, or has a newer certificate beside it;
    returns how many. The timeline says why."""
    routing.take_turn()
    if not db.session.scalar(sa.select(sa.exists().where(RenewalRequest.status.in_(LIVE)))):
        return 0
    return _close(actor_id, _overtaken(RenewalRequest.status.in_(LIVE)))


def _close(actor_id: int | None, found: dict[str, list[UUID]]) -> int:
    for outcome, ids in found.items():
        deciding.end_requests(ids, RequestStatus.CLOSED, outcome)
        timeline.write([timeline.line(request_id, None, "closed", actor_id=actor_id, note=outcome)
                        for request_id in ids])
        record(events.RenewalClosed(actor_id=actor_id, subject_id=ids[0] if len(ids) == 1 else None,
                                    request_ids=ids, outcome=outcome))
    return sum(map(len, found.values()))


@lru_cache(maxsize=1)
def _live_beside() -> Any:
    """The live requests of the person and course of `enrollment_id`."""
    touched = aliased(Enrollment)  # an alias is seen when it was put away as well
    return kept(sa.select(RenewalRequest.id).join(touched, sa.and_(
        touched.employee_id == RenewalRequest.employee_id, touched.course_id == RenewalRequest.course_id))
        .where(touched.id == sa.bindparam("enrollment_id"), RenewalRequest.status.in_(LIVE)))


def _overtaken(which: Any) -> dict[str, list[UUID]]:
    outcome = sa.case(
        (Enrollment.deleted_at.isnot(None), "enrollment_deleted"),
        (Enrollment.revoked_on <= clock.today(), "revoked"),
        (_has_newer(), "newer_certificate"))
    rows = db.session.execute(
        sa.select(RenewalRequest.id, outcome).join(Enrollment, Enrollment.id == RenewalRequest.enrollment_id)
        .where(which, outcome.isnot(None)).order_by(RenewalRequest.id),
        execution_options={"include_deleted": True})
    found: dict[str, list[UUID]] = {}
    for request_id, why in rows:
        found.setdefault(why, []).append(request_id)
    return found


def _has_newer() -> Any:
    newer = aliased(Enrollment)
    return sa.exists().where(
        newer.employee_id == Enrollment.employee_id, newer.course_id == Enrollment.course_id,
        newer.status.in_(("completed", "expired")), newer.completed_on > Enrollment.completed_on,
        newer.revoked_on.is_(None), newer.deleted_at.is_(None))
