"""When a login is locked, and what a password must be. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

FAILURES_BEFORE_LOCK = 5  # from one place, or by one known device
FAILURES_ANYWHERE = 50  # from all unknown places together
LOCK = timedelta(minutes=15)
OWN_DOORS = frozenset({"account", "api-keys"})
PASSWORD_LENGTH = 10
_WELL_KNOWN = frozenset({"password12", "1234567890", "qwertyuiop", "0123456789", "passw0rd12", "iloveyou12"})


def locked_until(failures: int, most: int, now: datetime) -> datetime | None:
    """Until when somebody with so many failures in a row, of `most`, is locked out; None: not at all."""
    return now + LOCK if failures >= most else None


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether what is locked until then is locked now."""
    return until is not None and until > now


def key_allows(access: str, resources: Collection[str], permission: str, resource: str) -> bool:
    """Whether a key of that access (read or write) to `resources` (none named: all) covers `can_<action>`.

    No key reaches the account of its owner, or other keys: it would make itself a wider one.
    """
    if resource in OWN_DOORS or (resources and resource not in resources):
        return False
    return access == "write" or permission in ("can_read", "can_export")


def password_problem(password: str, email: str) -> str | None:
    """The code of what is wrong with a new password: too_short, well_known, is_email; None: it is fine.

    Length over composition rules, as NIST SP 800-63B advises.
    """
    if len(password) < PASSWORD_LENGTH:
        return "too_short"
    if password.casefold() in _WELL_KNOWN or len(set(password)) < 4:
        return "well_known"
    if email and password.casefold() == email.casefold():
        return "is_email"
    return None
