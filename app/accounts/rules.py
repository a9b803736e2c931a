"""When a login is locked, and what a password must be. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

FAILURES_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
PASSWORD_LENGTH = 10
_WELL_KNOWN = frozenset({"password12", "1234567890", "qwertyuiop", "0123456789", "passw0rd12", "iloveyou12"})


def locked_until(failures: int, now: datetime) -> datetime | None:
    """Until when a login with so many failures in a row is locked; None: it is not."""
    return now + LOCK if failures >= FAILURES_BEFORE_LOCK else None


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether a login that is locked until then is locked now."""
    return until is not None and until > now


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
