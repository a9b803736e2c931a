"""The dashboards, and the rows behind their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, g, request
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.courses.models import Course
from app.courses.wording import CATEGORIES
from app.kpi import board, downloads, history, panels, queries, rows, team, wording
from app.kpi.asking import Asked, asked
from app.kpi.metrics import METRICS, Metric
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform import clock
from app.platform.errors import Conflict, Invalid
from app.platform.fab import listing

MODELS = {"department": Department, "team": Employee, "employee": Employee, "course": Course, "job_role": JobRole,
          "grade": Grade}


class KpiDashboardView(BaseView):
    """How training stands, as far as the viewer's people reach."""

    route_base = "/kpi-dashboard"
    class_permission_name = "kpi-dashboard"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """Tiles and charts, narrowed and dated as the address says."""
        wanted = asked(request.args)
        found, refusal = _known(board.board, g.user, wanted)
        return self.render_template(
            "kpi/dashboard.html", title=_("Training figures"), asked=wanted, board=found, metrics=METRICS,
            wording=wording, categories=CATEGORIES, chosen=_chosen(wanted), refusal=refusal,
            offered=found.offered if found else board.offered(),
            today=clock.today(), not_told_apart=history.NOT_TOLD_APART)


class TeamView(BaseView):
    """A foreman's or manager's people, one by one."""

    route_base = "/team"
    class_permission_name = "team"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """The team's figures and, for each person, what is missing and what runs out."""
        found = team.team(g.user)
        return self.render_template("kpi/team.html", title=_("Team"), team=found, asked=asked({}), metrics=METRICS,
                                    wording=wording, may_see_people=allows(role_names(g.user), "read", "users"))


class KpiRowsView(BaseView):
    """What is behind a number, row by row."""

    route_base = "/kpi"
    class_permission_name = "kpi"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """What each number means."""
        return self.render_template("kpi/definitions.html", title=_("What the figures mean"), metrics=METRICS,
                                    units=wording.UNITS)

    @expose("/at-home")
    @has_access
    @permission_name("read")
    def at_home(self) -> Any:
        """The figures of the front page alone, for a page that did not wait for them."""
        return panels.figures_of(g.user)

    @expose("/<name>")
    @has_access
    @permission_name("read")
    def show(self, name: str) -> Any:
        """The rows that a metric counts, or those it is out of."""
        metric, wanted = _metric(name), asked(request.args)
        part = _part(metric)
        if wanted.is_then:
            return self._then(metric, wanted)
        counts = rows.count(g.user, wanted, metric)
        many = queries.number_behind(metric, part, counts)
        pages = max(1, -(-many // rows.PAGE_SIZE))
        number = min(listing.read_page(), pages)
        return self.render_template(
            "kpi/rows.html", title=str(metric.label), metric=metric, asked=wanted, part=part,
            figure=metric.figure(counts), counts=counts, columns=rows.columns(metric), total=many, number=number,
            leads_to=rows.leads_to(metric, wanted.day),
            pages=pages, wording=wording, chosen=_chosen(wanted),
            rows=rows.page(g.user, wanted, metric, part, number) if many else [],
            parts=_parts(metric, part, wanted), number_behind=queries.number_behind,
            may_export=allows(role_names(g.user), "export", "kpi"), back=_back())

    def _then(self, metric: Metric, wanted: Asked) -> Any:
        then, refusal = _known(history.known_then, g.user, wanted.filters, wanted.day)
        people = rows.people_then(g.user, wanted, metric, then) if then else []
        return self.render_template(
            "kpi/people_then.html", title=str(metric.label), metric=metric, asked=wanted, people=people,
            figure=metric.figure(then.counts if then else {}), taken_on=then.taken_on if then else None,
            wording=wording, chosen=_chosen(wanted), back=_back(), refusal=refusal, columns=rows.columns_then(metric),
            may_export=allows(role_names(g.user), "export", "kpi"))

    @expose("/<name>/export.<any(xlsx, csv):format>")
    @has_access
    @permission_name("export")
    def export(self, name: str, format: str) -> Response:
        """All those rows as a file."""
        return downloads.rows_as_file(g.user, _metric(name), asked(request.args), _part(_metric(name)), format)


def _back() -> str:
    """Where the figures are that a page of rows was opened from: the dashboard, for those who have one."""
    return "/kpi-dashboard" if allows(role_names(g.user), "read", "kpi-dashboard") else "/"


def _known(read: Callable[..., Any], *what: Any) -> tuple[Any, str]:
    """What is there to say, or why it can not be said; nothing more where there is no record yet."""
    try:
        return read(*what), ""
    except Conflict:
        return None, ""
    except Invalid as refusal:
        return None, str(refusal)


def _metric(name: str) -> Metric:
    return METRICS.get(name) or abort(404)


def _part(metric: Metric) -> str:
    return queries.part_named(metric, request.args.get("part", ""))


def _parts(metric: Metric, chosen: str, wanted: Asked) -> list[tuple[str, Any]]:
    narrower = [] if chosen in queries.PARTS else [(chosen, wording.narrower(chosen, wanted.day))]
    if metric.is_average or metric.hits == metric.among:
        return [("among" if metric.is_average else "hits", metric.of), *narrower]
    return [("hits", metric.counts), ("among", metric.of), ("rest", wording.PARTS["rest"]), *narrower]


def _chosen(wanted: Asked) -> dict[str, str]:
    """The filters in force, in words."""
    found = {}
    for name, value in wanted.filters.given.items():
        if name == "category":
            found[name] = str(CATEGORIES.get(value, value))
        elif name in MODELS:
            row = queries.named(MODELS[name], [getattr(wanted.filters, name)])
            found[name] = next((str(one) for one in row.values()), _("unknown"))
    return found
