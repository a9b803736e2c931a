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
SHOWN = 8
URGENT = (State.EXPIRED, State.GRACE, State.EXPIRING_SOON)


def running_out(visible: Any) -> list[Enrollment]:
    """Certificates of active people that run out within the tenant's window, soonest first, up to `SHOWN`.

    `visible` is the condition of whose. One that a later certificate of the same person and course
    outlasts is left out.
    """
    due = sa.and_(Enrollment.expires_on >= clock.today(), Enrollment.expires_on <= WINDOW_END)
    return _last_certificates(sa.and_(due, visible), Enrollment.expires_on.asc())


def ran_out(visible: Any) -> list[Enrollment]:
    """The same for certificates that ran out within `LOOK_BACK`, the latest first."""
    over = sa.and_(Enrollment.expires_on >= clock.today() - LOOK_BACK, Enrollment.expires_on < clock.today())
    return _last_certificates(sa.and_(over, visible), Enrollment.expires_on.desc())


def _last_certificates(condition: Any, order: Any) -> list[Enrollment]:
    newer = aliased(Enrollment)
    outlasted = sa.exists().where(
        newer.employee_id == Enrollment.employee_id, newer.course_id == Enrollment.course_id,
        newer.status.in_(COMPLETED), newer.deleted_at.is_(None), newer.revoked_on.is_(None),
        sa.or_(newer.expires_on.is_(None), newer.expires_on > Enrollment.expires_on))
    statement = (
        sa.select(Enrollment).join(Employee, Employee.id == Enrollment.employee_id)
        .where(condition, Enrollment.status.in_(COMPLETED), Enrollment.revoked_on.is_(None), Employee.is_active,
               Employee.deleted_at.is_(None), ~outlasted)
        .options(joinedload(Enrollment.employee).joinedload(Employee.department), joinedload(Enrollment.course))
        .order_by(order, Enrollment.id).limit(SHOWN))
    return list(db.session.scalars(statement))


def people_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever looks after others: whose certificate runs out next, and whose just did."""
    if role_names(user) <= {EMPLOYEE}:
        return
    visible = policies.visible(user)
    yield _panel(_("Runs out next"), running_out(visible), State.EXPIRING_SOON, "expires_on",
                 _("No certificate runs out within the next weeks."))
    yield _panel(_("Ran out lately"), ran_out(visible), State.EXPIRED, "-expires_on",
                 _("No certificate ran out in the last weeks without a newer one."))


def _panel(title: str, rows: list[Enrollment], state: State, order: str, empty: str) -> dict[str, Any]:
    return {"title": title, "html": Markup(render_template(
        "enrollments/running_out.html", title=title, rows=rows, state=state, order=order, empty=empty))}


def own_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """Everybody's front page: the own certificates that need something."""
    employee = organisation.employee_for_user(user.id)
    record = records.training_record(employee.id) if employee else []
    urgent = [one for one in record if one.state in URGENT or one.running]
    yield {"title": _("What runs out of mine"), "html": Markup(render_template(
        "enrollments/own_at_home.html", record=urgent, has_any=bool(record)))}
