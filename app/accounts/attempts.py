"""Counting wrong passwords so that a guesser is locked out and nobody else is.

Three counters, after OWASP's device cookies: by address and place (the network the request comes from), by
address and known device (a browser that signed in before carries a signed cookie), and by address over all
unknown places. Whoever guesses from elsewhere fills the first and the third; a known device goes by the
second alone, so a lock never keeps its owner out. Addresses that do not exist are counted the same way.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.accounts import rules
from app.accounts.models import SignInAttempt
from app.platform import clock
from app.platform.db import db

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 180 * 24 * 3600
KEPT = rules.LOCK * 96  # a day


@dataclass(frozen=True)
class Counter:
    """One of the counters that an attempt belongs to; `most` failures lock it."""

    key: str
    most: int


def counters(email: str) -> list[Counter]:
    """The counters of an attempt at `email` by whoever sent this request."""
    email = email.strip().lower()
    device = _device_of(email)
    if device:
        return [Counter(_digest(email, "device", device), rules.FAILURES_BEFORE_LOCK)]
    return [Counter(_digest(email, "place", _place()), rules.FAILURES_BEFORE_LOCK),
            Counter(_digest(email, "anywhere"), rules.FAILURES_ANYWHERE)]


def own_counters(user_id: int) -> list[Counter]:
    """The counter of somebody who is signed in and types the own password."""
    return [Counter(_digest("own", str(user_id)), rules.FAILURES_BEFORE_LOCK)]


def are_locked(wanted: list[Counter]) -> bool:
    """Whether any of the counters is locked now."""
    statement = sa.select(sa.func.max(SignInAttempt.locked_until)).where(
        SignInAttempt.key.in_([counter.key for counter in wanted]))
    return rules.is_locked(db.session.scalar(statement), clock.now())


def note_failure(wanted: list[Counter], email: str = "") -> None:
    """Count a wrong password. What is locked stays as it is: attempts do not prolong it."""
    now = clock.now()
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.last_at < now - KEPT))
    for counter in wanted:
        row = db.session.get(SignInAttempt, counter.key, with_for_update=True, populate_existing=True)
        if row is None:
            row = SignInAttempt(key=counter.key, login=_digest(email.strip().lower()), failures=0, last_at=now)
            db.session.add(row)
        if not rules.is_locked(row.locked_until, now):
            row.failures = 1 if row.locked_until or row.last_at < now - rules.LOCK else row.failures + 1
            row.locked_until, row.last_at = rules.locked_until(row.failures, counter.most, now), now


def forget(wanted: list[Counter]) -> None:
    """The right password ends the row of failures from this place."""
    keys = [counter.key for counter in wanted if counter.most == rules.FAILURES_BEFORE_LOCK]
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.key.in_(keys)))


def forget_login(email: str) -> None:
    """A new password ends every row of failures for the address."""
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.login == _digest(email.strip().lower())))


def device_token(email: str) -> str:
    """What the browser keeps that has just signed in as `email`; an older one stays the same."""
    email = email.strip().lower()
    token = request.cookies.get(DEVICE_COOKIE, "")
    return token if _device_of(email) else _signer().dumps(_digest(email))


def _device_of(email: str) -> str:
    token = request.cookies.get(DEVICE_COOKIE, "")
    try:
        known = _signer().loads(token, max_age=DEVICE_SECONDS)
    except BadSignature:
        return ""
    return token if known == _digest(email) else ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="trainflow device")


def _place() -> str:
    """The network that the request comes from: one address of IPv4, the /64 of one of IPv6."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return request.remote_addr or ""
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), strict=False))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join((current_app.config["SECRET_KEY"], *parts)).encode()).hexdigest()
