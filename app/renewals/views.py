"""Every renewal within sight: the list of officers, administrators and leaders, and the page of one request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, g, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.platform.fab import OperationView, VisibleTo
from app.platform.fab.fields import Reference
from app.platform.fab.forms import form_for
from app.platform.look.actions import RowAction
from app.platform.look.cells import state_badge
from app.renewals import operations, policies, queries, wording
from app.renewals.listing import RenewalInterface
from app.renewals.my_views import told


class ReassignSchema(Schema):
    """Who decides instead, and why."""

    employee_id = Reference("delegates", required=True, metadata={"label": _l("Who decides instead")})
    comment = fields.String(load_default="", validate=validate.Length(0, 1000), metadata={
        "label": _l("Comment"), "help": _l("Stands in the timeline.")})


class RenewalView(OperationView):
    """Who asked for what, whom it waits for, and what became of it."""

    route_base = "/all-renewals"
    class_permission_name = "all-renewals"
    datamodel = RenewalInterface()
    base_filters = [["id", VisibleTo, policies.visible]]
    title_one, title_many = _l("Renewal"), _l("All renewals")
    icon = "refresh-cw"
    intro = _l("Every request for renewal, and whom it waits for.")
    empty_text = _l("People ask for the renewal of what runs out under My renewals.")
    link_column = "employee"
    list_columns = ["employee.number", "employee", "course", "status", "waits_for", "enrollment.expires_on",
                    "created_at", "closed_at"]
    show_columns = ["status", "employee", "employee.department", "course", "enrollment.expires_on", "created_at",
                    "asked_by", "reason", "question", "waits_for", "closed_at", "outcome"]
    search_columns = ["employee", "course", "department", "waits_for", "status", "created_at", "closed_at"]
    order_columns = ["created_at", "closed_at"]
    default_order = ("created_at", "desc")
    choices = {"status": wording.REQUEST_STATUSES, "outcome": wording.OUTCOMES}
    formatters_columns = {"status": state_badge}
    label_columns = {
        "employee.number": _l("Number"), "employee": _l("Employee"), "employee.department": _l("Department"),
        "department": _l("Department"), "course": _l("Course"), "status": _l("Status"), "waits_for": _l("Waits for"),
        "enrollment.expires_on": _l("Expires"), "created_at": _l("Asked"),
        "closed_at": _l("Closed"), "asked_by": _l("Asked by"), "reason": _l("Reason"), "question": _l("Question"),
        "outcome": _l("Outcome"),
    }
    show_template = "renewals/show.html"
    method_permission_name = OperationView.method_permission_name | {"show": "show"}

    def more_about(self, item: Any) -> dict[str, Any]:
        """Whose decisions it takes, what happened, and whether the reader has to decide."""
        mine = item.open_step is not None and queries.waiting_step(g.user, item.open_step.id) is not None
        return {"told": told(item), "is_mine": mine, "may_change": item.is_live and (
            policies.is_requester(g.user, item) or policies.arranges(g.user))}

    def row_actions(self, row: Any) -> Iterator[RowAction]:
        """Let somebody else decide."""
        if self.may("reassign") and row.open_step is not None and row.open_step.status == "open":
            yield RowAction(_("Let somebody else decide"), self.url("reassign", pk=row.id), "user-check")

    @expose("/<pk>/reassign", methods=["GET", "POST"])
    @has_access
    @permission_name("reassign")
    def reassign(self, pk: str) -> Any:
        """Give the open step of a request to somebody else."""
        item = self.load(pk)
        step = item.open_step
        if step is None:
            flash(_("This request does not wait for a decision."), "warning")
            return redirect(self.url("show", pk=pk))
        form = form_for(ReassignSchema)()
        if request.method == "POST" and self._submit(form, ReassignSchema, operations.reassign_step, step) is not None:
            flash(_("It waits for somebody else now."), "success")
            return redirect(self.url("show", pk=pk))
        return self._form_page(form, title=_("Let somebody else decide: %(name)s", name=str(item)),
                               submit=_("Reassign"), cancel=self.url("show", pk=pk))
