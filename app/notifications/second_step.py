"""That somebody else had a login ask for its password only."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts import queries as accounts
from app.notifications import operations
from app.notifications.kinds import Kind, Message, Recipient

SECOND_STEP_REMOVED = Kind(
    "second-step-removed", _l("Signing in"), _l("Somebody else had my login ask for no code"),
    _l("You sign in without a code again"),
    _l("%(who)s had your login ask for its password only. Set two-step sign-in up again as soon as you can.\n\n"
       "Did you not ask for this? Change your password now, and tell your administrator."),
    samples={"who": "Amal Administrator"}, is_urgent=True, icon="key-round", link_label=_l("Two-step sign-in"))


def tell_whose_code_went(event: Any) -> None:
    """Tell the owner of the login, unless it was they who did it."""
    if event.actor_id != event.subject_id:
        operations.tell(SECOND_STEP_REMOVED, [Message(
            Recipient(user_id=event.subject_id), {"who": accounts.full_name(event.actor_id)},
            link="/account/second-step")])
