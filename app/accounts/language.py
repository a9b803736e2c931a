"""The switch between languages, behind FAB's address for it."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, after_this_request, g, redirect, request

from app.accounts import operations
from app.accounts.models import User
from app.platform.i18n import remember_locale
from app.platform.unit_of_work import unit_of_work
from app.platform.web import local_target
from app.platform.wording import LANGUAGES


def init_app(app: Flask) -> None:
    """Answer FAB's address for languages."""
    app.view_functions["LocaleView.index"] = _switch


def speak_language_of(user: User) -> None:
    """Have the browser in which somebody signs in speak the language they chose elsewhere."""
    locale = user.locale
    if locale in LANGUAGES:
        after_this_request(lambda answer: remember_locale(answer, str(locale)))


def _switch(locale: str) -> Any:
    if locale not in LANGUAGES:
        abort(404)
    if g.user.is_authenticated and g.user.locale != locale:
        with unit_of_work():
            operations.choose_language(g.user, locale=locale)
    return remember_locale(redirect(local_target(request.referrer)), locale)
