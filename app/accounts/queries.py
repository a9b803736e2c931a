"""Reads of logins and roles."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import EndedSession, Role, User
from app.platform.db import db
from app.platform.fence import kept
from app.platform.scope import across_tenants, current_tenant_id, platform_scope
from app.tenancy.models import Tenant

NO_PASSWORD = "!"  # in the place of a hash: nobody signs in until a password is set


@dataclass(frozen=True)
class Candidate:
    """A login that may be the one that somebody is signing in to."""

    user_id: int
    tenant_id: UUID | None
    password_hash: str


def login(user_id: int, sid: str | None = None) -> User | None:
    """The login with this id in the current scope, with its roles and tenant; None when the session `sid` ended.

    The roles come by a second statement: SQLite would read everybody's roles to join one person's.
    """
    user = db.session.scalars(_login_of(sid is not None), {"user_id": user_id, "sid": sid}).one_or_none()
    if user is not None:
        roles = db.session.scalars(_roles_of(), {"user_id": user_id})
        set_committed_value(user, "roles", list(roles))
    return user


@cache
def _login_of(has_session: bool) -> Any:
    # Every request asks it: built once, for building it took as long as running it.
    statement = (sa.select(User).where(User.id == sa.bindparam("user_id"))
                 .options(joinedload(User.tenant)))
    ended = sa.exists().where(EndedSession.sid == sa.bindparam("sid"))
    return kept(statement.where(~ended) if has_session else statement)


@cache
def _roles_of() -> Any:
    return kept(sa.select(Role).join(Role.user).where(User.id == sa.bindparam("user_id")).order_by(Role.id))


def login_by_email(email: str) -> User | None:
    """The login with this e-mail address in the current scope."""
    return db.session.scalar(sa.select(User).where(User.email == email.strip().lower()))


def roles_named(names: list[str]) -> list[Role]:
    """The roles with these names."""
    return list(db.session.scalars(sa.select(Role).where(Role.name.in_(names))))


def full_name(user_id: int) -> str:
    """What the login is called: one of the current scope, else a platform operator; '' when there is none."""
    user = db.session.get(User, user_id)
    if user is not None:
        return str(user.get_full_name())
    with platform_scope():
        operator = db.session.get(User, user_id)
        return str(operator.get_full_name()) if operator is not None else ""


def is_of_here(user_id: int | None) -> bool:
    """Whether it is a login of the current scope; a platform operator's is none of a tenant."""
    return user_id is not None and db.session.get(User, user_id) is not None


def ids_with_role(name: str) -> frozenset[int]:
    """The active logins of the current scope that have the role."""
    return frozenset(db.session.scalars(sa.select(User.id).join(User.roles).where(User.active, Role.name == name)))


def sign_in_candidates(email: str, organisation: str | None) -> list[Candidate]:
    """Who might be signing in: each active login of an active tenant with this address.

    The same address may exist in several tenants; `organisation` (a tenant's short name) narrows.
    """
    with across_tenants("sign-in: which tenant does this address belong to"):
        statement = (
            sa.select(User.id, User.tenant_id, User.password)
            .outerjoin(Tenant, Tenant.id == User.tenant_id)
            .where(User.email == email.strip().lower(), User.active.is_(True),
                   sa.or_(User.tenant_id.is_(None), Tenant.is_active))
            .order_by(User.id)
        )
        if organisation:
            statement = statement.where(Tenant.slug == organisation.strip().lower())
        return [Candidate(*row) for row in db.session.execute(statement)]


def reset_token(user_id: int) -> str:
    """What a link to choose a new password carries: whose it is, and a print of the password that it replaces.

    LookupError when there is no such login in the current scope.
    """
    user, tenant_id = db.session.get(User, user_id), current_tenant_id()
    if user is None:
        raise LookupError("no such login")
    return reset_signer().dumps([user_id, tenant_id.hex if tenant_id else "", password_print(user)])


def password_print(user: User) -> str:
    """Differs as soon as the login's password, address or sessions do; tells nothing about them."""
    return hashlib.sha256(f"{user.password}\0{user.session_epoch}\0{user.email}".encode()).hexdigest()[:24]


def reset_signer() -> URLSafeTimedSerializer:
    """Signs and reads the links to choose a new password."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="trainflow reset")
