"""Each request runs in the scope of whoever is signed in; their session lasts as long as they keep working."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, g, request, session

from app.platform import clock
from app.platform.scope import Scope, enter, leave

RENEWED_EVERY = timedelta(minutes=10)


def init_app(app: Flask) -> None:
    """Set the scope before anything asks for the user, and take it back when the request is over.

    Threads are reused: what is not taken back would be the next request's tenant.
    """
    app.before_request(_enter_scope)
    app.before_request(_renew)
    app.teardown_request(_leave_scope)


def _enter_scope() -> None:
    g.scope_token = enter(_session_scope(session.get("tenant")))
    clock.set_zone(None)


def _renew() -> None:
    # An answer that carries the session overwrites what a quicker one said meanwhile, a sign-out included.
    # So only pages carry it, and seldom: never a style, a font or a picture that arrives late.
    is_page = request.method == "GET" and request.endpoint is not None and not request.endpoint.endswith("static")
    if is_page and session.permanent:
        now = clock.now().timestamp()
        if now - session.get("renewed", 0) >= RENEWED_EVERY.total_seconds():
            session["renewed"] = now


def _session_scope(stored: Any) -> UUID | Scope | None:
    if not stored:
        return None
    return Scope.PLATFORM if stored == Scope.PLATFORM.value else UUID(stored)


def _leave_scope(error: BaseException | None) -> None:
    token = g.pop("scope_token", None)
    if token is not None:
        leave(token)
        clock.set_zone(None)
