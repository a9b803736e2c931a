"""What a browser gets when somebody comes in by it: a session, their language, and a mark that it is known."""

from __future__ import annotations

from typing import Any

from flask import after_this_request, current_app, session

from app.accounts import attempts
from app.accounts.language import speak_language_of
from app.accounts.models import User
from app.accounts.security import open_session
from app.platform import clock

HALF_WAY = "half_way"  # in the session of somebody whose password was right and who owes the code
HALF_WAY_SECONDS = 300


def come_in(user: User) -> None:
    """Open the session, in the person's language, and know the browser from now on."""
    open_session(user)
    speak_language_of(user)
    token = attempts.device_token(user.email)

    @after_this_request
    def _remember(answer: Any) -> Any:
        answer.set_cookie(attempts.DEVICE_COOKIE, token, max_age=attempts.DEVICE_SECONDS, httponly=True,
                          samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"], path="/")
        return answer


def half_way(user: User) -> None:
    """The password was right; the code comes next. Nothing is open yet."""
    session.clear()
    tenant = str(user.tenant_id) if user.tenant_id else None
    session[HALF_WAY] = {"user": user.id, "tenant": tenant, "at": clock.now().timestamp()}


def who_is_half_way() -> dict[str, Any] | None:
    """Whose password was right in this browser within the last five minutes."""
    found = session.get(HALF_WAY)
    is_recent = found and clock.now().timestamp() - found["at"] <= HALF_WAY_SECONDS
    return found if is_recent else None
