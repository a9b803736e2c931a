"""A tenant's settings, for its administrators."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, g, redirect, request
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields

from app.platform.errors import DomainError
from app.platform.fab import OperationApi, OperationView, TenantInterface
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations, queries
from app.tenancy.models import Holiday
from app.tenancy.schemas import HolidaySchema, SettingsSchema


class SettingsView(BaseView):
    """What holds for everybody in the organisation."""

    route_base = "/settings"
    class_permission_name = "settings"
    default_view = "settings"

    @expose("", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def settings(self) -> Any:
        """The settings as a form; what changes is in the audit log with old and new value."""
        tenant = queries.current_tenant()
        if request.method == "POST":
            form = form_for(SettingsSchema)()
            values = load_form(SettingsSchema, form)
            if values is not None and self._save(form, tenant.id, values):
                flash(_("The settings are saved."), "success")
                return redirect(self.route_base)
        else:
            form = form_for(SettingsSchema)(None, obj=tenant)
        status = 422 if request.method == "POST" else 200
        return self.render_template("tenancy/settings.html", form=form, title=_("Settings"), cancel_url="/",
                                    submit_label=_("Save settings")), status

    def _save(self, form: Any, tenant_id: Any, values: dict[str, Any]) -> bool:
        try:
            with unit_of_work():
                operations.update_tenant(g.user, tenant_id, **values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        return True


class HolidayView(OperationView):
    """The days on which waiting time stands still."""

    route_base = "/holidays"
    class_permission_name = "holidays"
    datamodel = TenantInterface(Holiday, search=lambda term: sa.or_(
        Holiday.name.icontains(term, autoescape=True), Holiday.name_ar.icontains(term, autoescape=True)))
    title_one, title_many, add_label = _l("Holiday"), _l("Holidays"), _l("Add holiday")
    icon = "calendar"
    intro = _l("Days on which nobody works, or people work shorter hours: reminders and escalations wait meanwhile.")
    empty_text = _l("Add the first holiday.")
    list_columns = ["name", "starts_on", "ends_on", "work_starts", "work_ends"]
    show_columns = ["name", "name_ar", "starts_on", "ends_on", "work_starts", "work_ends"]
    search_columns = ["name", "starts_on", "ends_on"]
    order_columns = ["name", "starts_on", "ends_on"]
    default_order = ("starts_on", "desc")
    label_columns = {"name": _l("Name"), "name_ar": _l("Name in Arabic"), "starts_on": _l("First day"),
                     "ends_on": _l("Last day"), "work_starts": _l("Work starts at"), "work_ends": _l("Work ends at")}
    add_schema = edit_schema = HolidaySchema
    add_operation = staticmethod(operations.create_holiday)
    edit_operation = staticmethod(operations.update_holiday)
    delete_operation = staticmethod(operations.archive_holiday)
    restore_operation = staticmethod(operations.restore_holiday)


class HolidayOutput(Schema):
    """A holiday as programs see it."""

    id = fields.UUID()
    name = fields.String()
    name_ar = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    work_starts = fields.String()
    work_ends = fields.String()


class HolidayApi(OperationApi):
    """Holidays."""

    resource_name = "holidays"
    class_permission_name = "holidays"
    datamodel = HolidayView.datamodel
    search_columns = HolidayView.search_columns
    order_columns = HolidayView.order_columns
    output_schema = HolidayOutput
    add_schema = edit_schema = HolidaySchema
    add_operation = staticmethod(operations.create_holiday)
    edit_operation = staticmethod(operations.update_holiday)
    delete_operation = staticmethod(operations.archive_holiday)
    restore_operation = staticmethod(operations.restore_holiday)
