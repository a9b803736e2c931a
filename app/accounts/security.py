"""FAB's security manager, answering from the permission table and from one query a request."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request, session
from flask_appbuilder.security.sqla.manager import SecurityManager as FabSecurityManager
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
)
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from jwt.exceptions import PyJWTError
from werkzeug.local import LocalProxy

from app.accounts import impersonation, keys, queries, rules
from app.accounts.models import Role, User
from app.platform import clock
from app.platform.db import db
from app.platform.scope import Scope, app_context, current_scope, enter

ACTING = "acting"  # in the session of an operator who works as somebody else: who they are
Held = frozenset[tuple[str, str]]
Grants = dict[str, Held]


class SecurityManager(FabSecurityManager):
    """Only sign-in of FAB's own security screens exists: its others reach across tenants."""

    _grants: Grants = {}
    _held: dict[frozenset[str], Held] = {}  # roles together to what they may, of the same reading
    _grants_read_at = 0.0
    GRANTS_SECONDS = 30  # after `sync-permissions`, how long another process may answer from before

    def register_views(self) -> None:
        """Sign-in, sign-out and the own password; nothing of FAB's user, role and statistics screens."""
        from app.accounts.api import AuthApi
        from app.accounts.impersonation_views import ImpersonationView
        from app.accounts.key_api import ApiKeyApi, OperatorKeyApi
        from app.accounts.key_views import ApiKeyView, OperatorKeyView
        from app.accounts.reset_views import ResetView
        from app.accounts.second_step_api import SecondStepApi
        from app.accounts.second_step_views import CodeView, SecondStepView
        from app.accounts.views import AccountView, LoginView

        self.auth_view = self.appbuilder.add_view_no_menu(LoginView)
        for view in (AccountView, SecondStepView, ApiKeyView, OperatorKeyView, ImpersonationView):
            self.appbuilder.add_view_no_menu(view)
        code_view, auth_api = self.appbuilder.add_view_no_menu(CodeView), self.appbuilder.add_api(AuthApi)
        for api in (ApiKeyApi, OperatorKeyApi):
            self.appbuilder.add_api(api)
        reset_view = self.appbuilder.add_view_no_menu(ResetView)
        second_step_api = self.appbuilder.add_api(SecondStepApi)
        for door in (self.auth_view, code_view, reset_view, auth_api, second_step_api):
            self.limiter.limit(current_app.config["SIGN_IN_LIMIT"], methods=["POST"])(door.blueprint)

    def create_limiter(self, app: Flask) -> Limiter:
        """FAB's limiter, counting each signed-in person, and visitors by their address."""
        app.config.setdefault("RATELIMIT_KEY_FUNC", self.counted_as)
        return super().create_limiter(app)

    def counted_as(self) -> str:
        """Whose requests these are: the login's in its tenant, or the visitor's address."""
        self.before_request()
        user = _itself(g.get("user"))
        known = user is not None and user.is_authenticated
        return f"{user.tenant_id}:{user.id}" if known else get_remote_address()

    def before_request(self) -> None:  # type: ignore[override]  # FAB's is static, and called through `self`
        """Say who asks: by API key, by token, or by the browser's session."""
        if "identified" in g:
            return
        g.identified = True
        g.user = current_user
        if not request.path.startswith("/api/") or session.get("_user_id"):
            return
        key = self.extract_api_key_from_request()
        if key:
            self.validate_api_key(key)
            return
        # A bad token is told so where it is needed: public addresses answer everybody.
        with suppress(JWTExtendedException, PyJWTError):
            verify_jwt_in_request(optional=True)

    @staticmethod
    def extract_api_key_from_request() -> str | None:
        """The API key that the request carries as its bearer, if it is one."""
        kind, _space, key = request.headers.get("Authorization", "").partition(" ")
        return key.strip() if kind.lower() == "bearer" and key.strip().startswith(keys.MARK) else None

    def validate_api_key(self, api_key_string: str) -> User | None:
        """The login whose key this is, its scope entered; None when the key is unknown, ended or its owner out."""
        if g.get("api_key") is not None:
            return g.user  # type: ignore[no-any-return]
        scope = keys.scope_of(api_key_string)
        if scope is None:
            return None
        enter(scope)
        found = keys.owner_of(api_key_string)
        if found is None or not _may_be_in(found[0]):
            enter(None)
            return None
        g.user, g.api_key = found
        g._api_key_user = True
        clock.set_zone(g.user.tenant.time_zone if g.user.tenant else None)
        return g.user  # type: ignore[no-any-return]

    def load_user(self, pk: Any) -> User | None:
        """The signed-in login: of the session's tenant, active, of the session's epoch, not signed out."""
        user = self._current(int(pk), session.get("epoch"), session.get("sid"))
        kept = session.get(ACTING)
        return user if user is None or kept is None or impersonation.goes_on(kept) else None

    def load_user_jwt(self, _jwt_header: Any, jwt_data: dict[str, Any]) -> User | None:
        """The login that a bearer token names, in the token's tenant and epoch; looked up once in a request.

        It is asked for twice: to know whose limit the request counts for, and by Flask-AppBuilder's `protect`.
        """
        known = g.get("of_token")
        if known is not None and known[0] == jwt_data:
            return known[1]  # type: ignore[no-any-return]
        try:
            tenant, user_id = jwt_data["tenant"], int(jwt_data["sub"])
            enter(UUID(tenant) if tenant else Scope.PLATFORM)
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        user = self._current(user_id, jwt_data.get("epoch"), jwt_data.get("sid"))
        if user is None:
            enter(None)
        else:
            g.user, g.of_token = user, (jwt_data, user)
        return user

    @staticmethod
    def _current(user_id: int, epoch: int | None, sid: str | None) -> User | None:
        user = queries.login(user_id, sid) if current_scope() is not None and sid else None
        if user is None or not _may_be_in(user) or epoch != user.session_epoch:
            return None
        clock.set_zone(user.tenant.time_zone if user.tenant else None)
        return user

    def get_user_roles(self, user: Any) -> list[Role]:
        """The login's roles; visitors have none, and groups are not used."""
        return list(user.roles) if user.is_authenticated else []

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is public by a table: public views carry no permission check and stand in a list."""
        return False

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the signed-in person may. A page asks dozens of times, so without FAB's detours by proxies."""
        own = app_context().g
        user, key = _itself(own.get("user")), own.get("api_key")
        if key is not None and not rules.key_allows(key.access, key.resources, permission_name, view_name):
            return False
        if "impersonator" in own and not rules.impersonation_allows(permission_name, view_name):
            return False
        if user is None or not user.is_authenticated:
            return bool(super().has_access(permission_name, view_name))
        return bool(user.is_active) and (permission_name, view_name) in self._held_by(user)

    def _has_view_access(self, user: Any, permission_name: str, view_name: str) -> bool:
        return (permission_name, view_name) in self._held_by(user)

    def _held_by(self, user: Any) -> Held:
        grants, roles = self.grants(), self.get_user_roles(user)
        names = frozenset([role.name for role in roles])
        held = self._held.get(names)
        if held is None:
            held = self._held[names] = frozenset().union(*(grants.get(name, ()) for name in names))
        return held

    def _get_user_permission_view_menus(self, user: Any, permission_name: str,
                                        view_menus_name: list[str]) -> set[str]:
        roles = self.get_user_roles(user) if user is not None else []
        held = self._held_by(user) if roles else frozenset()
        return {view for view in view_menus_name if (permission_name, view) in held}

    def grants(self) -> Grants:
        """Role name to its (permission, resource) pairs, read from FAB's tables at most twice a minute."""
        cls = type(self)
        if time.monotonic() - cls._grants_read_at > cls.GRANTS_SECONDS or not cls._grants:
            cls._grants, cls._held, cls._grants_read_at = self._read_grants(), {}, time.monotonic()
        return cls._grants

    def forget_grants(self) -> None:
        """Read the permission tables again at the next question."""
        type(self)._grants_read_at = float("-inf")

    @staticmethod
    def _read_grants() -> Grants:
        link = assoc_permissionview_role.c
        rows = db.session.execute(
            sa.select(Role.name, Permission.name, ViewMenu.name)
            .join(assoc_permissionview_role, link.role_id == Role.id)
            .join(PermissionView, PermissionView.id == link.permission_view_id)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        )
        found: dict[str, set[tuple[str, str]]] = {}
        for role, permission, view in rows:
            found.setdefault(role, set()).add((permission, view))
        return {role: frozenset(pairs) for role, pairs in found.items()}


def _itself(user: Any) -> Any:
    """The login that Flask-Login's stand-in stands for, as FAB puts it into `g`."""
    if not isinstance(user, LocalProxy):
        return user
    found = app_context().g.get("_login_user") if has_request_context() else None  # where Flask-Login keeps it
    return user._get_current_object() if found is None else found


def _may_be_in(user: User) -> bool:
    return bool(user.active) and (user.tenant is None or user.tenant.is_active)


def open_session(user: User) -> None:
    """Sign the login in: a fresh session bound to its tenant and epoch, under an id of its own."""
    session.clear()
    session["tenant"] = str(user.tenant_id) if user.tenant_id else Scope.PLATFORM.value
    session["epoch"] = user.session_epoch
    session["sid"] = secrets.token_urlsafe(16)
    session["began"] = session["renewed"] = clock.now().timestamp()
    session.permanent = True
    enter(user.tenant_id or Scope.PLATFORM)
    login_user(user)


def close_session() -> None:
    """Sign out and forget everything."""
    logout_user()
    session.clear()
