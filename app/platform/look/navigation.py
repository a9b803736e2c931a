"""The side navigation: FAB's menu, cut to what the person may open, with what waits behind an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, g, request

MANY = 99  # counts above are shown as 99+

Count = Callable[[Any], int | None]

_counts: dict[str, Count] = {}


def wire(counts: Mapping[str, Count]) -> None:
    """Called once by app.wiring: menu entry to what waits there for the user; None leaves the entry out."""
    _counts.clear()
    _counts.update(counts)


def navigation() -> list[dict[str, Any]]:
    """Groups of `label` and `items` (label, url, icon, is_current) that the signed-in person may open."""
    user = g.get("user")
    if not user or not user.is_authenticated:
        return []
    groups = current_app.extensions["appbuilder"].menu.get_data()
    found = [{"label": group["label"], "items": [_item(entry) for entry in group["childs"]
                                                 if entry != "-" and _waiting(entry) is not None]}
             for group in groups if group != "-" and group.get("childs")]
    return [group for group in found if group["items"]]


def _waiting(entry: dict[str, Any]) -> int | None:
    """What waits behind a menu entry, asked once in a request; 0 where nobody counts."""
    asked: dict[str, int | None] = g.setdefault("navigation_counts", {})
    name = entry["name"]
    if name in _counts and name not in asked:
        asked[name] = _counts[name](g.user)
    return asked.get(name, 0)


def _item(entry: dict[str, Any]) -> dict[str, Any]:
    return {"label": entry["label"], "url": entry["url"], "icon": entry["icon"] or "circle",
            "is_current": is_below(request.path, entry["url"]), "name": entry["name"],
            "count": f"{MANY}+" if (waiting := _waiting(entry) or 0) > MANY else str(waiting or "")}


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
