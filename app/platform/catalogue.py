"""The reader's language and its words, found by one look at the context.

flask-babel asks Flask for its context nine times for each word, and a list page has five hundred.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.globals import app_ctx
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from markupsafe import Markup

from app.platform.scope import app_context


def language() -> str:
    """The two letters of the language that is spoken here ('en', 'ar'); '' where there is no application."""
    if not app_ctx:
        return ""
    locale = _locale() or get_locale()
    return str(locale.language) if locale is not None else ""


def init_app(app: Flask) -> None:
    """Let code and templates find their words through this module."""
    words = _Words(domain=app.extensions["babel"].default_domain)
    app.extensions["babel"].instance.domain_instance = words
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: words.get_translations().ugettext(text),
        ngettext=lambda one, many, count: words.get_translations().ungettext(one, many, count),
        pgettext=lambda context, text: words.get_translations().upgettext(context, text),
        npgettext=lambda context, one, many, count: words.get_translations().unpgettext(context, one, many, count),
        newstyle=True)

    @pass_eval_context
    def _say(evaluated: Any, text: str, **variables: Any) -> str:
        said = words.get_translations().ugettext(text)
        said = Markup(said) if evaluated.autoescape else said
        return said % variables if "%" in said else said

    # Jinja's own asks the context thrice and formats what holds no variable: a page has a hundred words
    app.jinja_env.globals.update(_=_say, gettext=_say)


class _Words(Domain):  # type: ignore[misc]
    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self.found: dict[str, Any] = {}

    def get_translations(self) -> Any:
        """The catalogue of the language that is spoken here."""
        locale = _locale()
        if locale is None:
            return super().get_translations()  # which also finds out what that language is
        words = self.found.get(locale.language)
        if words is None:
            words = self.found[locale.language] = super().get_translations()
        return words


def _locale() -> Any:
    """What flask-babel found out in this context already."""
    return getattr(app_context().g.get("_flask_babel"), "babel_locale", None)
