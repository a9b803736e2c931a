"""Reports about the organisation as a whole: compliance, the matrix, renewals, the audit trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.audit.models import AuditEntry
from app.audit.wording import event_words, source_words, subject_words
from app.compliance import queries as compliance
from app.compliance import workbook
from app.compliance.grid import Wanted
from app.courses.models import Course
from app.kpi.rules import percent
from app.organisation import policies as organisation
from app.organisation.models import Department, Employee, JobRole
from app.platform import clock
from app.platform.db import db
from app.renewals import policies as renewals
from app.renewals.models import RenewalRequest
from app.reports.figures import compliance_then
from app.reports.shape import Rows, Tell, Values
from app.reports.training import STREAM, named, narrowed, of_tenant

SECONDS = 24 * 3600
SHOWN_LANES = ("met", "missing", "waived", "not_due")


def compliance_by_department(actor: Any, values: Values) -> Rows:
    """Required pairs on `day`, by the department that people are in that day, in their four lanes; as known now, or
    then, from the daily record."""
    if values["known"] == "then":
        yield from compliance_then(actor, values)
        return
    day = values["day"]
    pair = _pairs(actor, day)
    where = compliance.people(day, only=lambda person: organisation.reach(actor, person)).subquery("place")
    lanes = [sa.func.sum(sa.case((pair.c.lane == lane, 1), else_=0)) for lane in compliance.LANES]
    statement = sa.select(
        Department.code, named(Department), sa.func.count(sa.distinct(pair.c.employee_id)), sa.func.count(),
        *lanes).select_from(pair).join(where, where.c.employee_id == pair.c.employee_id).outerjoin(
        Department, of_tenant(Department, where.c.department_id)).join(
        Course, of_tenant(Course, pair.c.course_id)).where(
        *([Course.category == values["category"]] if values["category"] else [])).group_by(
        Department.id, Department.code, named(Department)).order_by(Department.code.nulls_last(), Department.id)
    for code, name, people, required, *counts in db.session.execute(
            statement, execution_options={"include_deleted": True}):
        by_lane = dict(zip(compliance.LANES, map(int, counts), strict=True))
        due = by_lane["met"] + by_lane["missing"]
        share = percent(by_lane["met"], due) if due else None
        yield code, name or _("No department"), people, required, *(by_lane[lane] for lane in SHOWN_LANES), share


def matrix(actor: Any, values: Values) -> Rows:
    """Every required pair of person and course on `day`, with how it stands; people where they worked that day."""
    pair = _pairs(actor, values["day"])
    place = compliance.people(values["day"], only=lambda person: organisation.reach(actor, person)).subquery("place")
    statement = sa.select(
        Employee.number, named(Employee), named(Department), named(JobRole), Course.code, named(Course), pair.c.state,
        pair.c.expires_on, pair.c.due_on).select_from(pair).join(
        Employee, of_tenant(Employee, pair.c.employee_id)).join(place, place.c.employee_id == pair.c.employee_id).join(
        Course, of_tenant(Course, pair.c.course_id)).outerjoin(
        Department, of_tenant(Department, place.c.department_id)).outerjoin(
        JobRole, of_tenant(JobRole, place.c.job_role_id)).where(
        *narrowed(values, place.c.department_id, values["day"])).order_by(Employee.number, Course.code)
    # Who left, or was put away since, worked here then.
    for *who, expires_on, due_on in db.session.execute(statement, execution_options=STREAM | {"include_deleted": True}):
        yield *who, None if expires_on == date.max else expires_on, due_on


def grid(actor: Any, values: Values, tell: Tell) -> tuple[IO[bytes], int]:
    """The matrix on `day` as people see it: a line per person, a column per course."""
    wanted = Wanted(day=values["day"], department_id=values["department"], grade_id=values["grade"],
                    job_role_id=values["job_role"], category=values["category"] or "", state=values["state"] or "",
                    shows=values["show"], term=values["q"] or "")
    return workbook.draw(actor, wanted, tell)


def _pairs(actor: Any, day: date) -> Any:
    return compliance.pair_states(day, only=lambda person: organisation.reach(actor, person)).subquery("pair")


def renewal_turnaround(actor: Any, values: Values) -> Rows:
    """Requests made from `first` to `last`, with the days until they were closed."""
    first, after = _instants(values)
    statement = sa.select(
        Employee.number, named(Employee), named(Department), Course.code, named(Course), RenewalRequest.created_at,
        RenewalRequest.status, RenewalRequest.closed_at).select_from(RenewalRequest).join(
        Employee, of_tenant(Employee, RenewalRequest.employee_id)).join(
        Course, of_tenant(Course, RenewalRequest.course_id)).outerjoin(
        Department, of_tenant(Department, Employee.department_id)).where(
        renewals.visible(actor), RenewalRequest.created_at >= first, RenewalRequest.created_at < after,
        *narrowed(values)).order_by(RenewalRequest.created_at, RenewalRequest.id)
    for *who, asked_at, status, closed_at in db.session.execute(statement, execution_options=STREAM):
        days = round((closed_at - asked_at).total_seconds() / SECONDS, 1) if closed_at else None
        yield *who, clock.local(asked_at).date(), status, clock.local(closed_at).date() if closed_at else None, days


def audit_extract(_actor: Any, values: Values) -> Rows:
    """The trail from `first` to `last`, in its order."""
    first, after = _instants(values)
    statement = sa.select(
        AuditEntry.sequence, AuditEntry.occurred_at, AuditEntry.actor_name, AuditEntry.event, AuditEntry.subject,
        AuditEntry.subject_id, AuditEntry.source, AuditEntry.address).where(
        AuditEntry.occurred_at >= first, AuditEntry.occurred_at < after).order_by(AuditEntry.sequence)
    for number, at, who, event, subject, key, source, address in db.session.execute(
            statement, execution_options=STREAM):
        yield (number, clock.local(at).replace(tzinfo=None, microsecond=0), who, event_words(event),
               subject_words(subject), key, source_words(source), address)


def _instants(values: Values) -> tuple[datetime, datetime]:
    """From the start of the day `first` to the end of the day `last`, on the tenant's wall clock."""
    zone = clock.local(clock.now()).tzinfo or UTC
    return (datetime.combine(values["first"], time(), zone), datetime.combine(
        values["last"] + timedelta(days=1), time(), zone))
