"""Sign-in, sign-out and the own password."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.accounts import operations
from app.accounts.entering import HALF_WAY, come_in, half_way
from app.accounts.schemas import ChangePasswordSchema, SignInSchema
from app.accounts.security import open_session
from app.accounts.sign_in import change_own_password, end_session, needs_code, sign_in
from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.fab.panels import panels_of
from app.platform.unit_of_work import unit_of_work
from app.platform.web import local_target


class HomeView(BaseView):
    """The front page: where a person lands, with what their role opens."""

    route_base = ""
    class_permission_name = "home"
    default_view = "index"

    @expose("/")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """The front page."""
        # A platform operator has no tenant, so there is nothing of one to show.
        panels = list(panels_of("home", g.user)) if g.user.tenant_id else []
        return self.render_template("trainflow/home.html", title=_("Home"), panels=panels)


class LoginView(BaseView):
    """The door. FAB sends visitors here."""

    route_base = ""
    default_view = "login"

    @expose("/login", methods=["GET", "POST"])
    def login(self) -> Any:
        """The sign-in page; what was typed stays, the password aside."""
        if g.user.is_authenticated:
            return redirect(local_target(request.args.get("next")))
        form = form_for(SignInSchema)()
        if request.method == "POST":
            values = load_form(SignInSchema, form)
            if values is not None and self._enter(form, values):
                wanted = local_target(request.args.get("next"))
                return redirect(url_for("CodeView.code", next=wanted) if HALF_WAY in session else wanted)
        status = 401 if request.method == "POST" else 200
        return self.render_template("trainflow/login.html", form=form), status

    def _enter(self, form: Any, values: dict[str, str]) -> bool:
        try:
            user = sign_in(**values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        if needs_code(user):
            half_way(user)
        else:
            come_in(user)
        return True

    @expose("/logout", methods=["POST"])
    def logout(self) -> Any:
        """Sign out; a GET never does, so that no image or link signs anybody out."""
        end_session()
        return redirect(url_for("LoginView.login"))


class AccountView(BaseView):
    """What a person may change about their own login."""

    route_base = "/account"
    class_permission_name = "account"
    default_view = "password"

    @expose("/password", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def password(self) -> Any:
        """Change the own password; every other session of the login ends."""
        form = form_for(ChangePasswordSchema)()
        if request.method == "POST":
            values = load_form(ChangePasswordSchema, form)
            if values is not None and self._change(form, values):
                return redirect("/")
        status = 422 if request.method == "POST" else 200
        return self.render_template("accounts/password.html", form=form, title=_("Change password"),
                                    submit_label=_("Change password"), cancel_url="/"), status

    @expose("/sign-out-everywhere", methods=["POST"])
    @has_access
    @permission_name("edit")
    def sign_out_everywhere(self) -> Any:
        """End every session and token of the own login but this one."""
        with unit_of_work():
            user = operations.end_sessions(g.user)
        open_session(user)
        flash(_("Every other device has been signed out."), "success")
        return redirect(url_for("AccountView.password"))

    def _change(self, form: Any, values: dict[str, str]) -> bool:
        try:
            open_session(change_own_password(g.user, **values))
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        flash(_("Your password is changed. Other devices have been signed out."), "success")
        return True
