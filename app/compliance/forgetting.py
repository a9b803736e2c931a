"""Forget departments that are removed as if they had never been, where notes of days that are over still name them.

The undo of an import calls these before it removes departments that it made, by when nobody is in them any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.compliance.models import Branch, Position
from app.compliance.rules import SINCE
from app.platform.db import db
from app.platform.drafts import KEYS, parts
from app.platform.keys import is_one_of

Sinces = Mapping[str, str]  # column to that of the day since when it counts
_OF_BRANCHES: Sinces = {"parent_id": "since"}


@dataclass
class _Stays:
    """A note that stays, and the days that it will have."""

    note: Any
    from_on: date
    until_on: date | None
    sinces: dict[str, date]

    def write(self) -> None:
        self.note.from_on, self.note.until_on = self.from_on, self.until_on
        for name, since in self.sinces.items():
            setattr(self.note, name, since)


def forget_parents(department_ids: Collection[UUID]) -> None:
    """What was part of these departments counts as part of what it was part of before."""
    _forget(Branch, "department_id", "parent_id", _OF_BRANCHES, set(department_ids))


def forget_places(department_ids: Collection[UUID]) -> None:
    """Who stood in these departments counts as having stood where they stood before."""
    _forget(Position, "employee_id", "department_id", SINCE, set(department_ids))


def _forget(model: Any, owner: str, column: str, sinces: Sinces, gone: set[UUID]) -> None:
    refers = aliased(model)
    for part in parts(sorted(gone, key=int), KEYS):
        owners = sa.select(getattr(refers, owner)).where(is_one_of(getattr(refers, column), part))
        notes = db.session.scalars(
            sa.select(model).where(getattr(model, owner).in_(owners)).order_by(getattr(model, owner), model.from_on),
            execution_options={"populate_existing": True}).all()
        stay = [one for _owner, own in groupby(notes, lambda note: getattr(note, owner))
                for one in _without(list(own), column, sinces, gone)]
        for note in set(notes) - {one.note for one in stay}:
            db.session.delete(note)
        db.session.flush()  # of two that are still open the one that goes has to be gone first
        for one in stay:
            one.write()


def _without(notes: Sequence[Any], column: str, sinces: Sinces, gone: set[UUID]) -> list[_Stays]:
    """What stays of somebody's notes: the days of those that go are the one's before, else the one's after, and what
    is then the same on both sides is one."""
    stay, ahead = list[_Stays](), None
    for note in notes:
        before = stay[-1] if stay and _follows(stay[-1], note) else None
        goes, kept = getattr(note, column) in gone, _kept(before, note, sinces)
        if before is not None and (goes or len(kept) == len(sinces)):
            before.until_on = note.until_on
        elif goes:
            ahead = _with_days_of(ahead, note)
        else:
            stay.append(replace(_with_days_of(ahead, note), sinces=kept))
    return stay


def _with_days_of(ahead: _Stays | None, note: Any) -> _Stays:
    began = ahead.from_on if ahead is not None and _follows(ahead, note) else note.from_on
    return _Stays(note, began, note.until_on, {})


def _kept(before: _Stays | None, note: Any, sinces: Sinces) -> dict[str, date]:
    """What the note has as the one before it had it, with the day since when that is so."""
    if before is None:
        return {}
    return {since: _since(before, since) for name, since in sinces.items()
            if getattr(note, name) == getattr(before.note, name)}


def _since(one: Any, name: str) -> date:
    return one.sinces[name] if name in one.sinces else getattr(one.note, name)  # type: ignore[no-any-return]


def _follows(one: _Stays, note: Any) -> bool:
    return one.until_on is not None and one.until_on + timedelta(days=1) == note.from_on
