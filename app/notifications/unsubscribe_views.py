"""'No more digests', for readers of mails: without signing in, and never by a GET (RFC 8058)."""

from __future__ import annotations

from typing import Any

from flask import abort
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _

from app.notifications import operations
from app.notifications.tokens import Reader, reader_of
from app.platform import directory
from app.platform.rest import csrf
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


class UnsubscribeView(BaseView):
    """The page behind a digest's 'unsubscribe'. Mail scanners and previews only GET it, which does nothing."""

    route_base = "/notifications/unsubscribe"
    class_permission_name = "unsubscribe"
    default_view = "ask"

    @expose("/<token>", methods=["GET"])
    def ask(self, token: str) -> Any:
        """Ask whether the digests should stop."""
        _reader(token)
        return self.render_template("notifications/unsubscribe.html", title=_("No more daily digest?"), is_done=False)

    @expose("/<token>", methods=["POST"])
    def stop(self, token: str) -> Any:
        """Stop them: by the button of the page, or by the mail program itself."""
        reader = _reader(token)
        with tenant_scope(reader.tenant_id):
            tenant = directory.tenants().tenant(reader.tenant_id)
            if tenant is None or not tenant.is_active:
                abort(404)
            with unit_of_work():
                operations.stop_digests(reader)
        return self.render_template("notifications/unsubscribe.html", title=_("You get no more daily digest"),
                                    is_done=True)


def _reader(token: str) -> Reader:
    return reader_of(token) or abort(404)


# A mail program has no session and no token of ours; the signed address is what shows that it may.
csrf.exempt(f"{UnsubscribeView.__module__}.{UnsubscribeView.stop.__name__}")
