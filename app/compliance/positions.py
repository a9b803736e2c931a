"""Note where people stand whenever it changes, so that a past day can be asked about.

The first positions of thousands of people are one INSERT … SELECT, which passes the fence and names the tenant itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.compliance.models import Position
from app.compliance.rules import EPOCH
from app.organisation.models import Employee
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft, parts
from app.platform.expressions import numbered_row_id
from app.platform.fence import unfenced
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import note_written

STANDING = ("department_id", "grade_id", "job_role_id")
NOTED = {*STANDING, "is_active"}
_PEOPLE: Any = Employee.__table__
_POSITIONS: Any = Position.__table__


def follow_employee(event: Any) -> None:
    """Somebody was added, changed, put away or brought back."""
    if NOTED & event.changes.keys() if hasattr(event, "changes") else True:
        note_positions([event.subject_id])


def follow_import(event: Any) -> None:
    """An import wrote people or was undone."""
    if event.kind == "employees":
        note_positions()


def follow_undoing(back: Collection[UUID]) -> None:
    """The undo of an import put the people of `back` back, before it removes those whom the import made: they count as
    never having left."""
    places = {row.id: _put_back(row) for some in parts(list(back)) for row in _moved(some) if row.works}
    note_positions()
    _had_before(places)


def follow_undone_move(event: Any) -> None:
    """A move was taken back: the person counts as having had the place since when they had it before, so that nobody
    gains the grace for newcomers by a mistake."""
    note_positions([event.subject_id])
    _had_before({event.subject_id: event.changes.keys() & set(STANDING)})


def _put_back(row: Any) -> set[str]:
    """What of somebody's place comes back; all of it, where they stood nowhere meanwhile."""
    return {name for name in STANDING
            if row.position_id is None or getattr(row, name) != getattr(row, f"old_{name}")}


def _had_before(places: Mapping[UUID, Collection[str]]) -> None:
    """Let what people have again since today (a part of STANDING for each) count from when they last had it."""
    today, known = clock.today(), defaultdict(list)
    for part in parts(list(places)):
        for place in db.session.scalars(sa.select(Position).where(Position.employee_id.in_(part))
                                        .order_by(Position.from_on.desc())):
            known[place.employee_id].append(place)
    for (now, *earlier), names in ((known[person], names) for person, names in places.items() if known[person]):
        for name, since in ((name, name.replace("_id", "_since")) for name in names):
            before = next((one for one in earlier if getattr(one, name) == getattr(now, name)), None)
            if before is not None and now.until_on is None and getattr(now, since) == today:
                setattr(now, since, getattr(before, since))


def note_positions(employee_ids: Collection[UUID] | None = None) -> int:
    """Close the position of everybody who stands elsewhere or left, and open what they have now; of these
    employees, or of all. Returns how many moved. A position noted today is put right instead: whoever corrects
    a slip of this morning does not move anybody."""
    moved = 0
    for some in parts(list(employee_ids)) if employee_ids is not None else [None]:
        rows = _moved(some)
        _end([row for row in rows if row.position_id is not None])
        opening = [row for row in rows if row.works]
        reopened = _reopen(opening)
        drafts.write(Position, [Draft.new(_opened(row)) for row in opening if row.id not in reopened])
        moved += len(rows) + _open_first(some)
    return moved


def _open_first(employee_ids: Collection[UUID] | None) -> int:
    """Note where those stand who work here and of whom nothing was noted yet; returns how many. Before it nobody stood
    anywhere else as far as anybody knows; the day of hiring is asked of the employee's record."""
    db.session.flush()
    now, tenant_id = clock.now(), current_tenant_id()
    at, epoch = sa.literal(now, _POSITIONS.c.created_at.type), sa.literal(EPOCH, sa.Date)
    number = sa.func.row_number().over(order_by=_PEOPLE.c.id)
    new = {"id": numbered_row_id(now, number), "tenant_id": _PEOPLE.c.tenant_id, "created_at": at, "updated_at": at,
           "employee_id": _PEOPLE.c.id, **{name: _PEOPLE.c[name] for name in STANDING},
           **dict.fromkeys(("from_on", "department_since", "grade_since", "job_role_since"), epoch)}
    known = sa.exists().where(_POSITIONS.c.tenant_id == tenant_id, _POSITIONS.c.employee_id == _PEOPLE.c.id)
    people = sa.select(*new.values()).where(_PEOPLE.c.tenant_id == tenant_id, _PEOPLE.c.is_active,
                                            _PEOPLE.c.deleted_at.is_(None), ~known)
    if employee_ids is not None:
        people = people.where(_PEOPLE.c.id.in_(employee_ids))
    people = people.order_by(_PEOPLE.c.id)  # sorted, who is known is settled before the first row is in
    written: Any = db.session.execute(unfenced(sa.insert(_POSITIONS).from_select(
        list(new), people, include_defaults=False)), execution_options={"preserve_rowcount": True})
    note_written(_POSITIONS.name, written.rowcount)
    return int(written.rowcount)


