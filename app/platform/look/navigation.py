"""The side navigation: FAB's menu, cut to what the person may open, with what waits behind an entry."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request

from app.platform.look import waiting

BELL = "Notifications"  # counted at the bell, not in the menu


def navigation() -> list[dict[str, Any]]:
    """Groups of `label` and `items` (label, url, icon, is_current) that the signed-in person may open."""
    user = g.get("user")
    if not user or not user.is_authenticated:
        return []
    groups = current_app.extensions["appbuilder"].menu.get_data()
    found = [{"label": group["label"], "items": [_item(entry) for entry in group["childs"]
                                                 if entry != "-" and not waiting.is_hidden(entry["name"])]}
             for group in groups if group != "-" and group.get("childs")]
    return [group for group in found if group["items"]]


def _item(entry: dict[str, Any]) -> dict[str, Any]:
    return {"label": entry["label"], "url": entry["url"], "icon": entry["icon"] or "circle",
            "is_current": is_below(request.path, entry["url"]), "name": entry["name"],
            "count": waiting.shown(entry["name"]) if entry["name"] != BELL else ""}


def is_below(path: str, url: str) -> bool:
    """Whether `path` is the page `url` or one under it."""
    stem = url.split("?")[0].rstrip("/")
    return path.rstrip("/") == stem or path.startswith(f"{stem}/")


def accent() -> str:
    """The tenant's own colour as #rrggbb, or nothing; anything else in the setting is ignored."""
    user = g.get("user")
    tenant = getattr(user, "tenant", None) if user and user.is_authenticated else None
    colour = str((tenant.flags or {}).get("accent", "")) if tenant else ""
    is_colour = len(colour) == 7 and colour[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    return colour if is_colour else ""
