"""When a login is locked, and what a password must be. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

FAILURES_BEFORE_LOCK = 5  # from one place, or by one known device
FAILURES_ANYWHERE = 50  # from all unknown places together
LOCK = timedelta(minutes=15)
LINK = timedelta(hours=1)  # how long a link to choose a new password opens
LINK_PAUSE = timedelta(minutes=5)  # between the first two links to one mailbox
OWN_DOORS = frozenset({"account", "api-keys", "operator-keys", "impersonation"})
PASSWORD_LENGTH = 10
IMPERSONATION = timedelta(hours=1)  # how long an operator works as somebody else


def locked_until(failures: int, most: int, now: datetime) -> datetime | None:
    """Until when somebody with so many failures in a row, of `most`, is locked out; None: not at all."""
    return now + LOCK if failures >= most else None


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether what is locked until then is locked now."""
    return until is not None and until > now


def may_be_sent(last: datetime | None, in_a_row: int, now: datetime) -> bool:
    """Whether a login may be sent another link to choose a new password, after `in_a_row` of which the `last` left.

    Whoever asks and asks fills nobody's mailbox: each pause is twice the one before. None is longer than a link
    opens, so one that works is always there and nobody is kept out by what others ask for.
    """
    return last is None or now >= last + min(LINK_PAUSE * 2 ** min(in_a_row - 1, 10), LINK)


def links_in_a_row(last: datetime | None, in_a_row: int, now: datetime) -> int:
    """How many links are in a row with the one that leaves now, itself included; a quiet day ends a row."""
    return in_a_row + 1 if last is not None and now < last + timedelta(days=1) else 1


def key_allows(access: str, resources: Collection[str], permission: str, resource: str) -> bool:
    """Whether a key of that access (read or write) to `resources` (none named: all) covers `can_<action>`.

    No key reaches the account of its owner, or other keys: it would make itself a wider one.
    """
    if resource in OWN_DOORS or (resources and resource not in resources):
        return False
    return access == "write" or permission in ("can_read", "can_export")


def impersonation_allows(permission: str, resource: str) -> bool:
    """Whether an operator who works as somebody may do `can_<action>` to `resource` as that person may.

    What is personal stays the person's: passwords, keys, secret links, decisions, and being the second person
    who confirms.
    """
    personal = resource in OWN_DOORS or (resource, permission) == ("calendar", "can_edit")
    return not personal and permission not in ("can_decide", "can_confirm")


def password_problem(password: str, email: str) -> str | None:
    """The code of what is wrong with a new password: too_short, well_known, is_email; None: it is fine.

    Length and a list of common ones over composition rules, as NIST SP 800-63B advises. Digits and marks at
    the ends, and letters written as digits, make no common password a good one.
    """
    if len(password) < PASSWORD_LENGTH:
        return "too_short"
    plain = password.casefold()
    if plain in (email.casefold(), email.casefold().partition("@")[0]):
        return "is_email"
    stem = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain)
    spelled = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain.translate(_AS_LETTERS))
    is_common = any(text in _common_passwords() for text in (plain, stem, spelled))
    return "well_known" if is_common or len(set(plain)) < 4 or _is_sequence(plain) else None


_AS_LETTERS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"})


def _is_sequence(text: str) -> bool:
    """Whether each character follows the one before by the same step, as in 1234567890 and abcdefghij."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return len(steps) == 1


@cache
def _common_passwords() -> frozenset[str]:
    # 28,000 that attackers try first, from zxcvbn's lists (MIT)
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())
