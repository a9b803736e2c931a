"""A new password for somebody who forgot the old one, by a link that works once and for an hour."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from itsdangerous import BadSignature

from app.accounts import attempts, operations, queries
from app.accounts.events import PasswordResetRequested
from app.accounts.models import SYSTEM, User
from app.platform.db import db
from app.platform.errors import NotFound
from app.platform.unit_of_work import record

LINK_SECONDS = 3600


def request_reset(user_id: int) -> None:
    """Have a link sent to the login's address."""
    if db.session.get(User, user_id) is not None:
        record(PasswordResetRequested(actor_id=None, subject_id=user_id))


def read_token(token: str) -> tuple[int, UUID, str] | None:
    """The login's id, its tenant and the print of the old password; None for a link that is old or made up."""
    try:
        user_id, tenant, mark = queries.reset_signer().loads(token, max_age=LINK_SECONDS)
        return int(user_id), UUID(tenant), str(mark)
    except (BadSignature, ValueError, TypeError):
        return None


def is_open(user_id: int, mark: str) -> bool:
    """Whether the link was not used yet: the password is still the one that it replaces."""
    user = db.session.get(User, user_id)
    return user is not None and bool(user.active) and queries.password_print(user) == mark


def reset_password(user_id: int, mark: str, *, password: str) -> User:
    """Give the login its new password by a link. NotFound when the link was used before; Invalid: too weak."""
    user = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or not user.active or queries.password_print(user) != mark:
        raise NotFound(_("This link was used before. Ask for a new one."), code="link_used")
    operations.set_password(SYSTEM, user_id, password=password)
    attempts.forget_login(user.email)
    return user


def candidates_to_tell(found: Sequence[tuple[int, UUID | None]]) -> list[list[str]]:
    """The logins as a job takes them; platform operators have their passwords from the command line."""
    return [[str(user_id), tenant_id.hex] for user_id, tenant_id in found if tenant_id is not None]
