"""The daily root of the trail, to an address outside: what is kept elsewhere can not be rewritten here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.notifications import operations
from app.notifications.forecasts import Expected
from app.notifications.kinds import Kind, Message, Recipient
from app.platform import clock
from app.tenancy import queries as tenancy

AUDIT_ROOT = Kind(
    "audit-root", _l("Audit log"), _l("The daily root of the audit log"),
    _l("Audit log of %(slug)s on %(day)s: entry %(sequence)s"),
    _l("On %(day)s the audit log of %(slug)s ended with entry %(sequence)s, sealed with\n\n%(hash)s\n\n"
       "Keep this message. This command tells at any time whether an entry up to there was changed or removed:\n\n"
       "flask trainflow verify-audit --tenant %(slug)s --root %(sequence)s:%(hash)s"),
    samples={"slug": "acme", "day": "2026-03-01", "sequence": 4711, "hash": "9f86d081884c7d65"},
    is_urgent=True, is_asked_for=True, icon="shield-check", resource="audit-logs")


def send_root(event: Any) -> None:
    """Send the root that was taken to where it is kept, if anywhere."""
    if event.address is None:
        return
    tenant, today = tenancy.current_tenant(), clock.today()
    operations.tell(AUDIT_ROOT, [Message(
        Recipient(email=event.address), {"slug": tenant.slug, "day": today.isoformat(), "sequence": event.sequence,
                                         "hash": event.hash}, dedupe_key=f"audit-root:{today}")])


def expected_roots(first: date, last: date, *, root_of: Callable[[date], Any]) -> Iterator[Expected]:
    """One root for each day from `first` to `last`, if it is sent anywhere. `root_of`: what was taken on a day."""
    if tenancy.audit_root_address() is not None:
        days = (first + timedelta(days=nth) for nth in range((last - first).days + 1))
        yield from (Expected(day, AUDIT_ROOT.name, 1) for day in days if day > clock.today() or root_of(day) is None)
