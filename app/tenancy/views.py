"""A tenant's settings, for its administrators."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations, queries
from app.tenancy.schemas import SettingsSchema


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
        return self.render_template("trainflow/form_page.html", form=form, title=_("Settings"), cancel_url="/",
                                    submit_label=_("Save settings")), status

    def _save(self, form: Any, tenant_id: Any, values: dict[str, Any]) -> bool:
        try:
            with unit_of_work():
                operations.update_tenant(g.user, tenant_id, **values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        return True
