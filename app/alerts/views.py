"""What was told about expiries, to look up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from app.alerts import policies, queries
from app.alerts.models import FOREMAN, MANAGER, OFFICERS, PERSON, ExpiryAlert
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.wording import search_key

LEVEL_WORDS = {PERSON: _l("The person"), FOREMAN: _l("The foreman"), MANAGER: _l("The manager"),
               OFFICERS: _l("The training officers")}


def matches(term: str) -> Any:
    """The condition that every word of `term` begins a word of the person's or the course's names."""
    return sa.and_(*(sa.or_(_has(ExpiryAlert.employee_id, Employee, word), _has(ExpiryAlert.course_id, Course, word))
                     for word in search_key(term).split(" ") if word))


def _has(column: Any, model: Any, word: str) -> Any:
    return column.in_(sa.select(model.id).where(model.search_key.contains(f" {word}", autoescape=True)))


class AlertView(OperationView):
    """Who was told of which expiry, and when."""

    route_base = "/alerts"
    class_permission_name = "alerts"
    datamodel = TenantInterface(ExpiryAlert, search=matches, load=(
        joinedload(ExpiryAlert.employee), joinedload(ExpiryAlert.course), joinedload(ExpiryAlert.told)))
    base_filters = [["id", VisibleTo, policies.visible]]
    title_one, title_many = _l("Warning"), _l("Warnings")
    icon = "clock-alert"
    intro = _l("Who was told that a certificate runs out, and when. Each warning is sent once.")
    empty_text = _l("Warnings are sent every morning. What was sent appears here.")
    link_column = "employee"
    list_columns = ["told_on", "employee", "course", "expires_on", "level", "told_to", "threshold"]
    show_columns = ["told_on", "employee", "course", "expires_on", "level", "told_to", "threshold"]
    search_columns = ["employee", "course", "told", "level", "told_on", "expires_on"]
    order_columns = ["told_on", "expires_on"]
    default_order = ("told_on", "desc")
    choices = {"level": LEVEL_WORDS}
    label_columns = {
        "told_on": _l("Told on"), "employee": _l("Employee"), "course": _l("Course"), "expires_on": _l("Expires"),
        "level": _l("Told"), "told": _l("Who was told"), "told_to": _l("Who was told"), "threshold": _l("Days before"),
    }


def warnings_of(enrollment: Any) -> Iterator[dict[str, Any]]:
    """An enrollment's page: what was told about it."""
    found = queries.alerts_of(enrollment.id)
    if found:
        yield {"title": _("Warnings"), "html": Markup(render_template(
            "alerts/warnings.html", alerts=found, words=LEVEL_WORDS))}
