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


def at_home(user: Any) -> Iterator[dict[str, Any]]:
    """Everybody's front page: the figures of whoever they see, the own for an employee."""
    wanted, may_compare = asked({}), allows(role_names(user), "read", "kpi-dashboard")
    if organisation.arranges_for_others(user):
        title, shown = _("How training stands"), TENANT
    else:
        title, shown = (_("How the team stands"), LEADING) if may_compare else (_("What I must have"), OWN)
    figures = metrics.figures(queries.counts(user, wanted.filters, wanted.day))
    yield {"title": title, "html": Markup(render_template(
        "kpi/at_home.html", figures=figures, shown=shown, metrics=METRICS, asked=wanted, wording=wording,
        may_compare=may_compare, has_team=allows(role_names(user), "read", "team")))}
