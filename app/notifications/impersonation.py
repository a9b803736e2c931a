"""That a platform operator works as somebody: told to the person and to whoever runs the organisation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts import queries as accounts
from app.accounts.permissions import ADMINISTRATOR
from app.notifications import operations
from app.notifications.kinds import Kind, Message, Recipient

IMPERSONATION = Kind(
    "impersonation", _l("Signing in"), _l("A platform operator works here as somebody"),
    _l("%(operator)s of the platform works as %(person)s"),
    _l("Reason: %(reason)s\n\nIt ends by itself after %(minutes)s minutes. What is done meanwhile stands in the audit "
       "log with both names."),
    samples={"operator": "Olga Operator", "person": "Sara Ali", "reason": _l("A report does not open"),
             "minutes": 60},
    is_urgent=True, icon="user")


def tell_who_works_here(event: Any) -> None:
    """Tell the person, and every administrator; those may look at the trail."""
    person, operator = accounts.full_name(event.subject_id), accounts.full_name(event.actor_id)
    values = {"operator": operator, "person": person, "reason": event.reason, "minutes": event.minutes}
    administrators = accounts.ids_with_role(ADMINISTRATOR)
    operations.tell(IMPERSONATION, [
        Message(Recipient(user_id=user_id), values, link="/audit-logs" if user_id in administrators else "")
        for user_id in sorted({event.subject_id, *administrators})])
