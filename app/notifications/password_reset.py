"""The link with which somebody chooses a new password."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.queries import reset_token
from app.notifications import operations
from app.notifications.jobs import mail_operator
from app.notifications.kinds import Kind, Message, Recipient
from app.platform import clock
from app.platform.scope import current_tenant_id

PASSWORD_RESET = Kind(
    "password-reset", _l("Signing in"), _l("I asked for a new password"), _l("Choose a new password"),
    _l("Somebody, probably you, asked for a new password for your login. The link works once and for an hour.\n\n"
       "Was it not you? Then there is nothing to do: your password stays what it is."),
    is_urgent=True, is_asked_for=True, icon="key-round", link_label=_l("Choose a password"))


def tell_how_to_reset(event: Any) -> None:
    """Mail the link to its owner."""
    if current_tenant_id() is None:
        mail_operator.enqueue(PASSWORD_RESET.name, event.subject_id)
        return
    operations.tell(PASSWORD_RESET, [Message(
        Recipient(user_id=event.subject_id), {}, link="/account/password",
        mail_link=f"/login/reset/{reset_token(event.subject_id)}",
        dedupe_key=f"password-reset:{event.subject_id}:{clock.now().timestamp():.0f}")])
