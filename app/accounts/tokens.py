"""What a program gets that has signed in: a token for an hour, and one to renew it with."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, jsonify, request, session
from flask_babel import gettext as _
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    set_access_cookies,
    set_refresh_cookies,
)

from app.accounts.models import User
from app.accounts.security import open_session

ACCESS_SECONDS = 3600


def tokens(user: User, sid: str, in_cookies: bool, with_refresh: bool) -> Response:
    """The answer with tokens of the session `sid`, in its body or in cookies; nobody on the way keeps it."""
    claims = {"tenant": str(user.tenant_id) if user.tenant_id else None, "epoch": user.session_epoch, "sid": sid}
    access = create_access_token(str(user.id), additional_claims=claims)
    refresh = create_refresh_token(str(user.id), additional_claims=claims) if with_refresh else None
    if not in_cookies:
        body: dict[str, Any] = {"accessToken": access, "expiresIn": ACCESS_SECONDS}
        return private(jsonify(body | ({"refreshToken": refresh} if refresh else {})))
    answer = private(jsonify(expiresIn=ACCESS_SECONDS))
    set_access_cookies(answer, access)
    if refresh:
        set_refresh_cookies(answer, refresh)
    return answer


def new_tokens(user: User, in_cookies: bool) -> Response:
    """Tokens of a session that begins now."""
    return tokens(user, secrets.token_urlsafe(16), in_cookies, with_refresh=True)


def stay_in(user: User) -> Response:
    """What whoever ended all sessions of their own login goes on with, in the way they came."""
    if session.get("_user_id"):
        open_session(user)
        return jsonify(message=_("Other devices have been signed out."))
    return new_tokens(user, in_cookies=not request.headers.get("Authorization"))


def private(answer: Response) -> Response:
    """An answer that holds a secret."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
