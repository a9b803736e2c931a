"""The side navigation: FAB's menu, cut to what the person may open, with what waits behind an entry."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import current_app, g, request

from app.platform.catalogue import language
from app.platform.look import waiting
from app.platform.scope import app_context
from app.platform.wording import localised

BELL = "Notifications"  # counted at the bell, not in the menu


class Entry(NamedTuple):
    """A page in the menu; `waits` says how much waits behind it, '' for nothing."""

    label: str
    url: str
    icon: str
    name: str
    is_current: bool
    waits: str


class Group(NamedTuple):
    """Entries under one heading."""

    label: str
    entries: tuple[Entry, ...]


def navigation() -> tuple[Group, ...]:
    """What the signed-in person may open."""
    user = g.get("user")
    if not user or not user.is_authenticated:
        return ()
    builder, path = current_app.extensions["appbuilder"], request.path
    found = (Group(str(group.label), tuple(_entry(entry, path) for entry in group.childs
                                           if _is_shown(builder.sm, entry))) for group in builder.menu.get_list())
    return tuple(group for group in found if group.entries)


def _is_shown(security: Any, entry: Any) -> bool:
    """FAB asks for the names of all entries anew for each group, and doubles the list each time."""
    return (security.has_access("menu_access", entry.name) and entry.should_render()
            and not waiting.is_hidden(entry.name))


def _entry(entry: Any, path: str) -> Entry:
    label, url = _words(entry)
    return Entry(label, url, entry.icon or "circle", entry.name, is_below(path, url),
                 waiting.shown(entry.name) if entry.name != BELL else "")


def _words(entry: Any) -> tuple[str, str]:
    """The label and the address of an entry, which are the same for everybody who speaks the language."""
    known: dict[Any, tuple[str, str]] = app_context().app.extensions.setdefault("menu_words", {})
    key = language(), request.script_root, entry.name
    if key not in known:
        known[key] = str(entry.label), entry.get_url()
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
