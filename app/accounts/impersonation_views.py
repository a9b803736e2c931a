"""Working as somebody else: for platform operators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.accounts import impersonation
from app.accounts.schemas import ImpersonationSchema
from app.accounts.security import ACTING, close_session, open_session
from app.accounts.sign_in import stop_impersonating
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.fab.filters import to_uuid
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import queries as tenancy


class ImpersonationView(BaseView):
    """As whom, and why; and back."""

    route_base = "/impersonation"
    class_permission_name = "impersonation"
    default_view = "start"

    @expose("/<pk>", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def start(self, pk: str) -> Any:
        """Ask for the person's address and the reason, then show TrainFlow as that person sees it."""
        key = to_uuid(pk)
        tenant = tenancy.tenant(key) if key else None
        if tenant is None:
            abort(404)
        form = form_for(ImpersonationSchema)()
        if request.method == "POST":
            values = load_form(ImpersonationSchema, form)
            if values is not None and self._start(form, tenant.id, values):
                return redirect("/")
        status = 422 if request.method == "POST" else 200
        return self.render_template(
            "accounts/impersonate.html", form=form, title=_("Work in %(name)s as somebody else", name=tenant.name),
            submit_label=_("Work as this person"), cancel_url=f"/tenants/{tenant.id}"), status

    @staticmethod
    def _start(form: Any, tenant_id: UUID, values: dict[str, str]) -> bool:
        operator = g.user
        kept = impersonation.as_kept(operator, session.get("sid"))
        db.session.remove()  # what was read as the operator ends before the tenant's work begins
        try:
            with tenant_scope(tenant_id), unit_of_work():
                user = impersonation.start_impersonation(operator, **values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        open_session(user)
        session[ACTING] = kept
        return True

    @expose("/end", methods=["POST"])
    def end(self) -> Any:
        """Be oneself again."""
        kept = session.get(ACTING)
        if kept is None or not g.user.is_authenticated:
            return redirect(url_for("LoginView.login"))
        operator = impersonation.operator_of(kept)
        stop_impersonating(kept)
        close_session()
        if operator is not None:
            open_session(operator)
            flash(_("You are yourself again."), "success")
        return redirect("/tenants")
