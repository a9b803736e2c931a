"""FAB's security manager, answering from the permission table and from one query a request."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, g, session
from flask_appbuilder.security.sqla.manager import SecurityManager as FabSecurityManager
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
)
from flask_login import login_user, logout_user
from werkzeug.local import LocalProxy

from app.accounts import queries
from app.accounts.models import Role, User
from app.platform import clock
from app.platform.db import db
from app.platform.scope import Scope, current_scope, enter

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
        from app.accounts.views import AccountView, LoginView

        self.auth_view = self.appbuilder.add_view_no_menu(LoginView)
        self.appbuilder.add_view_no_menu(AccountView)
        auth_api = self.appbuilder.add_api(AuthApi)
        for door in (self.auth_view, auth_api):
            self.limiter.limit(current_app.config["SIGN_IN_LIMIT"], methods=["POST"])(door.blueprint)

    def load_user(self, pk: Any) -> User | None:
        """The signed-in login: of the session's tenant, active, and of the session's epoch."""
        return self._current(int(pk), session.get("epoch"))

    def load_user_jwt(self, _jwt_header: Any, jwt_data: dict[str, Any]) -> User | None:
        """The login that a bearer token names, in the token's tenant and epoch."""
        tenant = jwt_data.get("tenant")
        enter(UUID(tenant) if tenant else Scope.PLATFORM)
        user = self._current(int(jwt_data["sub"]), jwt_data.get("epoch"))
        if user is None:
            enter(None)
        else:
            g.user = user
        return user

    @staticmethod
    def _current(user_id: int, epoch: int | None) -> User | None:
        user = queries.login(user_id) if current_scope() is not None else None
        if user is None or not user.active or (user.tenant and not user.tenant.is_active):
            return None
        if epoch != user.session_epoch:
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
        user = _itself(g.get("user"))
        if user is None or not user.is_authenticated:
            return bool(super().has_access(permission_name, view_name))
        return bool(user.is_active) and (permission_name, view_name) in self._held_by(user)

    def _has_view_access(self, user: Any, permission_name: str, view_name: str) -> bool:
        return (permission_name, view_name) in self._held_by(user)

    def _held_by(self, user: Any) -> Held:
        names, grants = frozenset(role.name for role in self.get_user_roles(user)), self.grants()
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
    return user._get_current_object() if isinstance(user, LocalProxy) else user


def open_session(user: User) -> None:
    """Sign the login in: a fresh session bound to its tenant and epoch."""
    session.clear()
    session["tenant"] = str(user.tenant_id) if user.tenant_id else Scope.PLATFORM.value
    session["epoch"] = user.session_epoch
    session["renewed"] = clock.now().timestamp()
    session.permanent = True
    enter(user.tenant_id or Scope.PLATFORM)
    login_user(user)


def close_session() -> None:
    """Sign out and forget everything."""
    logout_user()
    session.clear()
