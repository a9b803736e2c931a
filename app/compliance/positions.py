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
from app.compliance.rules import EPOCH, SINCE, STANDING
from app.organisation.models import Employee
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft, parts
from app.platform.expressions import numbered_row_id
from app.platform.fence import unfenced
from app.platform.scope import current_tenant_id
from app.platform.unit_of_work import note_written

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
            if row.position_id is None or getattr(row, name) != getattr(row, f"new_{name}")}


def _had_before(places: Mapping[UUID, Collection[str]]) -> None:
    """Let what people have again since today (a part of STANDING for each) count from when they last had it."""
    known = defaultdict[UUID, list[Position]](list)
    for part in parts(list(places)):
        for place in _positions(part):
            known[place.employee_id].append(place)
    for (now, *earlier), names in ((known[person], names) for person, names in places.items() if known[person]):
        if now.until_on is None:
            for since, day in _from_before(vars(now), earlier, names).items():
                setattr(now, since, day)


def _from_before(now: Mapping[str, Any], earlier: Sequence[Position], names: Collection[str]) -> dict[str, date]:
    """The columns that say since when somebody has what they have again since today, as of when they last had it."""
    found = dict[str, date]()
    for name, since in ((name, SINCE[name]) for name in names):
        before = next((one for one in earlier if getattr(one, name) == now[name]), None)
        if before is not None and now[since] == clock.today():
            found[since] = getattr(before, since)
    return found


def _positions(employee_ids: Collection[UUID]) -> list[Position]:
    """All of these people, each person's latest first."""
    return list(db.session.scalars(sa.select(Position).where(Position.employee_id.in_(employee_ids))
                                   .order_by(Position.employee_id, Position.from_on.desc())))


def standing_at(employee: Employee, place: Mapping[str, UUID | None], is_back: bool = False) -> dict[str, Any]:
    """The position that somebody would have by moving to `place` now, or (`is_back`) back to it."""
    known = _positions([employee.id])
    held = next((one for one in known if one.until_on is None), None)
    new = _opened(employee.id, place, held, next((one for one in known if one.until_on == _yesterday()), None))
    back = [name for name in STANDING if is_back and getattr(employee, name) != place[name]]
    return new | _from_before(new, known, back)


def note_positions(employee_ids: Collection[UUID] | None = None) -> int:
    """Close the position of everybody who stands elsewhere or left, and open what they have now; of these
    employees, or of all. Returns how many moved. A position noted today is put right instead: whoever corrects
    a slip of this morning does not move anybody."""
    moved = 0
    for some in parts(list(employee_ids)) if employee_ids is not None else [None]:
        rows = _moved(some)
        opening = {row.id: _new(row) for row in rows if row.works}
        former = {one.employee_id: one for one in _former(opening)}
        _end([row for row in rows if row.position_id is not None])
        back = {key for key, one in former.items()
                if all(getattr(one, name) == opening[key][name] for name in STANDING)}
        _reopen([former[key].id for key in back])
        drafts.write(Position, [Draft.new(_opened(row.id, opening[row.id], row, former.get(row.id))) for row in rows
                                if row.id in opening.keys() - back])
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
           **dict.fromkeys(("from_on", *SINCE.values()), epoch)}
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
        person.id, works.label("works"), *(getattr(person, name).label(f"new_{name}") for name in STANDING),
        place.id.label("position_id"), place.from_on, place.created_at,
        *(getattr(place, name) for name in (*STANDING, *SINCE.values())),
    ).outerjoin(place, sa.and_(place.employee_id == person.id, place.until_on.is_(None))).where(
        sa.or_(sa.and_(works, place.id.is_(None), sa.exists().where(earlier.employee_id == person.id)),
               sa.and_(works, place.id.isnot(None), elsewhere), sa.and_(sa.not_(works), place.id.isnot(None))))
    if employee_ids is not None:
        statement = statement.where(person.id.in_(employee_ids))
    return list(db.session.execute(statement, execution_options={"include_deleted": True}))


def _new(row: Any) -> dict[str, UUID | None]:
    return {name: getattr(row, f"new_{name}") for name in STANDING}


def _end(rows: Sequence[Any]) -> None:
    # Who leaves on the first day that anybody knows of has been here until then.
    slips = {row.position_id for row in rows if _is_slip(row) and (row.works or row.from_on == clock.today())}
    for part in parts(list(slips)):
        db.session.execute(sa.delete(Position).where(Position.id.in_(part)).execution_options(
            synchronize_session=False))
    for part in parts([row.position_id for row in rows if row.position_id not in slips]):
        db.session.execute(sa.update(Position).where(Position.id.in_(part)).values(
            until_on=_yesterday()).execution_options(synchronize_session=False))


def _former(employee_ids: Collection[UUID]) -> list[Position]:
    """The positions of these people that ended yesterday."""
    return [place for part in parts(list(employee_ids)) for place in db.session.scalars(
        sa.select(Position).where(Position.employee_id.in_(part), Position.until_on == _yesterday()))]


def _reopen(position_ids: Collection[UUID]) -> None:
    """Let positions go on that ended yesterday, for whoever stands there again. Without it, undoing the import of this
    morning would leave a seam in everybody's history."""
    for part in parts(list(position_ids)):
        db.session.execute(sa.update(Position).where(Position.id.in_(part)).values(until_on=None).execution_options(
            synchronize_session=False))


def _is_slip(held: Any) -> bool:
    return held.created_at is not None and clock.local(held.created_at).date() == clock.today()


def _opened(employee_id: UUID, place: Mapping[str, UUID | None], held: Any, former: Any) -> dict[str, Any]:
    """The position that somebody has now. `held` is the one that went on until now, if any, `former` the one that ended
    yesterday, if any: what is of today alone moves nobody, so what they have as they had it yesterday goes on."""
    first = held.from_on if held is not None and _is_slip(held) else clock.today()
    return {"employee_id": employee_id, **{name: place[name] for name in STANDING}, "from_on": first,
            **{since: next((getattr(one, since) for one in (held, former) if one is not None
                            and getattr(one, since) is not None and getattr(one, name) == place[name]), first)
               for name, since in SINCE.items()}}


def _yesterday() -> date:
    return clock.today() - timedelta(days=1)
