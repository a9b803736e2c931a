"""A platform operator works as somebody of a tenant: for a reason, for a while, and on record there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import g
from flask_babel import gettext as _

from app.accounts import queries
from app.accounts.events import ImpersonationEnded, ImpersonationStarted
from app.accounts.models import User, role_names
from app.accounts.permissions import OPERATOR
from app.accounts.rules import IMPERSONATION
from app.accounts.shutting import shut
from app.platform import clock
from app.platform.errors import Conflict, NotAllowed, NotFound
from app.platform.scope import platform_scope
from app.platform.unit_of_work import record


@dataclass(frozen=True)
class Impersonator:
    """The operator who works as somebody else, and until when."""

    id: int
    name: str
    until: datetime | None = None


def start_impersonation(actor: Any, *, email: str, reason: str) -> User:
    """The login that the operator works as from now on, in whose tenant's scope this is called.

    NotAllowed `not_operator` for everybody but platform operators. NotFound `login_unknown` unless somebody
    of the tenant signs in with `email`; Conflict `tenant_suspended`.
    """
    if OPERATOR not in role_names(actor):
        raise NotAllowed(_("Only a platform operator works as somebody else."), code="not_operator")
    user = queries.login_by_email(email)
    if user is None or not user.active:
        raise NotFound(_("Nobody of this organisation signs in with this address."), field="email",
                       code="login_unknown")
    if not user.tenant.is_active:
        raise Conflict(_("This organisation is suspended. Resume it first."), code="tenant_suspended")
    minutes = int(IMPERSONATION.total_seconds()) // 60
    record(ImpersonationStarted(actor_id=actor.id, subject_id=user.id, reason=reason.strip(), minutes=minutes))
    return user


def end_impersonation(user: Any, operator_id: int, sid: str | None) -> None:
    """Be oneself again: the session `sid` in which the operator worked as `user` opens nothing any more."""
    shut(sid)
    record(ImpersonationEnded(actor_id=operator_id, subject_id=user.id))


def as_kept(operator: User, sid: str | None) -> dict[str, Any]:
    """What the session keeps of the operator, to check at each request and to go back to."""
    return {"operator": operator.id, "epoch": operator.session_epoch, "sid": sid, "name": operator.get_full_name(),
            "until": (clock.now() + IMPERSONATION).timestamp()}


def goes_on(kept: Mapping[str, Any]) -> bool:
    """Whether the time is not over and the operator still one who is signed in; notes who it is for the trail."""
    if clock.now().timestamp() >= kept["until"] or operator_of(kept) is None:
        return False
    g.impersonator = Impersonator(kept["operator"], kept["name"], datetime.fromtimestamp(kept["until"], UTC))
    return True


def operator_of(kept: Mapping[str, Any]) -> User | None:
    """The operator's login, while it may still be in."""
    with platform_scope():
        user = queries.login(kept["operator"], kept["sid"])
        is_in = user is not None and user.active and user.session_epoch == kept["epoch"]
        return user if user is not None and is_in and OPERATOR in role_names(user) else None


def impersonator() -> Impersonator | None:
    """Who really sits there, where it is not the person who is signed in."""
    return g.get("impersonator")  # type: ignore[no-any-return]
