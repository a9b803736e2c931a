"""The second step of signing in: taking it, setting it up, giving it up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from flask import flash, g, make_response, redirect, request, session, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from markupsafe import Markup

from app.accounts import second_step
from app.accounts.entering import HALF_WAY, come_in, who_is_half_way
from app.accounts.schemas import CodeSchema
from app.accounts.sign_in import enter_with_code, require_own_password
from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work
from app.platform.web import local_target

NEW_SECRET = "new_second_step"


class CodeView(BaseView):
    """The second door."""

    route_base = ""
    default_view = "code"

    @expose("/login/code", methods=["GET", "POST"])
    def code(self) -> Any:
        """Ask for the code of somebody whose password was right."""
        known, form = who_is_half_way(), form_for(CodeSchema)()
        if known is None:
            return redirect(url_for("LoginView.login", next=request.args.get("next")))
        if request.method == "POST":
            values = load_form(CodeSchema, form)
            if values is not None and self._enter(form, known, values["code"]):
                return redirect(local_target(request.args.get("next")))
        status = 401 if request.method == "POST" else 200
        return self.render_template("accounts/code.html", form=form), status

    @staticmethod
    def _enter(form: Any, known: dict[str, Any], code: str) -> bool:
        tenant_id = UUID(known["tenant"]) if known["tenant"] else None
        try:
            user = enter_with_code(known["user"], tenant_id, code)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        session.pop(HALF_WAY, None)
        come_in(user)
        return True


class SecondStepView(BaseView):
    """One's own authenticator app."""

    route_base = "/account/second-step"
    class_permission_name = "account"
    default_view = "index"

    @expose("", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def index(self) -> Any:
        """Show the picture for the app; the app's first code switches the step on and shows the recovery codes."""
        if g.user.totp_secret:
            return self.render_template("accounts/second_step_on.html", title=_("Two-step sign-in"),
                                        left=len(g.user.recovery_codes or []))
        form = form_for(CodeSchema)()
        secret = session.setdefault(NEW_SECRET, second_step.new_secret())
        if request.method == "POST":
            values = load_form(CodeSchema, form)
            codes = self._add(form, secret, values["code"]) if values is not None else None
            if codes:
                session.pop(NEW_SECRET)
                return self._shown(codes)
        picture = segno.make(second_step.address_for_app(g.user, secret)).svg_inline(scale=4, omitsize=False)
        page = self.render_template("accounts/second_step.html", title=_("Two-step sign-in"), form=form,
                                    secret=secret, picture=Markup(picture))
        return _not_kept(page, 422 if request.method == "POST" else 200)

    @staticmethod
    def _add(form: Any, secret: str, code: str) -> list[str] | None:
        try:
            with unit_of_work():
                return second_step.add_second_step(g.user, secret=secret, code=code)
        except DomainError as refusal:
            show_errors(form, refusal)
            return None

    def _shown(self, codes: list[str]) -> Any:
        page = self.render_template("accounts/recovery_codes.html", title=_("Two-step sign-in"), codes=codes)
        return _not_kept(page)

    @expose("/recovery-codes", methods=["POST"])
    @has_access
    @permission_name("edit")
    def recovery_codes(self) -> Any:
        """New codes for a lost phone, shown this once; asks for the password once more first."""
        try:
            require_own_password(g.user, request.form.get("password", ""))
            with unit_of_work():
                return self._shown(second_step.renew_recovery_codes(g.user))
        except DomainError as refusal:
            flash(str(refusal), "danger")
        return redirect(url_for("SecondStepView.index"))

    @expose("/remove", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remove(self) -> Any:
        """Ask for the password only from now on; asks for it once more first."""
        try:
            require_own_password(g.user, request.form.get("password", ""))
            with unit_of_work():
                second_step.remove_second_step(g.user)
            flash(_("Signing in asks for your password only."), "success")
        except DomainError as refusal:
            flash(str(refusal), "danger")
        return redirect(url_for("SecondStepView.index"))


def _not_kept(page: str, status: int = 200) -> Any:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
