"""What runs out next, for the front page: certificates that nothing newer has taken the place of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import role_names
from app.accounts.permissions import EMPLOYEE
from app.enrollments import policies, records
from app.enrollments.facts import State
from app.enrollments.models import Enrollment
from app.enrollments.states import COMPLETED, WINDOW_END
from app.organisation import queries as organisation
from app.organisation.models import Employee
from app.platform import clock
from app.platform.db import db

LOOK_BACK = timedelta(days=60)  # what ran out before is in the list, not on the front page
SHOWN = 12
URGENT = (State.EXPIRED, State.GRACE, State.EXPIRING_SOON)


def running_out(visible: Any, limit: int = SHOWN) -> list[Enrollment]:
    """Certificates of active people that run out within the tenant's window or lately did, soonest first.

    `visible` is the condition of whose. One that a later certificate of the same person and course
    outlasts is left out.
    """
    newer = aliased(Enrollment)
    outlasted = sa.exists().where(
        newer.employee_id == Enrollment.employee_id, newer.course_id == Enrollment.course_id,
        newer.status.in_(COMPLETED), newer.deleted_at.is_(None), newer.revoked_on.is_(None),
        sa.or_(newer.expires_on.is_(None), newer.expires_on > Enrollment.expires_on))
    statement = (
        sa.select(Enrollment).join(Employee, Employee.id == Enrollment.employee_id)
        .where(Enrollment.expires_on >= clock.today() - LOOK_BACK, Enrollment.expires_on <= WINDOW_END,
               Enrollment.status.in_(COMPLETED), Enrollment.revoked_on.is_(None), Employee.is_active,
               Employee.deleted_at.is_(None), visible, ~outlasted)
        .options(joinedload(Enrollment.employee).joinedload(Employee.department), joinedload(Enrollment.course))
        .order_by(Enrollment.expires_on, Enrollment.id).limit(limit))
    return list(db.session.scalars(statement))


def people_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever looks after others: whose certificate runs out next."""
    if role_names(user) <= {EMPLOYEE}:
        return
    rows = running_out(policies.visible(user), SHOWN + 1)
    yield {"title": _("Runs out next"), "html": Markup(render_template(
        "enrollments/running_out.html", rows=rows[:SHOWN], has_more=len(rows) > SHOWN))}


def own_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """Everybody's front page: the own certificates that need something."""
    employee = organisation.employee_for_user(user.id)
    record = records.training_record(employee.id) if employee else []
    urgent = [one for one in record if one.state in URGENT or one.running]
    yield {"title": _("My training"), "html": Markup(render_template(
        "enrollments/own_at_home.html", record=urgent, has_any=bool(record)))}
