"""Each request runs in the scope of whoever is signed in; their session lasts as long as they keep working."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, request, session

from app.accounts import keys
from app.platform import clock
from app.platform.scope import Scope, enter, leave
from app.platform.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

RENEWED_EVERY = timedelta(minutes=10)


def init_app(app: Flask) -> None:
    """Set the scope before anything asks for the user, and take it back when the request is over.

    Threads are reused: what is not taken back would be the next request's tenant.
    """
    app.before_request(_expire)
    app.before_request(_enter_scope)
    app.before_request(_renew)
    app.after_request(_note_key_use)
    app.teardown_request(_leave_scope)


def _expire() -> None:
    """A session that nobody used for a while, or that is too old however it was used, is over."""
    if not session.get("_user_id") or (request.endpoint or "").endswith("static"):
        return
    options, now = current_app.config, clock.now().timestamp()
    idle, age = now - session.get("renewed", 0), now - session.get("began", 0)
    if idle > options["SESSION_IDLE"].total_seconds() or age > options["SESSION_LONGEST"].total_seconds():
        session.clear()


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


def _note_key_use(answer: Response) -> Response:
    key = g.get("api_key")
    if key is not None and (key.last_used_at is None or clock.now() - key.last_used_at > keys.USE_NOTED_EVERY):
        try:
            with unit_of_work():
                keys.note_use(key.id)
        except sa.exc.SQLAlchemyError:  # the answer stands, whatever became of the note
            log.exception("the use of an API key was not noted")
    return answer


def _leave_scope(error: BaseException | None) -> None:
    token = g.pop("scope_token", None)
    if token is not None:
        leave(token)
        clock.set_zone(None)
