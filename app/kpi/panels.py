"""What the numbers add to the front page: app.wiring.PANELS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.kpi import metrics, queries, wording
from app.kpi.asking import asked
from app.kpi.metrics import METRICS
from app.organisation import policies as organisation

OWN: tuple[str, ...] = ("compliance", "overdue", "expiring_30", "expiring_90")
LEADING: tuple[str, ...] = ("compliance", "overdue", "expiring_30", "approvals_waiting")
TENANT: tuple[str, ...] = ("compliance", "overdue", "expired_ratio", "expiring_30", "training_completion",
                           "approvals_waiting")


MANY = 5000  # people whose figures take so long that the page does not wait for them


def at_home(user: Any) -> Iterator[dict[str, Any]]:
    """Everybody's front page: the figures of whoever they see, the own for an employee. Those of a large organisation
    come after the page."""
    if organisation.arranges_for_others(user):
        title = _("How training stands")
    else:
        title = _("How the team stands") if _may_compare(user) else _("What I must have")
    is_large = _may_compare(user) and queries.has_more_people(user, MANY)
    yield {"title": title, "html": Markup(render_template("kpi/coming.html")) if is_large else figures_of(user)}


def figures_of(user: Any) -> Markup:
    """The figures for the front page, computed now."""
    wanted = asked({})
    shown = TENANT if organisation.arranges_for_others(user) else LEADING if _may_compare(user) else OWN
    figures = metrics.figures(queries.counts(user, wanted.filters, wanted.day))
    return Markup(render_template(
        "kpi/at_home.html", figures=figures, shown=shown, metrics=METRICS, asked=wanted, wording=wording,
        may_compare=_may_compare(user), has_team=allows(role_names(user), "read", "team")))


def _may_compare(user: Any) -> bool:
    return allows(role_names(user), "read", "kpi-dashboard")
