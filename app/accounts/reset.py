"""A new password for somebody who forgot the old one, by a link that works once and for an hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from itsdangerous import BadSignature

from app.accounts import attempts, operations, queries, rules
from app.accounts.events import PasswordResetRequested
from app.accounts.models import SYSTEM, ResetRequest, User
from app.accounts.queries import Candidate
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotFound
from app.platform.unit_of_work import record

LEFT_AFTER = timedelta(minutes=1)  # a worker that is there has it sent by then
KEPT = timedelta(days=1)  # nobody waits longer for a link


def ask(found: Sequence[Candidate]) -> ResetRequest:
    """Note that links are wanted for these logins; the same for none, so that nobody learns whether there are any.

    The note is in the database because the job that sends them may be lost with Redis.
    """
    db.session.execute(sa.delete(ResetRequest).where(ResetRequest.asked_at < clock.now() - KEPT))
    row = ResetRequest(logins=[[str(one.user_id), one.tenant_id.hex if one.tenant_id else ""] for one in found],
                       asked_at=clock.now())
    db.session.add(row)
    db.session.flush()
    return row


def wanted(request_id: UUID) -> list[tuple[int, UUID | None]]:
    """The logins of a request, each with its tenant; none when they are on their way already."""
    row = db.session.get(ResetRequest, request_id)
    return [(int(user_id), UUID(tenant) if tenant else None) for user_id, tenant in row.logins] if row else []


def left_behind() -> list[UUID]:
    """Requests that should have been done by now."""
    return list(db.session.scalars(
        sa.select(ResetRequest.id).where(ResetRequest.asked_at < clock.now() - LEFT_AFTER)))


def forget(request_id: UUID) -> None:
    """The links of a request are on their way."""
    db.session.execute(sa.delete(ResetRequest).where(ResetRequest.id == request_id))


def request_reset(user_id: int) -> None:
    """Have a link sent to the login's address, unless the last one left too short a time ago; nobody is told which."""
    user, now = db.session.get(User, user_id, with_for_update=True, populate_existing=True), clock.now()
    if user is not None and rules.may_be_sent(user.reset_sent_at, user.resets_in_a_row, now):
        user.resets_in_a_row = rules.links_in_a_row(user.reset_sent_at, user.resets_in_a_row, now)
        user.reset_sent_at = now
        record(PasswordResetRequested(actor_id=None, subject_id=user_id))


def read_token(token: str) -> tuple[int, UUID | None, str] | None:
    """The login's id, its tenant (None: an operator's) and the print of the old password; None for a link that is
    old or made up."""
    try:
        user_id, tenant, mark = queries.reset_signer().loads(token, max_age=int(rules.LINK.total_seconds()))
        return int(user_id), UUID(tenant) if tenant else None, str(mark)
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
