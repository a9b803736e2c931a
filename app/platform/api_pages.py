"""Where the OpenAPI document is served, and a page to read it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template
from flask_babel import gettext as _

from app.platform import openapi

public = Blueprint("api_pages", __name__)


@public.get("/api/v1/openapi.json")
def document() -> Response:
    """The OpenAPI document."""
    return jsonify(_document())


@public.get("/api/docs")
def page() -> str:
    """The document as a page of ours: nothing of it comes from elsewhere, and no script is needed to read it."""
    found = _document()
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append({"path": path, "method": method.upper(), **operation})
    return render_template("trainflow/api.html", title=_("REST API"), groups=sorted(groups.items()),
                           introduction=found["info"]["description"], codes=openapi.codes())


def _document() -> dict[str, Any]:
    known: dict[str, dict[str, Any]] = current_app.extensions.setdefault("openapi", {})
    if "document" not in known:
        known["document"] = openapi.document(current_app._get_current_object())  # type: ignore[attr-defined]
    return known["document"]


def init_app(app: Flask) -> None:
    """Serve both."""
    app.register_blueprint(public)
