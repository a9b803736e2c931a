"""The REST edge's one shape for errors, and its protection against forged requests.

A function of ours raises what it refuses and is answered by app.platform.web, as a screen is. Flask-AppBuilder's
`safe` would make a 500 of it, and of a database that is away, so nothing of ours bears it.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import prison
from flask import Flask, Response, abort, current_app, g, jsonify, request, session
from flask.json.provider import DefaultJSONProvider
from flask_appbuilder.api import BaseApi
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import ImmutableMultiDict

from app.platform.errors import DomainError, Invalid

csrf = CSRFProtect()
NESTED = 200  # brackets in one question

OWN_WORDS: dict[int, tuple[str, Any]] = {
    400: ("bad_request", _l("The request can not be read.")), 401: ("not_signed_in", _l("Sign in first.")),
    403: ("not_allowed", _l("Your role does not allow this.")), 404: ("not_found", _l("There is no such entry.")),
    422: ("invalid", _l("This value can not be used.")),
}


class Json(DefaultJSONProvider):
    """Flask's, for which a body that is nested beyond all measure is one that can not be read."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """As Flask's. ValueError for whatever is no JSON."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as problem:
            raise ValueError("nested too deeply") from problem


def envelope(refusal: DomainError) -> Response:
    """A refusal as `{code, message, details, traceId}`; details lists every refusal with its field."""
    response = jsonify(code=refusal.code, message=str(refusal), traceId=g.get("trace_id"),
                       details=[error.as_dict() for error in refusal.errors])
    response.status_code = refusal.status
    return response


def no_such_row() -> str:
    """What an unknown id is told, and another tenant's id alike."""
    return _("There is no such entry.")


def wants_json() -> bool:
    """Whether the request came to the REST edge."""
    return request.path.startswith("/api/")


def refused_as_json() -> bool:
    """Whether a refusal is read by a program: at the REST edge, or by a page's script, which asks for JSON."""
    return wants_json() or request.accept_mimetypes.best == "application/json"


def init_app(app: Flask) -> None:
    """What holds for every request to the REST edge: JSON that is never too deep to read, one shape for refusals,
    'api' as the source of what it changes, and, as on forms, protection against requests that were forged.

    FAB exempts its APIs from the last; a bearer token can not be sent by another site, a session cookie can.
    """
    csrf.init_app(app)
    app.json = Json(app)
    app.after_request(_same_shape)

    @app.before_request
    def _say_where_it_comes_from() -> None:
        if wants_json():
            g.source = "api"

    @app.before_request
    def _refuse_unreadable_questions() -> None:
        asked = request.args.get("q")
        if asked and wants_json():
            if not _can_be_read(asked):
                abort(400)
            request.args = ImmutableMultiDict(request.args.to_dict(flat=False) | {"q": [_encoded_again(asked)]})

    @app.before_request
    def _protect_cookie_calls() -> None:
        writes = request.method not in ("GET", "HEAD", "OPTIONS")
        if wants_json() and writes and session.get("_user_id"):
            csrf.protect()


def _can_be_read(question: str) -> bool:
    """Whether Flask-AppBuilder's reader of Rison comes to an end: it calls itself for each bracket, and falls over
    a lone mark or a number such as 1-2."""
    if question.count("(") + question.count("[") > NESTED:
        return False
    try:
        prison.loads(question)
    except prison.decoder.ParserException:
        return True  # it may be JSON, and is told where it is not
    except (ValueError, IndexError):
        return False
    return True


def _encoded_again(question: str) -> str:
    """A question that is JSON, so that Flask-AppBuilder reads it as it was sent: it decodes the address of JSON a
    second time, and a value would end at `&` and lose its `+` and `%`."""
    try:
        is_json = isinstance(json.loads(question), dict)
    except (ValueError, RecursionError):
        return question
    return re.sub("[%&+]", lambda found: quote(found[0]), question) if is_json else question


def _same_shape(answer: Response) -> Response:
    """Flask-AppBuilder's own refusals, which are a message and no more, as the envelope."""
    if wants_json() and answer.status_code in OWN_WORDS and answer.is_json:
        body = answer.get_json(silent=True)
        if isinstance(body, dict) and "code" not in body:
            code, message = OWN_WORDS[answer.status_code]
            answer.set_data(jsonify(code=code, message=str(message), details=[],
                                    traceId=g.get("trace_id")).get_data())
    return answer


def refuse_page_beside() -> None:
    """Refuse a page that is asked for beside `q`, where it would do nothing: who pages so until a page is empty would
    never end. Invalid `page_unknown`."""
    for name in ("page", "page_size"):
        if name in request.args:
            raise Invalid(_("%(name)s belongs within the question: q=(page:0,page_size:25).", name=name), field=name,
                          code="page_unknown")


def jwt_answers(jwt_manager: Any) -> None:
    """Let a missing or bad token answer in the envelope."""

    def refuse(*args: Any) -> Response:
        response = jsonify(code="not_signed_in", message=_("Sign in first."), details=[],
                           traceId=g.get("trace_id"))
        response.status_code = 401
        return response

    for loader in (jwt_manager.unauthorized_loader, jwt_manager.invalid_token_loader,
                   jwt_manager.expired_token_loader, jwt_manager.user_lookup_error_loader):
        loader(refuse)


def limit(appbuilder: Any) -> None:
    """Let each login ask `API_LIMIT` over REST, what it sends with files on screens counted along; answers say in
    their headers how much is left."""
    shared, share = appbuilder.sm.limiter.shared_limit, current_app.config["API_LIMIT"]
    limits = shared(share, scope="rest")
    limits_files = shared(share, scope="rest", methods=["POST"], exempt_when=lambda: not _may_send_files())
    for view in appbuilder.baseviews:
        if view.blueprint is None:
            continue
        if isinstance(view, BaseApi) and view.route_base.startswith("/api/v1/"):
            limits(view.blueprint)
        elif not isinstance(view, BaseApi):
            limits_files(view.blueprint)


def _may_send_files() -> bool:
    return request.mimetype == "multipart/form-data"
