"""The steps of signing in, shared by the sign-in page and the API. An edge: it opens units of work."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from flask_babel import gettext as _
from werkzeug.security import check_password_hash

from app.accounts import operations, queries
from app.accounts.models import User
from app.platform.errors import Invalid, NotAllowed
from app.platform.scope import Scope, enter
from app.platform.unit_of_work import unit_of_work


def sign_in(email: str, password: str, organisation: str = "") -> User:
    """The login whose password this is, its sign-in recorded; the scope is its tenant's from here on.

    NotAllowed `sign_in_refused` says the same whatever was wrong, so that nobody learns which addresses
    exist; `login_locked` after too many wrong passwords. Invalid `organisation_needed` when the same
    address and password fit in several tenants.
    """
    candidates = queries.sign_in_candidates(email, organisation)
    fitting = [c for c in candidates if check_password_hash(c[2], password)]
    if not candidates:
        # As slow as a wrong password, so that time does not tell which addresses exist.
        check_password_hash(current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"], password)
    if len(fitting) > 1:
        raise Invalid(_("Your address signs in to several organisations. Name the one you mean."),
                      field="organisation", code="organisation_needed")
    if not fitting:
        for user_id, tenant_id, _password_hash in candidates:
            _refuse(user_id, tenant_id)
        raise NotAllowed(_("E-mail or password is wrong."), code="sign_in_refused")
    user_id, tenant_id, _password_hash = fitting[0]
    enter(tenant_id or Scope.PLATFORM)
    with unit_of_work():
        return operations.accept_sign_in(user_id)


def _refuse(user_id: int, tenant_id: UUID | None) -> None:
    enter(tenant_id or Scope.PLATFORM)
    with unit_of_work():
        operations.refuse_sign_in(user_id)
    enter(None)
