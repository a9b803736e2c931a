"""The certificates that nothing covers, as conditions on Core tables. Each names the tenant itself.

Read them as one sentence: the last certificate of somebody who works here, of a course that is still given, with
no newer or equivalent one, no booking and no waiver. An approved renewal is a booking: approving makes one. A
booking covers only as long as the certificate does: once that has run out, nobody may take the booked for the
trained. A renewal that is being decided covers nothing yet, but somebody acted: it stops the escalation
(`nobody_acted`). One that was returned waits for its requester, whom nobody else would press.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.compliance.models import Equivalence, Waiver
from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform.expressions import day_after
from app.renewals.models import RenewalRequest, RequestStatus

N: Any = Enrollment.__table__.alias("n")  # the certificate that runs out
E: Any = Employee.__table__.alias("e")  # whose it is
C: Any = Course.__table__.alias("c")  # what it is of

# what is looked for beside them; made once, for making one takes as long as a small query
NEWER: Any = Enrollment.__table__.alias("newer")
EQUAL: Any = Enrollment.__table__.alias("equal")
BOOKING: Any = Enrollment.__table__.alias("booking")
OTHER_BOOKING: Any = Enrollment.__table__.alias("other_booking")
SAYS: Any = Equivalence.__table__.alias("says")
WAIVER: Any = Waiver.__table__.alias("waiver")
REQUEST: Any = RenewalRequest.__table__.alias("request")

ACTIVE = sa.literal("active", literal_execute=True)  # spelled out, so that the partial index is found
COMPLETED = ("completed", "expired")


def certificates(tenant_id: UUID) -> Any:
    """Certificates with the person and the course, to select from."""
    person = sa.and_(E.c.tenant_id == tenant_id, E.c.id == N.c.employee_id)
    return N.join(E, person).join(C, sa.and_(C.c.tenant_id == tenant_id, C.c.id == N.c.course_id))


def uncovered(tenant_id: UUID, today: date) -> Any:
    """The condition on `certificates` that somebody has to do something about one. `today` is the tenant's."""
    return sa.and_(unmatched(tenant_id, today), ~_booked(tenant_id, today), ~_booked_elsewhere(tenant_id, today))


def booked(tenant_id: UUID, today: date) -> Any:
    """The condition on `certificates` that a booking covers one as long as it is valid itself."""
    return sa.or_(_booked(tenant_id, today), _booked_elsewhere(tenant_id, today))


def unmatched(tenant_id: UUID, today: date) -> Any:
    """`uncovered`, whether or not there is a booking."""
    return sa.and_(
        N.c.tenant_id == tenant_id, _counts(N, today), N.c.completed_on <= today,
        E.c.is_active, E.c.deleted_at.is_(None), sa.or_(E.c.left_on.is_(None), E.c.left_on > today),
        C.c.is_active, C.c.deleted_at.is_(None),
        ~_outlasted(tenant_id, today), ~_equalled(tenant_id, today), ~_waived(tenant_id, today))


def nobody_acted(tenant_id: UUID) -> Any:
    """The condition on `certificates` that no renewal of one waits for a decision."""
    return ~sa.exists().where(REQUEST.c.tenant_id == tenant_id, REQUEST.c.enrollment_id == N.c.id,
                              REQUEST.c.status == RequestStatus.PENDING.value)


def _counts(row: Any, today: date) -> Any:
    return sa.and_(row.c.status.in_(COMPLETED), row.c.deleted_at.is_(None),
                   sa.or_(row.c.revoked_on.is_(None), row.c.revoked_on > today))


def _outlasts(newer: Any, tenant_id: UUID, today: date) -> Any:
    is_longer = sa.or_(newer.c.expires_on.is_(None), newer.c.expires_on > N.c.expires_on,
                       sa.and_(newer.c.expires_on == N.c.expires_on, newer.c.id > N.c.id))
    return sa.and_(newer.c.tenant_id == tenant_id, newer.c.employee_id == N.c.employee_id,
                   _counts(newer, today), is_longer)


def _outlasted(tenant_id: UUID, today: date) -> Any:
    return sa.exists().where(_outlasts(NEWER, tenant_id, today), NEWER.c.course_id == N.c.course_id)


def _equalled(tenant_id: UUID, today: date) -> Any:
    return _equivalence(tenant_id, today, EQUAL.c.course_id, _outlasts(EQUAL, tenant_id, today))


def _equivalence(tenant_id: UUID, today: date, other_course: Any, condition: Any) -> Any:
    """That a course of `other_course` counts today as the certificate's own, and `condition`.

    Equivalences are asked first and alone, for most tenants have none or few.
    """
    counts = sa.or_(sa.and_(SAYS.c.course_id == N.c.course_id, SAYS.c.counted_id == other_course),
                    sa.and_(SAYS.c.both_ways, SAYS.c.counted_id == N.c.course_id, SAYS.c.course_id == other_course))
    return sa.exists().where(
        SAYS.c.tenant_id == tenant_id, SAYS.c.deleted_at.is_(None), SAYS.c.valid_from <= today,
        sa.or_(SAYS.c.valid_until.is_(None), SAYS.c.valid_until >= today),
        sa.exists().where(counts, condition).correlate(SAYS, N))


def _is_booking(booking: Any, tenant_id: UUID, today: date) -> Any:
    return sa.and_(N.c.expires_on >= today, booking.c.tenant_id == tenant_id, booking.c.employee_id == N.c.employee_id,
                   booking.c.status == ACTIVE, booking.c.deleted_at.is_(None))


def _booked(tenant_id: UUID, today: date) -> Any:
    return sa.exists().where(_is_booking(BOOKING, tenant_id, today), BOOKING.c.course_id == N.c.course_id)


def _booked_elsewhere(tenant_id: UUID, today: date) -> Any:
    return _equivalence(tenant_id, today, OTHER_BOOKING.c.course_id, _is_booking(OTHER_BOOKING, tenant_id, today))


def _waived(tenant_id: UUID, today: date) -> Any:
    """A waiver of the first day without the certificate: today, or the day after the expiry that is to come."""
    day = sa.case((N.c.expires_on < today, today), else_=day_after(N.c.expires_on))
    return sa.exists().where(
        WAIVER.c.tenant_id == tenant_id, WAIVER.c.employee_id == N.c.employee_id,
        WAIVER.c.course_id == N.c.course_id, WAIVER.c.deleted_at.is_(None), WAIVER.c.starts_on <= day,
        sa.or_(WAIVER.c.ends_on.is_(None), WAIVER.c.ends_on >= day),
        sa.or_(WAIVER.c.ended_on.is_(None), WAIVER.c.ended_on > day))
