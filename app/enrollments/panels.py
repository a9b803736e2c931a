"""What enrollments add to the pages of other contexts: app.wiring.PANELS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import g, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.enrollments import policies, queries, reasons, records, wording
from app.platform.fab.bulk import BulkAction
from app.platform.fab.panels import Panel

ENROL_SELECTED = BulkAction(
    "enrol", _l("Enrol in a course"), "enrollments", "add",
    url=lambda ids: url_for("EnrollmentView.enrol", employee_ids=[str(one) for one in ids]))
"""For the list of people: those who are selected stand in the enrol form."""


def training_of(employee: Any) -> Iterator[dict[str, Any]]:
    """Somebody's page: the courses with today's state."""
    yield {"title": _("Training"), "html": Markup(render_template(
        "enrollments/training.html", employee=employee, record=records.training_record(employee.id),
        may_enrol=_may_enrol()))}


def people_of(course: Any) -> Iterator[dict[str, Any]]:
    """A course's page: how long it lasts, in words, and how its people stand, as far as the reader sees them."""
    yield {"title": _("People"), "html": Markup(render_template(
        "enrollments/people.html", course=course, counts=queries.people_by_state(course.id, policies.visible(g.user)),
        policy=wording.sentence(reasons.policy_in_words(course.policy)), may_enrol=_may_enrol()))}


def people_in(column: str) -> Panel:
    """The page of a department, grade or job role: the way to its people, by this column of theirs."""
    def _panel(place: Any) -> Iterator[dict[str, Any]]:
        if allows(role_names(g.user), "read", "users"):
            yield {"title": _("People"), "html": Markup(render_template(
                "enrollments/people_in.html", place=place, column=column))}
    return _panel


def _may_enrol() -> bool:
    return allows(role_names(g.user), "add", "enrollments")
