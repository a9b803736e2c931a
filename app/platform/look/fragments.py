"""Parts of a page that follow from a few plain values alone, drawn once for the same values and language.

Such a part, and every macro that it draws on, asks for nothing but its values: no session, no signed-in person, no
token (tests/platform/test_fragments.py reads them all). So it can not show one person,
tenant or role what was drawn for another: whoever gives it the same values sees the same anyway.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import current_app
from markupsafe import Markup

from app.platform.catalogue import language
from app.platform.scope import app_context

KEPT = 512  # parts in one process, of some kilobytes each
_HIDDEN = dict.fromkeys(("request", "session", "g", "current_user", "csrf_token", "config", "navigation"))


def fragment(template: str, **values: Hashable) -> Markup:
    """The part that `template` draws of `values`, which tell everything that it shows."""
    if app_context().app.config["TEMPLATES_AUTO_RELOAD"]:
        return _draw(template, values)
    return _kept(id(current_app.jinja_env), template, language(), tuple(values.items()))


@lru_cache(maxsize=KEPT)
def _kept(_environment: int, template: str, _language: str, values: tuple[tuple[str, Any], ...]) -> Markup:
    return _draw(template, dict(values))


def _draw(template: str, values: dict[str, Any]) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(_HIDDEN | values))


def forget() -> None:
    """Draw every part anew."""
    _kept.cache_clear()
