"""Make logins, let people in, keep others out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.security import generate_password_hash

from app.accounts import queries, rules
from app.accounts.events import (
    LoginCreated,
    LoginUpdated,
    PasswordChanged,
    SessionsEnded,
    SignedIn,
    SignedOut,
    SignInFailed,
)
from app.accounts.models import User
from app.accounts.permissions import TENANT_ROLES
from app.accounts.shutting import shut
from app.platform import clock
from app.platform.changes import apply_changes
from app.platform.db import db
from app.platform.errors import Conflict, Invalid, NotAllowed, NotFound
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import record

PASSWORD_PROBLEMS = {
    "too_short": _l("Use at least 10 characters."),
    "well_known": _l("This password is among the first that attackers try. Choose another."),
    "is_email": _l("Choose a password that is not your e-mail address."),
}


class HashedPassword(str):
    """A password that was hashed before: demo data hashes once for everybody. Never from a form or a request."""


def create_login(actor: Any, *, email: str, first_name: str, last_name: str, roles: Iterable[str],
                 password: str | None = None, locale: str | None = None) -> User:
    """A login in the current scope. Without a password nobody can sign in until one is set.

    Conflict `email_taken` (in this tenant: other tenants are never asked); Invalid for a weak password
    or a role that this tenant can not give.
    """
    email, names = email.strip().lower(), list(roles)
    if queries.login_by_email(email):
        raise Conflict(_("%(email)s already signs in here.", email=email), field="email", code="email_taken")
    user = User(email=email, username=email, first_name=first_name, last_name=last_name, active=True,
                locale=locale, tenant_id=current_tenant_id(), created_by_fk=actor.id, changed_by_fk=actor.id)
    user.password = _hash(password, email) if password is not None else queries.NO_PASSWORD
    user.roles = _assignable_roles(names)
    db.session.add(user)
    db.session.flush()
    record(LoginCreated(actor_id=actor.id, subject_id=user.id, roles=tuple(sorted(names))))
    return user


def update_login(actor: Any, user_id: int, *, roles: Iterable[str] | None = None, **values: Any) -> User:
    """Change names, e-mail, language, `active` or roles; deactivating signs the person out everywhere."""
    user = _own_login(user_id)
    if user.id == actor.id and values.get("active") is False:
        raise Conflict(_("You can not deactivate your own login."), field="active", code="login_is_self")
    changes = apply_changes(user, values)
    if roles is not None:
        changes |= _replace_roles(actor, user, list(roles))
    if changes:
        if "active" in changes or "roles" in changes:
            user.session_epoch += 1
        record(LoginUpdated(actor_id=actor.id, subject_id=user.id, changes=changes))
    return user


def choose_language(actor: Any, *, locale: str) -> User:
    """Have TrainFlow speak and write to the actor in `locale` (en, ar) from now on."""
    return update_login(actor, actor.id, locale=locale)


def set_password(actor: Any, user_id: int, *, password: str) -> User:
    """Give the login a new password and sign it out everywhere. Invalid when the password is weak."""
    user = _own_login(user_id)
    user.password = _hash(password, user.email)
    user.session_epoch += 1
    user.fail_login_count = 0
    record(PasswordChanged(actor_id=actor.id, subject_id=user.id))
    return user


def accept_sign_in(user_id: int) -> User:
    """Let somebody in who has shown who they are."""
    user = _own_login(user_id, lock=True)
    user.fail_login_count = 0
    user.last_login, user.login_count = clock.now().replace(tzinfo=None), (user.login_count or 0) + 1
    record(SignedIn(actor_id=user.id, subject_id=user.id))
    return user


def refuse_sign_in(user_id: int, *, locked: bool) -> None:
    """Note a wrong password, or any while whoever guesses is `locked` out (see app.accounts.attempts)."""
    user = _own_login(user_id, lock=True)
    user.fail_login_count = (user.fail_login_count or 0) + 1
    record(SignInFailed(actor_id=None, subject_id=user.id, locked=locked))


def sign_in_refused() -> NotAllowed:
    """What everybody is told who is not let in: nobody learns which addresses exist, or which are locked."""
    return NotAllowed(_("E-mail or password is wrong. Five wrong passwords lock a login for 15 minutes."),
                      code="sign_in_refused")


def sign_out(actor: Any, sid: str | None = None) -> None:
    """Sign out; the session or token `sid` opens nothing from here on, wherever a copy of it lies."""
    shut(sid)
    record(SignedOut(actor_id=actor.id, subject_id=actor.id))


def end_sessions(actor: Any) -> User:
    """Sign the actor out on every device, this one too unless it opens a new session."""
    user = _own_login(actor.id, lock=True)
    user.session_epoch += 1
    record(SessionsEnded(actor_id=actor.id, subject_id=user.id))
    return user


def _own_login(user_id: int, lock: bool = False) -> User:
    user = db.session.get(User, user_id, with_for_update=lock or None, populate_existing=lock)
    if user is None:
        raise NotFound(_("There is no such login."))
    return user


def _hash(password: str, email: str) -> str:
    if isinstance(password, HashedPassword):
        return str(password)
    problem = rules.password_problem(password, email)
    if problem:
        raise Invalid(PASSWORD_PROBLEMS[problem], field="password", code=f"password_{problem}")
    return generate_password_hash(password, current_app.config["FAB_PASSWORD_HASH_METHOD"])


def _assignable_roles(names: list[str]) -> list[Any]:
    in_tenant = current_tenant_id() is not None
    if in_tenant and not set(names) <= set(TENANT_ROLES):
        raise Invalid(_("Choose one of the roles of the list."), field="roles", code="role_unknown")
    found = queries.roles_named(names)
    if missing := set(names) - {role.name for role in found}:
        raise Conflict(_("The role %(name)s is not in the database yet: run flask --app app trainflow "
                         "sync-permissions.", name=min(missing)), code="roles_unwritten")
    return found


def _replace_roles(actor: Any, user: User, names: list[str]) -> dict[str, tuple[Any, Any]]:
    old = sorted(role.name for role in user.roles)
    if old == sorted(names):
        return {}
    if user.id == actor.id:
        raise Conflict(_("Somebody else has to change your own roles."), field="roles", code="login_is_self")
    user.roles = _assignable_roles(names)
    return {"roles": (old, sorted(names))}
