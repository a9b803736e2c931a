"""What coverage has to say on the pages of others: app.wiring.PANELS."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import g, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.compliance import coverage, policies, queries
from app.compliance.stand_ins import with_stand_ins
from app.enrollments.facts import VALID_STATES
from app.platform import clock

AHEAD = timedelta(days=60)  # time enough to find somebody a place on a course
SHOWN = 8


def broken_by_expiry(step: Any) -> Iterator[dict[str, Any]]:
    """The needs that have too few people once the certificate of a step's request has run out."""
    asked = step.request
    yield from _breaks(asked.employee_id, asked.course_id, _("Without a renewal"))


def broken_with(enrollment: Any) -> Iterator[dict[str, Any]]:
    """The page of a certificate, for whoever looks after coverage: what its expiry would break."""
    if enrollment.state in VALID_STATES and _may_see(g.user):
        yield from _breaks(enrollment.employee_id, enrollment.course_id, _("Coverage without a renewal"),
                           policies.visible_needs(g.user))


def _breaks(employee_id: Any, course_id: Any, title: str, visible: Any = None) -> Iterator[dict[str, Any]]:
    pair = (employee_id, course_id)
    found = coverage.breaks_of([pair], visible=visible).get(pair, [])
    if found:
        yield {"title": title, "html": Markup(render_template("compliance/breaks.html", breaks=found))}


def at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever looks after coverage: where too few are left, or soon will be. Nothing to warn
    of: no panel."""
    found = coverage.at_risk(clock.today() + AHEAD, visible=policies.visible_needs(user)) if _may_see(user) else []
    if found:
        shown = with_stand_ins(user, found[:SHOWN])
        people = queries.employees({who for one in shown for who in one.named})
        yield {"title": _("Coverage at risk"), "html": Markup(render_template(
            "compliance/coverage_at_home.html", standings=shown, more=len(found) - len(shown),
            people=people))}


def _may_see(user: Any) -> bool:
    return allows(role_names(user), "read", "coverage")
