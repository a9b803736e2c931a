"""How much waits for the signed-in person: what the bell and the navigation show, in one statement for a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import g

from app.platform import clock
from app.platform.db import db
from app.platform.fence import kept

# Who asks and when, in a statement that is built once: on each page, building it took longer than running it.
ME = sa.bindparam("me", type_=sa.Integer)
TODAY = sa.bindparam("today", type_=sa.Date)

MANY = 99  # beyond it, the number is not told


def _never(user: Any) -> bool:
    return False


@dataclass(frozen=True)
class Waiting:
    """Something that waits: `ids(role names)` selects one column of it, to be counted up to `MANY`.

    The statement serves everybody with these roles; it names the login by `ME` and the day by `TODAY`. While
    nothing waits, the menu entry of the same name is left out for whom `is_hidden(user)` says so.
    """

    ids: Callable[[frozenset[str]], Any]
    is_hidden: Callable[[Any], bool] = _never


_wired: dict[str, Waiting] = {}


def wire(counted: Mapping[str, Waiting]) -> None:
    """Called once by app.wiring: menu entry to what waits behind it."""
    _wired.clear()
    _wired.update(counted)
    _numbers.cache_clear()


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


def asked_by(user: Any) -> dict[str, Any]:
    """The values of `ME` and `TODAY` for this login and now."""
    return {"me": user.id, "today": clock.today()}


def _counts(user: Any) -> dict[str, int]:
    names = frozenset(role.name for role in user.roles)
    return dict(zip(_wired, db.session.execute(_numbers(names), asked_by(user)).one(), strict=True))


@lru_cache(maxsize=64)
def _numbers(roles: frozenset[str]) -> Any:
    parts = [counted.ids(roles).limit(MANY + 1).subquery() for counted in _wired.values()]
    return kept(sa.select(*(sa.select(sa.func.count(part.c[0])).scalar_subquery() for part in parts)))
