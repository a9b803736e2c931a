"""Note what each department is part of whenever that changes: people whose whole branch moves come under its rules on
that day, and a past day is asked with the tree as it was.

Departments are a few hundred, so all of a tenant's are looked at.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.compliance.models import Branch
from app.compliance.rules import EPOCH
from app.organisation.models import Department
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft


def follow_departments(_event: Any) -> None:
    """A department was added, changed or brought back, or an import may have done so."""
    note_branches()


def follow_undone_move(event: Any) -> None:
    """A move was taken back: the department counts as never having left its place."""
    note_branches({event.subject_id})


def note_branches(back: Collection[UUID] = ()) -> int:
    """Note what departments are part of now that no note says; those of `back` were put back where they had been.
    Returns how many there were."""
    db.session.flush()
    statement = sa.select(Department, Branch).outerjoin(Branch, sa.and_(
        Branch.department_id == Department.id, Branch.until_on.is_(None))).where(
        Department.deleted_at.is_(None),
        sa.or_(Branch.id.is_(None), Branch.parent_id.is_distinct_from(Department.parent_id)))
    found = list(db.session.execute(statement).all())
    db.session.add_all(_first(one) for one, noted in found if noted is None)
    new = [_moved(one, noted, one.id in back) for one, noted in found if noted is not None]
    drafts.write(Branch, [Draft.new(values) for values in new if values is not None])
    return len(found)


def _first(department: Department) -> Branch:
    """Before it was noted nobody knows of another place. The note is as old as the department, whenever it is made: who
    moves a new department on its first day puts a slip right, who moves an old one does not."""
    return Branch(department_id=department.id, parent_id=department.parent_id, from_on=EPOCH, since=EPOCH,
                  created_at=department.created_at)


def _moved(department: Department, noted: Branch, is_back: bool) -> dict[str, Any] | None:
    """Ends what is noted, and returns what begins today; None where a note goes on. Whoever corrects a slip of today
    does not move anything."""
    former = _latest_under(department.id, department.parent_id)
    since = _since(noted, former, is_back)
    if not _is_slip(noted):
        noted.until_on = clock.today() - timedelta(days=1)
        db.session.flush()
        return {"department_id": department.id, "parent_id": department.parent_id, "from_on": clock.today(),
                "since": since}
    if former is not None and _ended_by(noted, former):
        db.session.delete(noted)
        db.session.flush()
        former.until_on = None
    else:
        noted.parent_id, noted.since = department.parent_id, since
    return None


def since_under(department_id: UUID, parent_id: UUID | None, is_back: bool = False) -> date:
    """Since when a department would count as part of `parent_id` if it became that now, or (`is_back`) again."""
    noted = db.session.scalar(sa.select(Branch).where(Branch.department_id == department_id,
                                                      Branch.until_on.is_(None)))
    return _since(noted, _latest_under(department_id, parent_id), is_back)


def _since(noted: Branch | None, former: Branch | None, is_back: bool) -> date:
    """`noted` is what goes on today, `former` the last under what the department becomes part of. A slip counts from
    its own day under whatever takes its place, also where it was itself a move that was taken back."""
    slip = noted if noted is not None and _is_slip(noted) else None
    if former is not None and (is_back or (slip is not None and _ended_by(slip, former))):
        return former.since
    return slip.from_on if slip is not None else clock.today()


def _latest_under(department_id: UUID, parent_id: UUID | None) -> Branch | None:
    return db.session.scalar(sa.select(Branch).where(
        Branch.department_id == department_id, Branch.parent_id.is_not_distinct_from(parent_id),
        Branch.until_on.isnot(None)).order_by(Branch.from_on.desc()).limit(1))


def _is_slip(noted: Branch) -> bool:
    return clock.local(noted.created_at).date() == clock.today()


def _ended_by(noted: Branch, former: Branch) -> bool:
    return former.until_on == noted.from_on - timedelta(days=1)
