"""What the signed-in person is called in the language of the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g
from flask_babel import get_locale

_wired: list[Callable[[int], str | None]] = []


def wire(arabic_name: Callable[[int], str | None]) -> None:
    """Called once by app.wiring: a login's id to the person's Arabic name, None where nobody wrote one."""
    _wired[:] = [arabic_name]


def arabic_name(user_id: int) -> str | None:
    """The Arabic name of whoever has a login, where one is on record."""
    return _wired[0](user_id) if _wired else None


def person_name(user: Any, is_short: bool = False) -> str:
    """The Arabic name on an Arabic page where there is one, else the login's; `is_short`: the first name."""
    arabic = _arabic(user)
    return arabic or (user.first_name if is_short else str(user))


def _arabic(user: Any) -> str | None:
    locale = get_locale()
    if locale is None or locale.language != "ar" or user.tenant_id is None:
        return None
    names: dict[int, str | None] = g.setdefault("arabic_names", {})
    if user.id not in names:
        names[user.id] = arabic_name(user.id)
    return names[user.id]
