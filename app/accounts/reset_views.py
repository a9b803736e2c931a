"""For somebody who forgot the password."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.accounts import queries, reset
from app.accounts.jobs import send_reset_links
from app.accounts.schemas import ForgottenSchema, NewPasswordSchema
from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.scope import own_scope, platform_scope
from app.platform.unit_of_work import unit_of_work


class ResetView(BaseView):
    """A link by mail, and the page that it opens."""

    route_base = "/login"
    default_view = "forgotten"

    @expose("/forgotten", methods=["GET", "POST"])
    def forgotten(self) -> Any:
        """Ask for the address; the answer is the same whether anybody has it or not."""
        form = form_for(ForgottenSchema)()
        values = load_form(ForgottenSchema, form) if request.method == "POST" else None
        if values is not None:
            found = queries.sign_in_candidates(values["email"], None)
            with platform_scope(), unit_of_work():
                asked = reset.ask(found)
            send_reset_links.enqueue(str(asked.id))
            return self.render_template("accounts/reset_sent.html", email=values["email"])
        status = 422 if request.method == "POST" else 200
        return self.render_template("accounts/forgotten.html", form=form), status

    @expose("/reset/<token>", methods=["GET", "POST"])
    def choose(self, token: str) -> Any:
        """Choose the new password; opening the page changes nothing and uses nothing up."""
        known = reset.read_token(token)
        if known is None:
            return self.render_template("accounts/reset_over.html"), 404
        user_id, tenant_id, mark = known
        form = form_for(NewPasswordSchema)()
        with own_scope(tenant_id):
            if not reset.is_open(user_id, mark):
                return self.render_template("accounts/reset_over.html"), 404
            values = load_form(NewPasswordSchema, form) if request.method == "POST" else None
            if values is not None and self._choose(form, user_id, mark, values["password"]):
                flash(_("Your password is changed. Sign in with it."), "success")
                return redirect(url_for("LoginView.login"))
        status = 422 if request.method == "POST" else 200
        return self.render_template("accounts/new_password.html", form=form), status

    @staticmethod
    def _choose(form: Any, user_id: int, mark: str, password: str) -> bool:
        try:
            with unit_of_work():
                reset.reset_password(user_id, mark, password=password)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        return True
