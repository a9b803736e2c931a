"""The tenant's logo: set by administrators, shown to everybody of the tenant."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, redirect, request, send_file
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.platform import files
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.tenancy import logos, queries


class LogoView(BaseView):
    """One picture of the tenant's own."""

    route_base = "/logo"
    class_permission_name = "logo"
    default_view = "image"

    @expose("")
    @has_access
    @permission_name("read")
    def image(self) -> Any:
        """The picture; its address changes with it, so browsers may keep it."""
        key = queries.current_tenant().logo
        try:
            return send_file(files.open_kept(key or ""), mimetype="image/png", max_age=24 * 3600)
        except FileNotFoundError:
            abort(404)

    @expose("/edit", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def edit(self) -> Any:
        """Send another picture, or take it away."""
        refusal = self._refused() if request.method == "POST" else None
        if request.method == "POST" and refusal is None:
            flash(_("The logo is saved."), "success")
            return redirect("/settings")
        return self.render_template("tenancy/logo.html", title=_("Logo"), refusal=refusal,
                                    has_logo=bool(queries.current_tenant().logo)), 422 if refusal else 200

    def _refused(self) -> str | None:
        upload = request.files.get("file")
        takes_away = "remove" in request.form
        if not takes_away and (upload is None or not upload.filename):
            return _("Choose a file first.")
        try:
            with unit_of_work():
                logos.set_logo(g.user, file=None if takes_away or upload is None else upload.stream)
        except DomainError as problem:
            return str(problem)
        return None
