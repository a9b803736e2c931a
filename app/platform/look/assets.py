"""Addresses of our own styles, scripts and fonts, which browsers may keep until they change."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request
from jinja2.ext import Extension
from markupsafe import Markup

from app.platform.scope import app_context

KEPT_SECONDS = 365 * 24 * 3600
SPRITE = "icons.svg"


class NoInlineStyle(Extension):
    """Compiles FAB's own templates without style attributes, which our Content-Security-Policy refuses."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """`style="…"` becomes `data-s="…"` in templates of FAB, and stays in ours (which have none)."""
        if name and name.startswith("appbuilder/"):
            return re.sub(r'(?<=\s)style="', 'data-s="', source)
        return source


@cache
def _fingerprint(path: str, changed_ns: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of `app/static/<name>`; it changes when the file's content does."""
    app = app_context().app
    if app.config["TEMPLATES_AUTO_RELOAD"]:
        return _address(app, name, Path(f"{app.static_folder}/{name}").stat().st_mtime_ns)
    known: dict[str, str] = app.extensions.setdefault("asset_addresses", {})
    return known.get(name) or known.setdefault(name, _address(app, name, 0))


def _address(app: Flask, name: str, changed_ns: int) -> str:
    return f"{app.static_url_path}/{name}?v={_fingerprint(f'{app.static_folder}/{name}', changed_ns)}"


def icon(name: str, label: str = "") -> Markup:
    """An icon of the sprite; decoration unless `label` (one of our own few words) says what it means."""
    return _icon(asset(SPRITE), name, label)


@cache
def _icon(sprite: str, name: str, label: str) -> Markup:
    named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(named, sprite, name)


def keep_static(app: Flask) -> None:
    """Let browsers keep what carries its fingerprint in the address, and the fonts."""

    @app.after_request
    def _keep(response: Response) -> Response:
        is_fingerprinted = "v" in request.args or request.path.endswith(".woff2")
        if request.endpoint == "static" and response.status_code == 200 and is_fingerprinted:
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = KEPT_SECONDS
            response.cache_control.immutable = True
        return response
