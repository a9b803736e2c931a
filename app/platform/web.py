"""The browser edge: headers, error pages, and refusals that no form caught."""

from __future__ import annotations

import errno
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import sqlalchemy as sa
from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import AnonymousUserMixin
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.platform.db import db
from app.platform.errors import DomainError, NotFound
from app.platform.files import FileLost
from app.platform.rest import envelope, refused_as_json
from app.platform.scope import Scope, current_scope

POLICY = {
    "default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "font-src": "'self'", "connect-src": "'self'", "object-src": "'none'", "base-uri": "'self'",
    "frame-ancestors": "'none'", "form-action": "'self'",
}

# what a browser can do that no page of ours ever asks for
PERMISSIONS = dict.fromkeys(
    ("browsing-topics", "camera", "display-capture", "geolocation", "microphone", "payment", "usb"), "()")

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

AGAIN = (413, 507)  # a form that can be sent anew with another file

PAGES: dict[int, tuple[Any, Any]] = {
    400: (_l("This request can not be read"), _l("Go back, reload the page and try again.")),
    403: (_l("Your role does not open this page"), _l("Ask an administrator if you need it for your work.")),
    404: (_l("There is nothing at this address"), _l("It may have been moved or deleted, or the address has a typing error.")),
    405: (_l("This can not be done from here"), _l("Go back and use the button on the page.")),
    413: (_l("This file is too large"), _l("Files may have up to 25 MB. Split it, or remove pictures and unused sheets.")),
    429: (_l("Too many attempts"), _l("Wait a minute, then try again.")),
    507: (_l("There is no room for this file"), _l("Nothing was kept of it. Tell your administrator, and send it again once there is room.")),
    500: (_l("Something went wrong on our side"), _l("Nothing you entered was saved. Try again; if it happens again, tell your administrator the number below.")),
    503: (_l("TrainFlow can not reach its database"), _l("Nothing was changed. Try again in a minute.")),
}  # fmt: skip

OF_AN_ORGANISATION = _l("Operators of the platform read no organisation's data. Its own people open this page.")


def init_app(app: Flask) -> None:
    """Send the security headers and answer every error with a page, or an envelope under /api/."""
    Talisman(app, content_security_policy=POLICY, content_security_policy_nonce_in=["script-src"],
             force_https=False, session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
             frame_options="DENY", referrer_policy="same-origin", permissions_policy=PERMISSIONS,
             strict_transport_security=app.config["SESSION_COOKIE_SECURE"])
    _believe_proxies(app, app.config["TRUSTED_PROXIES"])
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(sa.exc.DataError, _unstorable)
    app.register_error_handler(sa.exc.OperationalError, _database_away)
    app.register_error_handler(FileLost, _lost)
    app.register_error_handler(OSError, _no_room)
    app.register_error_handler(Exception, _bug)


def _believe_proxies(app: Flask, count: int) -> None:
    # Without it every sign-in would count as the proxy's; without the count anybody could claim any address.
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _answer(status: int, code: str) -> Any:
    title, advice = PAGES.get(status, PAGES[500])
    if status == 403 and current_scope() is Scope.PLATFORM:
        advice = OF_AN_ORGANISATION
    trace_id = g.get("trace_id")
    if refused_as_json():
        return jsonify(code=code, message=str(title), details=[], traceId=trace_id), status
    return _page(status, title, advice), status


def _page(status: int, title: Any, advice: Any) -> str:
    values = {"status": status, "title": title, "advice": advice, "trace_id": g.get("trace_id"),
              "back": local_target(request.referrer) if status in AGAIN and request.referrer else None}
    try:
        return render_template("trainflow/error.html", **values)
    except Exception:
        # Templates ask who is signed in, and what should say so may be what failed, whatever it fails with.
        current_app.logger.warning("an error page as for nobody", exc_info=True)
        g._login_user = AnonymousUserMixin()
        return render_template("trainflow/error.html", **values)


def _http_error(error: HTTPException) -> Any:
    if error.code is not None and error.code < 400:
        return error
    answer, status = _answer(error.code or 500, error.name.lower().replace(" ", "_"))
    allowed = getattr(error, "valid_methods", None)  # of a 405, which has to say what would be allowed (RFC 9110)
    return answer, status, {"Allow": ", ".join(sorted(allowed))} if allowed else {}


def _forged(error: CSRFError) -> Any:
    if refused_as_json():
        return _answer(400, "csrf")
    return _page(400, _("This page has been open too long"),
                 _("Go back, reload the page and send it again. What you typed is still in the form.")), 400


def _refused(refusal: DomainError) -> Any:
    db.session.rollback()
    if refused_as_json():
        return envelope(refusal)
    return render_template("trainflow/error.html", status=refusal.status, title=str(refusal),
                           advice=_("Go back and try it differently."), trace_id=g.get("trace_id")), refusal.status


def _unstorable(error: sa.exc.DataError) -> Any:
    # A value that no column takes, such as a NUL character in a text: PostgreSQL says so, SQLite stores it.
    current_app.logger.warning("a value the database can not take", exc_info=error)
    db.session.rollback()
    return _answer(400, "unreadable")


def _database_away(error: sa.exc.OperationalError) -> Any:
    current_app.logger.exception("database error")
    return _answer(503, "database_unavailable")


def _lost(error: FileLost) -> Any:
    current_app.logger.error("a kept file is not on the disk: %s", error)
    return _refused(NotFound(_("This file is no longer kept here. Tell your administrator."), code="file_lost"))


def _no_room(error: OSError) -> Any:
    if error.errno not in FULL:
        return _bug(error)
    current_app.logger.error("no room for a file: %s", errno.errorcode[error.errno])
    db.session.rollback()
    return _answer(507, "no_room")


def _bug(error: Exception) -> Any:
    current_app.logger.exception("unhandled error")
    try:
        db.session.rollback()
    except Exception:
        current_app.logger.exception("rollback failed")
    return _answer(500, "internal")


def local_target(target: str | None) -> str:
    """The path and query that `target` names on this host, an absolute address included; else the front page.

    Browsers read backslashes as slashes, leave out control characters, and take any number of leading
    slashes above one for another host.
    """
    parts = urlsplit(re.sub(r"[\x00-\x20\x7f]", "", target or "").replace("\\", "/"))
    is_here = parts.netloc in ("", request.host) and parts.scheme in ("", "http", "https")
    is_path = parts.path.startswith("/") and not parts.path.startswith("//")
    return urlunsplit(("", "", parts.path, parts.query, "")) if is_here and is_path else "/"
