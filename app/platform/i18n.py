"""Which language a request speaks.

A person's choice stands in a cookie of its own, not in the session: a page or picture that was asked for
before the choice and answered after it would bring the old session back, and the old language with it.
"""

from __future__ import annotations

from flask import Flask, current_app, has_request_context, request
from flask_babel import get_locale
from werkzeug.wrappers import Response

from app.platform.wording import LANGUAGES, RIGHT_TO_LEFT

COOKIE = "language"
KEPT_SECONDS = 365 * 24 * 3600


def chosen_locale() -> str:
    """The language of this request: what the person chose, else what their browser asks for, else the default."""
    if not has_request_context():
        return str(current_app.config["BABEL_DEFAULT_LOCALE"])
    if request.cookies.get(COOKIE) in LANGUAGES:
        return request.cookies[COOKIE]
    return request.accept_languages.best_match(list(LANGUAGES)) or str(current_app.config["BABEL_DEFAULT_LOCALE"])


def locale_after_mail(locale: str) -> str:
    """The language of a page that a mail in `locale` leads to: the mail's, unless the person chose one here."""
    return chosen_locale() if request.cookies.get(COOKIE) in LANGUAGES else locale


def remember_locale(answer: Response, locale: str) -> Response:
    """The answer, telling the browser to speak `locale` from now on."""
    answer.set_cookie(COOKIE, locale, max_age=KEPT_SECONDS, httponly=True, samesite="Lax",
                      secure=current_app.config["SESSION_COOKIE_SECURE"])
    return answer


def current_locale() -> str:
    """The language that is being spoken: the request's, unless the page is in somebody else's."""
    locale = get_locale()
    return locale.language if locale is not None else chosen_locale()


def text_direction() -> str:
    """'rtl' or 'ltr', for the page's `dir`."""
    return "rtl" if current_locale() in RIGHT_TO_LEFT else "ltr"


def init_app(app: Flask) -> None:
    """Put the locale into FAB's hands and the templates'."""
    app.extensions["babel"].locale_selector = chosen_locale
    app.jinja_env.globals.update(current_locale=current_locale, text_direction=text_direction, languages=LANGUAGES)
