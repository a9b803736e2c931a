"""How much waits for the signed-in person: what the bell and the navigation show, in one statement for a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import g

from app.platform.db import db

MANY = 99  # beyond it, the number is not told


def _never(user: Any) -> bool:
    return False


@dataclass(frozen=True)
class Waiting:
    """Something that waits: `ids(user)` selects one column of it, to be counted up to `MANY`.

    While nothing waits, the menu entry of the same name is left out for whom `is_hidden(user)` says so.
    """

    ids: Callable[[Any], Any]
    is_hidden: Callable[[Any], bool] = _never


_wired: dict[str, Waiting] = {}


def wire(counted: Mapping[str, Waiting]) -> None:
    """Called once by app.wiring: menu entry to what waits behind it."""
    _wired.clear()
    _wired.update(counted)


def waiting(name: str) -> int:
    """How much of `name` waits for the signed-in person, up to one more than `MANY`; 0 where nobody counts."""
    user = g.get("user")
    if name not in _wired or not user or not user.is_authenticated or user.tenant_id is None:
        return 0
    if "waiting" not in g:
        g.waiting = _counts(user)
    return int(g.waiting[name])


def shown(name: str) -> str:
    """The same for people: '' for nothing, '99+' beyond `MANY`."""
    count = waiting(name)
    return f"{MANY}+" if count > MANY else str(count or "")


def is_hidden(name: str) -> bool:
    """Whether the menu entry `name` is left out, because nothing waits and this person seldom needs it."""
    return name in _wired and not waiting(name) and _wired[name].is_hidden(g.user)


def _counts(user: Any) -> dict[str, int]:
    parts = [counted.ids(user).limit(MANY + 1).subquery() for counted in _wired.values()]
    numbers = [sa.select(sa.func.count(part.c[0])).scalar_subquery() for part in parts]
    return dict(zip(_wired, db.session.execute(sa.select(*numbers)).one(), strict=True))
