"""'No more digests', for readers of mails: without signing in, and never by a GET (RFC 8058)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import abort
from flask_appbuilder import BaseView, expose
from flask_babel import force_locale
from flask_babel import gettext as _

from app.accounts import queries as accounts
from app.notifications import operations
from app.notifications.tokens import Reader, reader_of
from app.platform import directory
from app.platform.i18n import locale_after_mail
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
        with _spoken_to(_reader(token)):
            return self.render_template("notifications/unsubscribe.html", title=_("No more daily digest?"),
                                        is_done=False)

    @expose("/<token>", methods=["POST"])
    def stop(self, token: str) -> Any:
        """Stop them: by the button of the page, or by the mail program itself."""
        reader = _reader(token)
        with _spoken_to(reader):
            with unit_of_work():
                operations.stop_digests(reader)
            return self.render_template("notifications/unsubscribe.html", title=_("You get no more daily digest"),
                                        is_done=True)


def _reader(token: str) -> Reader:
    return reader_of(token) or abort(404)


@contextmanager
def _spoken_to(reader: Reader) -> Iterator[None]:
    """The reader's tenant, in the language of the digest: a browser that never was here may ask for another."""
    with tenant_scope(reader.tenant_id):
        tenant = directory.tenants().tenant(reader.tenant_id)
        if tenant is None or not tenant.is_active:
            abort(404)
        login = accounts.login(reader.user_id) if reader.user_id is not None else None
        with force_locale(locale_after_mail(str((login.locale if login else None) or tenant.locale))):
            yield


# A mail program has no session and no token of ours; the signed address is what shows that it may.
csrf.exempt(f"{UnsubscribeView.__module__}.{UnsubscribeView.stop.__name__}")
