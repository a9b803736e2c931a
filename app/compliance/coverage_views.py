"""Coverage on screen: what each place needs, has, and is about to lose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import g, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.compliance import arrangements, coverage, policies, queries, schemas
from app.compliance.models import CoverageNeed
from app.compliance.stand_ins import with_stand_ins
from app.platform import clock
from app.platform.fab import OperationView, TenantInterface, VisibleTo

FURTHEST = 3660  # days


class CoverageView(OperationView):
    """How many certificates a department or crew needs."""

    route_base = "/coverage"
    class_permission_name = "coverage"
    datamodel = TenantInterface(CoverageNeed, load=(
        joinedload(CoverageNeed.course), joinedload(CoverageNeed.department), joinedload(CoverageNeed.foreman)))
    base_filters = [["id", VisibleTo, policies.visible_needs]]  # noqa: RUF012
    title_one, title_many, add_label = _l("Coverage need"), _l("Coverage needs"), _l("Add coverage need")
    icon = "shield-check"
    intro = _l("How many people with a valid certificate each department or crew needs at any time.")
    empty_text = _l("Say how many people with a certificate a department or crew needs, for example two first aiders.")
    link_column = "course"
    list_columns = ["course", "department", "foreman", "minimum", "valid_from", "valid_until"]
    show_columns = ["course", "department", "foreman", "minimum", "valid_from", "valid_until"]
    search_columns = ["course", "department", "foreman", "minimum"]
    order_columns = ["minimum", "valid_from"]
    label_columns = {
        "course": _l("Course"), "department": _l("Department"), "foreman": _l("Crew of"),
        "minimum": _l("People needed"), "valid_from": _l("From"), "valid_until": _l("Until"),
    }
    list_template = "compliance/needs.html"
    add_schema = edit_schema = schemas.CoverageSchema
    add_operation = staticmethod(arrangements.add_coverage_need)
    edit_operation = staticmethod(arrangements.change_coverage_need)
    delete_operation = staticmethod(arrangements.archive_coverage_need)
    restore_operation = staticmethod(arrangements.restore_coverage_need)

    @expose("/standing")
    @has_access
    @permission_name("read")
    def standing(self) -> Any:
        """How every need stands on a day: `day` of the address, or today."""
        day = asked_day()
        found = with_stand_ins(g.user, coverage.standings(day, visible=policies.visible_needs(g.user)))
        people = queries.employees({who for one in found for who in one.named})
        return self.render_template("compliance/coverage.html", view=self, title=_("Coverage"), day=day,
                                    standings=found, people=people, today=clock.today())


def asked_day() -> date:
    """The day that the address asks about, today when it names none, within ten years of it."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return min(max(day, today - timedelta(days=FURTHEST)), today + timedelta(days=FURTHEST))
