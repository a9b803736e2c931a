"""Which language a request speaks, and the switch between them."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, g, has_request_context, redirect, request, session

from app.platform.web import local_target
from app.platform.wording import LANGUAGES, RIGHT_TO_LEFT


def chosen_locale() -> str:
    """The language of this request: what the person chose, else what their browser asks for, else the default."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if session.get("locale") in LANGUAGES:
        return str(session["locale"])
    return request.accept_languages.best_match(list(LANGUAGES)) or str(current_app.config["BABEL_DEFAULT_LOCALE"])


def text_direction() -> str:
    """'rtl' or 'ltr', for the page's `dir`."""
    return "rtl" if chosen_locale() in RIGHT_TO_LEFT else "ltr"


def init_app(app: Flask) -> None:
    """Put the locale into FAB's hands and the language switch behind FAB's address for it."""
    app.extensions["babel"].locale_selector = chosen_locale
    app.view_functions["LocaleView.index"] = _switch
    app.jinja_env.globals.update(current_locale=chosen_locale, text_direction=text_direction, languages=LANGUAGES)


def _switch(locale: str) -> Any:
    if locale not in LANGUAGES:
        abort(404)
    session["locale"] = locale
    user = g.get("user")
    if user and user.is_authenticated:
        session.permanent = True
    return redirect(local_target(request.referrer))
