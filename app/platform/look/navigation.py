"""The side navigation: FAB's menu, cut to what the person may open, with what waits behind an entry."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request

from app.platform.look import waiting
from app.platform.wording import localised

BELL = "Notifications"  # counted at the bell, not in the menu


def navigation() -> list[dict[str, Any]]:
    """Groups of `label` and `items` (label, url, icon, is_current) that the signed-in person may open."""
    user = g.get("user")
    if not user or not user.is_authenticated:
        return []
    builder = current_app.extensions["appbuilder"]
    found = [{"label": group.label, "items": [_item(entry) for entry in group.childs if _is_shown(builder.sm, entry)]}
             for group in builder.menu.get_list()]
    return [group for group in found if group["items"]]


def _is_shown(security: Any, entry: Any) -> bool:
    """FAB asks for the names of all entries anew for each group, and doubles the list each time."""
    return (security.has_access("menu_access", entry.name) and entry.should_render()
            and not waiting.is_hidden(entry.name))


def _item(entry: Any) -> dict[str, Any]:
    url = _url(entry)
    return {"label": entry.label, "url": url, "icon": entry.icon or "circle", "name": entry.name,
            "is_current": is_below(request.path, url),
            "count": waiting.shown(entry.name) if entry.name != BELL else ""}


def _url(entry: Any) -> str:
    """The address of an entry, which is the same for everybody."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("menu_addresses", {})
    key = (request.script_root, entry.name)
    if key not in known:
        known[key] = entry.get_url()
    return known[key]


def is_below(path: str, url: str) -> bool:
    """Whether `path` is the page `url` or one under it."""
    stem = url.split("?")[0].rstrip("/")
    return path.rstrip("/") == stem or path.startswith(f"{stem}/")


def logo() -> tuple[str, str] | None:
    """Where the picture of the reader's tenant is, and the tenant's name; None where it has none."""
    user = g.get("user")
    tenant = getattr(user, "tenant", None) if user and user.is_authenticated else None
    key = str((tenant.flags or {}).get("logo") or "") if tenant else ""
    return (f"/logo?v={key[:12]}", localised(tenant)) if key else None


def accent() -> str:
    """The tenant's own colour as #rrggbb, or nothing; anything else in the setting is ignored."""
    user = g.get("user")
    tenant = getattr(user, "tenant", None) if user and user.is_authenticated else None
    colour = str((tenant.flags or {}).get("accent", "")) if tenant else ""
    is_colour = len(colour) == 7 and colour[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in colour[1:])
    return colour if is_colour else ""
