"""What renewals add to the pages of other contexts: app.wiring.PANELS and COUNTS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import g, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.models import role_names
from app.accounts.permissions import EMPLOYEE
from app.organisation import queries as organisation
from app.renewals import policies, queries, rules

SHOWN_AT_HOME = 5


def waiting_approvals(user: Any) -> int | None:
    """How many requests wait for the user; None for an employee whom none waits for: most never decide."""
    if user.tenant_id is None:
        return None
    count = queries.waiting_count(user)
    return count if count or not role_names(user) <= {EMPLOYEE} else None


def renewal_of(enrollment: Any) -> Iterator[dict[str, Any]]:
    """The page of a certificate: ask for its renewal, or see how far that is."""
    live = queries.live_request(enrollment.id)
    me = organisation.employee_for_user(g.user.id)
    is_own = me is not None and me.id == enrollment.employee_id
    may_ask = (live is None and enrollment.state in rules.RENEWABLE and not enrollment.is_deleted
               and (is_own or policies.arranges(g.user)))
    if live is not None or may_ask:
        yield {"title": _("Renewal"), "html": Markup(render_template(
            "renewals/renewal_of.html", enrollment=enrollment, live=live, may_ask=may_ask))}


def approvals_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever has something to decide."""
    steps = queries.waiting_steps(user, SHOWN_AT_HOME)
    if steps:
        yield {"title": _("Waits for your decision"), "html": Markup(render_template(
            "renewals/approvals_at_home.html", steps=steps))}