def _moved(employee_ids: Collection[UUID] | None) -> list[Any]:
    person, place, earlier = aliased(Employee), aliased(Position), aliased(Position)
    works = sa.and_(person.is_active, person.deleted_at.is_(None))
    elsewhere = sa.or_(*(getattr(person, name).is_distinct_from(getattr(place, name)) for name in STANDING))
    statement = sa.select(
        person.id, works.label("works"), *(getattr(person, name) for name in STANDING),
        place.id.label("position_id"), *(getattr(place, name).label(f"old_{name}") for name in STANDING),
        place.from_on, place.created_at, place.department_since, place.grade_since, place.job_role_since,
    ).outerjoin(place, sa.and_(place.employee_id == person.id, place.until_on.is_(None))).where(
        sa.or_(sa.and_(works, place.id.is_(None), sa.exists().where(earlier.employee_id == person.id)),
               sa.and_(works, place.id.isnot(None), elsewhere), sa.and_(sa.not_(works), place.id.isnot(None))))
    if employee_ids is not None:
        statement = statement.where(person.id.in_(employee_ids))
    return list(db.session.execute(statement, execution_options={"include_deleted": True}))


def _end(rows: Sequence[Any]) -> None:
    slips = [row.position_id for row in rows if _is_slip(row)]
    over = [row.position_id for row in rows if not _is_slip(row)]
    for part in parts(slips):
        db.session.execute(sa.delete(Position).where(Position.id.in_(part)).execution_options(
            synchronize_session=False))
    for part in parts(over):
        db.session.execute(sa.update(Position).where(Position.id.in_(part)).values(
            until_on=clock.today() - timedelta(days=1)).execution_options(synchronize_session=False))


def _reopen(rows: Sequence[Any]) -> set[UUID]:
    """Let the position go on that ended yesterday, for whoever stands there again; returns their ids. Without
    it, undoing the import of this morning would leave a seam in everybody's history."""
    wanted, ended = {row.id: row for row in rows}, clock.today() - timedelta(days=1)
    back: dict[UUID, UUID] = {}
    for part in parts(list(wanted)):
        for place in db.session.scalars(sa.select(Position).where(Position.employee_id.in_(part),
                                                                  Position.until_on == ended)):
            row = wanted[place.employee_id]
            if all(getattr(row, name) == getattr(place, name) for name in STANDING):
                back[place.employee_id] = place.id
    for part in parts(list(back.values())):
        db.session.execute(sa.update(Position).where(Position.id.in_(part)).values(until_on=None).execution_options(
            synchronize_session=False))
    return set(back)


def _is_slip(row: Any) -> bool:
    return bool(row.works) and row.position_id is not None and clock.local(row.created_at).date() == clock.today()


def _opened(row: Any) -> dict[str, Any]:
    """The position that somebody has now who had one before."""
    first = row.from_on if _is_slip(row) else clock.today()
    return {"employee_id": row.id, **{name: getattr(row, name) for name in STANDING}, "from_on": first,
            **{name.replace("_id", "_since"): _since(row, name, first) for name in STANDING}}


def _since(row: Any, name: str, first: date) -> Any:
    stays = row.position_id is not None and (
        _is_slip(row) or getattr(row, name) == getattr(row, f"old_{name}"))
    return getattr(row, name.replace("_id", "_since")) if stays else first
