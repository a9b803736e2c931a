"""What renewals add to the pages of other contexts: app.wiring.PANELS and WAITING."""

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
from app.renewals.my_views import renewable

SHOWN_AT_HOME = 5


def seldom_decides(user: Any) -> bool:
    """Whether the entry of the inbox is of use only while something waits: employees seldom decide."""
    return role_names(user) <= {EMPLOYEE}


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


def renewable_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever has a certificate to renew: one click asks."""
    me = organisation.employee_for_user(user.id)
    found = renewable(me.id) if me is not None else []
    if found:
        yield {"title": _("Can be renewed now"), "html": Markup(render_template(
            "renewals/renewable_at_home.html", records=found))}


def approvals_at_home(user: Any) -> Iterator[dict[str, Any]]:
    """The front page of whoever has something to decide."""
    steps = queries.waiting_steps(user, SHOWN_AT_HOME)
    if steps:
        yield {"title": _("Waits for your decision"), "html": Markup(render_template(
            "renewals/approvals_at_home.html", steps=steps))}
