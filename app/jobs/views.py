"""The job page."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.jobs import operations, overview, queries
from app.jobs.wording import SOURCES, title_of
from app.platform.errors import DomainError, NotFound
from app.platform.fab.filters import to_uuid
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import unit_of_work


class JobsView(BaseView):
    """What runs by itself: when it ran, when it comes next, how it went, and what failed."""

    route_base = "/jobs"
    class_permission_name = "jobs"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """Every job of the organisation; for the platform's operator those of the platform."""
        failures = queries.open_failures() if current_tenant_id() is not None else []
        return self._page("jobs/index.html", title=_("Jobs"), lines=overview.job_lines(), failures=failures,
                          processes=overview.processes())

    @expose("/<name>")
    @has_access
    @permission_name("read")
    def show(self, name: str) -> Any:
        """One job and its last runs."""
        line = overview.job_line(name)
        if line is None:
            abort(404)
        runs = queries.runs_of(name) if current_tenant_id() is not None else []
        return self._page("jobs/job.html", title=line.title, line=line, runs=runs)

    @expose("/<name>/run", methods=["POST"])
    @has_access
    @permission_name("run")
    def run(self, name: str) -> Any:
        """Have a scheduled job run now."""
        if self._perform(operations.run_now, name):
            flash(_("%(name)s was started.", name=title_of(name)), "success")
        return redirect(url_for("JobsView.index"))

    @expose("/runs/<pk>/again", methods=["POST"])
    @has_access
    @permission_name("run")
    def again(self, pk: str) -> Any:
        """Have what failed tried again."""
        if self._perform(operations.run_again, to_uuid(pk) or abort(404)):
            flash(_("It will be tried again."), "success")
        return redirect(url_for("JobsView.index"))

    def _page(self, template: str, **values: Any) -> Any:
        return self.render_template(template, may_run=allows(role_names(g.user), "run", "jobs"), sources=SOURCES,
                                    title_of=title_of, **values)

    @staticmethod
    def _perform(operation: Any, key: Any) -> bool:
        try:
            with unit_of_work():
                operation(g.user, key)
        except NotFound:
            abort(404)
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return False
        return True
