"""Each request runs in the scope of whoever is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, g, session

from app.platform import clock
from app.platform.scope import Scope, enter, leave


def init_app(app: Flask) -> None:
    """Set the scope before anything asks for the user, and take it back when the request is over.

    Threads are reused: what is not taken back would be the next request's tenant.
    """
    app.before_request(_enter_scope)
    app.teardown_request(_leave_scope)


def _enter_scope() -> None:
    g.scope_token = enter(_session_scope(session.get("tenant")))
    clock.set_zone(None)


def _session_scope(stored: Any) -> UUID | Scope | None:
    if not stored:
        return None
    return Scope.PLATFORM if stored == Scope.PLATFORM.value else UUID(stored)


def _leave_scope(error: BaseException | None) -> None:
    token = g.pop("scope_token", None)
    if token is not None:
        leave(token)
        clock.set_zone(None)
