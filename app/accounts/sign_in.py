"""The steps of signing in and out, shared by the sign-in page and the API. An edge: it opens units of work."""

from __future__ import annotations

from functools import cache

from flask import current_app
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.security import check_password_hash, generate_password_hash

from app.accounts import operations, queries, rules
from app.accounts.models import User
from app.accounts.queries import NO_PASSWORD, Candidate
from app.accounts.security import close_session
from app.platform import clock
from app.platform.errors import Invalid
from app.platform.scope import Scope, enter
from app.platform.unit_of_work import unit_of_work


def sign_in(email: str, password: str, organisation: str = "") -> User:
    """The login whose password this is, its sign-in recorded; the scope is its tenant's from here on.

    NotAllowed `sign_in_refused` says the same whatever was wrong, the lock after too many wrong passwords
    included: nobody learns which addresses exist, or guesses on while the login is locked. Invalid
    `organisation_needed` when the same address and password fit in several tenants.
    """
    candidates = queries.sign_in_candidates(email, organisation)
    fitting = [candidate for candidate in candidates if _fits(candidate, password)]
    if not candidates:
        _check(NO_PASSWORD, password)
    if len(fitting) > 1:
        raise Invalid(_("Your address signs in to several organisations. Name the one you mean."),
                      field="organisation", code="organisation_needed")
    if not fitting:
        for candidate in candidates:
            _refuse(candidate)
        raise operations.sign_in_refused()
    enter(fitting[0].tenant_id or Scope.PLATFORM)
    with unit_of_work():
        return operations.accept_sign_in(fitting[0].user_id)


def end_session() -> None:
    """Sign out whoever is signed in by session, and note it."""
    if current_user.is_authenticated:
        with unit_of_work():
            operations.sign_out(current_user)
    close_session()


def is_own_password(user: User, password: str) -> bool:
    """Whether somebody who is signed in knows their password; wrong ones count as they do at the door."""
    me = Candidate(user.id, user.tenant_id, user.password, user.locked_until)
    is_right = _fits(me, password)
    if not is_right:
        with unit_of_work():
            operations.refuse_sign_in(user.id)
    return is_right


def _fits(candidate: Candidate, password: str) -> bool:
    is_right = _check(candidate.password_hash, password)
    return is_right and not rules.is_locked(candidate.locked_until, clock.now())


def _check(password_hash: str, password: str) -> bool:
    # As slow where there is no password as where it is wrong: time does not tell which addresses exist.
    nobodys = _nobodys_hash(current_app.config["FAB_PASSWORD_HASH_METHOD"])
    is_right = check_password_hash(nobodys if password_hash == NO_PASSWORD else password_hash, password)
    return is_right and password_hash != NO_PASSWORD


@cache
def _nobodys_hash(method: str) -> str:
    return generate_password_hash("", method)


def _refuse(candidate: Candidate) -> None:
    enter(candidate.tenant_id or Scope.PLATFORM)
    with unit_of_work():
        operations.refuse_sign_in(candidate.user_id)
    enter(None)
