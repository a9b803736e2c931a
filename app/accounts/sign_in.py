"""The steps of signing in and out, shared by the sign-in page and the API. An edge: it opens units of work."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from flask import current_app, g, session
from flask_babel import gettext as _
from flask_jwt_extended import get_jwt
from werkzeug.security import check_password_hash, generate_password_hash

from app.accounts import attempts, impersonation, operations, queries, second_step
from app.accounts.models import User
from app.accounts.queries import NO_PASSWORD, Candidate
from app.accounts.security import ACTING, close_session
from app.platform.db import db
from app.platform.errors import Invalid, NotAllowed
from app.platform.scope import Scope, enter, own_scope, platform_scope
from app.platform.unit_of_work import unit_of_work

FEWEST_CHECKS = 2  # an address of two organisations takes no longer than one of one, or of none


def sign_in(email: str, password: str, organisation: str = "") -> User:
    """The login whose password this is; the scope is its tenant's from here on.

    Not signed in yet where the login asks for a second step: see `needs_code` and `enter_with_code`. NotAllowed
    `sign_in_refused` says the same whatever was wrong, the lock after too many wrong passwords included: nobody
    learns which addresses exist, or guesses on while locked out. Invalid `organisation_needed` when the same
    address and password fit in several tenants.
    """
    counters = attempts.counters(email)
    with platform_scope():  # whose session ends here: the one that writes is another
        is_locked = attempts.are_locked(counters)
    candidates = queries.sign_in_candidates(email, organisation)
    checked = [candidate for candidate in candidates if _check(candidate.password_hash, password)]
    for _padding in range(FEWEST_CHECKS - len(candidates)):
        _check(NO_PASSWORD, password)
    if is_locked or not checked:
        _refuse(candidates, counters, email, is_locked)
        raise operations.sign_in_refused()
    if len(checked) > 1:
        raise Invalid(_("Your address signs in to several organisations. Name the one you mean."),
                      field="organisation", code="organisation_needed")
    enter(checked[0].tenant_id or Scope.PLATFORM)
    user = db.session.get(User, checked[0].user_id)
    assert user is not None
    return user if user.totp_secret else _accept(user.id, counters)


def needs_code(user: User) -> bool:
    """Whether somebody whose password was right has a second step to take."""
    return bool(user.totp_secret)


def enter_with_code(user_id: int, tenant_id: UUID | None, code: str) -> User:
    """The second step: a code of the authenticator app, or one kept for a lost phone. NotAllowed `code_wrong`."""
    enter(tenant_id or Scope.PLATFORM)
    user = db.session.get(User, user_id)
    counters = attempts.own_counters(user_id)
    if user is None or attempts.are_locked(counters) or not second_step.is_right(user, code):
        _refuse([Candidate(user_id, tenant_id, "")] if user else [], counters, "", is_locked=False)
        enter(None)
        raise NotAllowed(_("This code is wrong, or was used before. Wait for the next one."), field="code",
                         code="code_wrong")
    with unit_of_work():
        second_step.use_code(user.id, code)
    return _accept(user.id, counters)


def _accept(user_id: int, counters: list[attempts.Counter]) -> User:
    with unit_of_work():
        attempts.forget(counters)
        return operations.accept_sign_in(user_id)


def end_session() -> None:
    """Sign out whoever is signed in by session or token, and note it; copies of either open nothing any more."""
    user, claims = g.user, get_jwt() if "_jwt_extended_jwt" in g else {}
    sid, kept = session.get("sid") or claims.get("sid"), session.get(ACTING)
    if user.is_authenticated and kept is not None:
        operator = impersonation.operator_of(kept)
        stop_impersonating(kept)
        if operator is not None:
            with platform_scope(), unit_of_work():
                operations.sign_out(operator, kept["sid"])
    elif user.is_authenticated and "api_key" not in g:
        with unit_of_work():
            operations.sign_out(user, sid)
    close_session()


def stop_impersonating(kept: dict[str, Any]) -> None:
    """End the session in which an operator, whom `kept` names, works as somebody else."""
    with unit_of_work():
        impersonation.end_impersonation(g.user, kept["operator"], session.get("sid"))


def is_own_password(user: User, password: str) -> bool:
    """Whether somebody who is signed in knows their password; wrong ones count as they do at the door."""
    counters = attempts.own_counters(user.id)
    is_right = _check(user.password, password) and not attempts.are_locked(counters)
    if not is_right:
        with unit_of_work():
            attempts.note_failure(counters)
            operations.refuse_sign_in(user.id, locked=False)
    return is_right


def require_own_password(user: User, password: str, field: str = "password") -> None:
    """Invalid `password_wrong`, naming the field that it was typed into, unless it is theirs."""
    if not is_own_password(user, password):
        raise Invalid(_("This is not your current password."), field=field, code="password_wrong")


def change_own_password(user: User, current: str, password: str) -> User:
    """Give somebody who is signed in the new `password`; every session and token of the login is over then.

    Invalid `password_wrong` unless they know the `current` one, and when the new one is weak.
    """
    require_own_password(user, current, field="current")
    with unit_of_work():
        return operations.set_password(user, user.id, password=password)


def _check(password_hash: str, password: str) -> bool:
    # As slow where there is no password as where it is wrong: time does not tell which addresses exist.
    nobodys = _nobodys_hash(current_app.config["FAB_PASSWORD_HASH_METHOD"])
    is_right = check_password_hash(nobodys if password_hash == NO_PASSWORD else password_hash, password)
    return is_right and password_hash != NO_PASSWORD


@cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("", method)


def _refuse(candidates: list[Candidate], counters: list[attempts.Counter], email: str, is_locked: bool) -> None:
    with platform_scope(), unit_of_work():
        attempts.note_failure(counters, email)
        is_locked = is_locked or attempts.are_locked(counters)
    for candidate in candidates:
        with own_scope(candidate.tenant_id), unit_of_work():
            operations.refuse_sign_in(candidate.user_id, locked=is_locked)
