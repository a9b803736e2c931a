"""The second step of signing in: codes of an authenticator app (RFC 6238), and codes kept for a lost phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from flask_babel import gettext as _

from app.accounts.events import RecoveryCodesRenewed, RecoveryCodeUsed, SecondStepAdded, SecondStepRemoved
from app.accounts.models import User
from app.platform import clock
from app.platform.db import db
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record

STEP_SECONDS = 30
RECOVERY_CODES = 10


def new_secret() -> str:
    """A secret for an authenticator app, as apps take it."""
    return pyotp.random_base32()


def address_for_app(user: User, secret: str) -> str:
    """What the app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="TrainFlow")


def add_second_step(actor: Any, *, secret: str, code: str) -> list[str]:
    """Ask for a code from now on; returns the recovery codes, which are shown this once.

    Invalid `code_wrong` unless `code` is what the app shows for `secret` now. Conflict when there is one already.
    """
    user = _own(actor)
    if user.totp_secret:
        raise Conflict(_("Your login asks for a code already."), code="second_step_there")
    step = _step_of(secret, code, user.totp_step)
    if step is None:
        raise Invalid(_("This is not the code that the app shows now."), field="code", code="code_wrong")
    user.totp_secret, user.totp_step = _box().encrypt(secret.encode()).decode(), step
    codes = _new_codes(user)
    record(SecondStepAdded(actor_id=actor.id, subject_id=user.id))
    return codes


def renew_recovery_codes(actor: Any) -> list[str]:
    """Ten new recovery codes, shown this once, in the place of those that are left. Conflict `second_step_absent`."""
    user = _own(actor)
    if not user.totp_secret:
        raise Conflict(_("This login asks for no code."), code="second_step_absent")
    codes = _new_codes(user)
    record(RecoveryCodesRenewed(actor_id=actor.id, subject_id=user.id))
    return codes


def _new_codes(user: User) -> list[str]:
    codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _n in range(RECOVERY_CODES)]
    user.recovery_codes = [_digest(one) for one in codes]
    return codes


def remove_second_step(actor: Any, user_id: int | None = None) -> User:
    """Ask for the password only: for oneself, or an administrator for somebody who lost phone and codes."""
    user = _own(actor) if user_id is None else db.session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound(_("There is no such login."))
    if not user.totp_secret:
        raise Conflict(_("This login asks for no code."), field="forget_second_step", code="second_step_absent")
    user.totp_secret = user.totp_step = None
    user.recovery_codes = None
    record(SecondStepRemoved(actor_id=actor.id, subject_id=user.id))
    return user


def is_right(user: User, code: str) -> bool:
    """Whether the login's next step can be taken with `code`, of the app or kept for a lost phone."""
    return _next_step(user, code) is not None or _digest(code) in (user.recovery_codes or [])


def use_code(user_id: int, code: str) -> None:
    """Take the step, so that the same code opens nothing again. Conflict when somebody was quicker with it."""
    user = db.session.get(User, user_id, with_for_update=True, populate_existing=True)
    assert user is not None
    step = _next_step(user, code)
    if step is not None:
        user.totp_step = step
        return
    left = [one for one in user.recovery_codes or [] if not hmac.compare_digest(one, _digest(code))]
    if len(left) == len(user.recovery_codes or []):
        raise Conflict(_("This code is wrong, or was used before. Wait for the next one."), code="code_wrong")
    user.recovery_codes = left
    record(RecoveryCodeUsed(actor_id=user.id, subject_id=user.id, left=len(left)))


def _next_step(user: User, code: str) -> int | None:
    try:
        secret = _box().decrypt((user.totp_secret or "").encode()).decode()
    except InvalidToken:
        return None
    return _step_of(secret, code, user.totp_step)


def _step_of(secret: str, code: str, last: int | None) -> int | None:
    """The time step whose code this is: this one or a neighbour, and later than the last that was used."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    digits = code.replace(" ", "")
    return next((step for step in (now - 1, now, now + 1) if step > (last or 0)
                 and hmac.compare_digest(pyotp.TOTP(secret).generate_otp(step).encode(), digits.encode())), None)


def _own(actor: Any) -> User:
    user = db.session.get(User, actor.id, with_for_update=True, populate_existing=True)
    assert user is not None
    return user


def _box() -> Fernet:
    key = hashlib.sha256(b"trainflow second step" + current_app.config["SECRET_KEY"].encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
