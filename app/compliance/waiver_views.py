"""Waivers on screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.compliance import policies, schemas, waivers
from app.compliance.models import Waiver
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.fab.forms import form_for
from app.platform.look.actions import RowAction


class WaiverView(OperationView):
    """Who is let off which course, until when and why."""

    route_base = "/waivers"
    class_permission_name = "waivers"
    datamodel = TenantInterface(Waiver, load=(
        joinedload(Waiver.employee), joinedload(Waiver.course), joinedload(Waiver.approved_by)))
    base_filters = [["id", VisibleTo, policies.visible_waivers]]  # noqa: RUF012
    title_one, title_many, add_label = _l("Waiver"), _l("Waivers"), _l("Waive a course")
    icon = "shield-minus"
    intro = _l("Who need not have a course for a time. Waived people are counted on their own, never left out.")
    empty_text = _l("Waive a course for somebody who can not or need not do it for a time.")
    link_column = "employee"
    list_columns = ["employee", "course", "starts_on", "ends_on", "ended_on", "reason", "approved_by"]
    show_columns = ["employee", "course", "starts_on", "ends_on", "ended_on", "reason", "approved_by"]
    search_columns = ["employee", "course", "starts_on", "ends_on", "reason"]
    order_columns = ["starts_on", "ends_on"]
    label_columns = {
        "employee": _l("Employee"), "course": _l("Course"), "starts_on": _l("From"), "ends_on": _l("Until"),
        "ended_on": _l("Ended early"), "reason": _l("Reason"), "approved_by": _l("Approved by"),
    }
    add_schema = schemas.WaiverSchema
    add_operation = staticmethod(waivers.grant_waiver)
    delete_operation = staticmethod(waivers.archive_waiver)
    restore_operation = staticmethod(waivers.restore_waiver)

    def row_actions(self, row: Any) -> Iterator[RowAction]:
        """A waiver can end early."""
        if self.may("add") and not row.is_deleted and row.ended_on is None:
            yield RowAction(_("End it early"), self.url("end", pk=row.id), "circle-minus")

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """The form for a waiver; `employee_id` and `course_id` of the address are chosen already."""
        if request.method == "GET" and request.args:
            form = form_for(schemas.WaiverSchema)(request.args)
            return self._form_page(form, title=self.add_label, submit=_("Waive it"), cancel=self.url("list"))
        return super().add()

    @expose("/<pk>/end", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def end(self, pk: str) -> Any:
        """Let a waiver no longer hold."""
        item, form = self.load(pk), form_for(schemas.EndSchema)()
        if request.method == "POST" and self._submit(form, schemas.EndSchema, waivers.end_waiver, item) is not None:
            flash(_("%(name)s was changed.", name=str(item)), "success")
            return redirect(self.url("show", pk=pk))
        return self._form_page(form, title=_("End the waiver: %(name)s", name=str(item)), submit=_("End it early"),
                               cancel=self.url("show", pk=pk))
