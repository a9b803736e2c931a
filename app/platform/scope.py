"""Whose rows the running code may touch: one tenant's, the platform's own, or, said aloud, everybody's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from enum import Enum
from typing import Any
from uuid import UUID

from flask.globals import app_ctx

log = logging.getLogger(__name__)


class Scope(Enum):
    """The two scopes that are not a tenant."""

    PLATFORM = "platform"  # a platform operator: logins without a tenant, no tenant's data
    EVERY_TENANT = "every tenant"  # see across_tenants


_scope: ContextVar[UUID | Scope | None] = ContextVar("tenant_scope", default=None)


def current_scope() -> UUID | Scope | None:
    """The tenant's id, one of `Scope`, or None where nobody has said whose data this is about."""
    return _scope.get()


def current_tenant_id() -> UUID | None:
    """The current tenant's id, or None when the scope is not one tenant."""
    scope = _scope.get()
    return scope if isinstance(scope, UUID) else None


def enter(scope: UUID | Scope | None) -> Token[Any]:
    """Set the scope until `leave(token)`; for the request and job edges, which can not use `with`."""
    return _scope.set(scope)


def leave(token: Token[Any]) -> None:
    """Return to the scope that was set before `enter` gave `token`."""
    _scope.reset(token)


@contextmanager
def tenant_scope(tenant_id: UUID) -> Iterator[None]:
    """Run the block on the rows of one tenant, in a session of its own."""
    token = enter(tenant_id)
    try:
        yield
    finally:
        _drop_session()
        leave(token)


@contextmanager
def platform_scope() -> Iterator[None]:
    """Run the block as a platform operator: logins that belong to no tenant, no tenant's data."""
    token = enter(Scope.PLATFORM)
    try:
        yield
    finally:
        _drop_session()
        leave(token)


def own_scope(tenant_id: UUID | None) -> AbstractContextManager[None]:
    """The scope of a login: its tenant's, or the platform's where it belongs to none."""
    return platform_scope() if tenant_id is None else tenant_scope(tenant_id)


@contextmanager
def across_tenants(reason: str) -> Iterator[None]:
    """Cross the fence, on purpose: `reason` says why and stands in the log."""
    log.info("crossing tenants: %s", reason)
    token = enter(Scope.EVERY_TENANT)
    try:
        yield
    finally:
        _drop_session()
        leave(token)


def app_context() -> Any:
    """The application context itself, which Flask's `app_ctx` only stands for."""
    return app_ctx._get_current_object()  # type: ignore[attr-defined]


def session_key() -> tuple[int, str]:
    """Flask-SQLAlchemy's scopefunc: one session per application context and scope.

    The identity map would otherwise hand rows of the previous scope to the next one.
    """
    scope = _scope.get()
    return id(app_context()), str(scope)


def _drop_session() -> None:
    from app.platform.db import db

    if app_ctx:
        db.session.remove()
