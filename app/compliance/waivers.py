"""Let people off courses for a time: dated, with a reason, and never oneself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from app.compliance import events, queries
from app.compliance.models import Waiver
from app.courses.models import Course
from app.organisation.models import Employee
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft, refuse_unknown
from app.platform.errors import Conflict, Invalid, NotAllowed, NotFound
from app.platform.unit_of_work import record


def grant_waiver(actor: Any, *, employee_id: UUID, course_id: UUID, **values: Any) -> Waiver:
    """Let one person off a course; see `grant_waivers`."""
    return grant_waivers(actor, pairs=[(employee_id, course_id)], **values)[0]


def grant_waivers(actor: Any, *, pairs: Sequence[tuple[UUID, UUID]], reason: str, starts_on: date | None = None,
                  ends_on: date | None = None) -> list[Waiver]:
    """Let people off courses, all of the (employee id, course id) `pairs` or none; the actor approves.

    Refuses unknown people and courses, an end before the start, oneself (`waives_self`), and a time in which a
    waiver of the pair holds already (`waiver_overlaps`); each refusal names its person.
    """
    starts_on, unique = starts_on or clock.today(), list(dict.fromkeys(pairs))
    new = [Draft.new({"employee_id": employee_id, "course_id": course_id, "starts_on": starts_on, "ends_on": ends_on,
                      "reason": reason, "approved_by_id": actor.id}) for employee_id, course_id in unique]
    plan_waivers(actor, new)
    refused = [draft for draft in new if draft.errors]
    if refused:
        raise Invalid.all(error for draft in refused for error in draft.errors)
    drafts.write(Waiver, new)
    record(events.WaiversGranted(actor_id=actor.id, subject_id=new[0].id if len(new) == 1 else None, pairs=unique,
                                 starts_on=starts_on, ends_on=ends_on, reason=reason, count=len(new)))
    return list(db.session.scalars(sa.select(Waiver).where(Waiver.id.in_([draft.id for draft in new]))))


def plan_waivers(actor: Any, new: Sequence[Draft], coming: Collection[UUID] = (), *, lock: bool = True) -> None:
    """Check drafts of new waivers; refusals hang on them."""
    refuse_unknown(new, "employee_id", Employee, _("There is no such employee."), coming)
    refuse_unknown(new, "course_id", Course, _("There is no such course."), coming)
    own = queries.employee_ids_of(actor)
    held = queries.waivers_of({draft.values["employee_id"] for draft in new})
    names = queries.names_of({draft.values["employee_id"] for draft in new}) if len(new) > 1 else {}
    for draft in new:
        _refuse(draft, own, held, names.get(draft.values["employee_id"], ""))


def _refuse(draft: Draft, own: Collection[UUID], held: Sequence[Waiver], name: str) -> None:
    who, start, end = draft.values["employee_id"], draft.values["starts_on"], draft.values["ends_on"]
    said = f"{name}: " if name else ""
    if end is not None and end < start:
        draft.refuse(Invalid(_("It would end before it begins."), field="ends_on", code="ends_before_start"))
    if who in own:
        draft.refuse(NotAllowed(said + _("Nobody waives a course for themselves."), code="waives_self",
                                field=None if name else "employee_id"))
    for other in held:
        last = _last_day(other)
        if (other.employee_id, other.course_id) == (who, draft.values["course_id"]) and (
                end is None or other.starts_on <= end) and (last is None or last >= start):
            draft.refuse(Conflict(said + _("This course is waived for that time already."), code="waiver_overlaps",
                                  field=None if name else "starts_on"))
            return


def _last_day(waiver: Waiver) -> date | None:
    if waiver.ended_on is None:
        return waiver.ends_on
    before = date.fromordinal(waiver.ended_on.toordinal() - 1)
    return before if waiver.ends_on is None else min(before, waiver.ends_on)


def end_waiver(actor: Any, waiver_id: UUID, *, ended_on: date | None = None) -> Waiver:
    """Let a waiver no longer hold from `ended_on` (today) on; until the day before it did.

    Conflict `waiver_over` when it holds no longer; Invalid `day_is_over` for a past day.
    """
    row, day = _locked(waiver_id), ended_on or clock.today()
    if day < clock.today():
        raise Invalid(_("This day is over. What held on past days stays as it was."), field="ended_on",
                      code="day_is_over")
    last = _last_day(row)
    if last is not None and last < day:
        raise Conflict(_("This waiver is over by then."), code="waiver_over")
    old, row.ended_on, row.ended_by_id = row.ended_on, day, actor.id
    db.session.flush()
    record(events.WaiverEnded(actor_id=actor.id, subject_id=row.id, changes={"ended_on": (old, day)}))
    return row


def archive_waiver(actor: Any, waiver_id: UUID) -> Waiver:
    """Put away a waiver that should never have been recorded; it can be restored."""
    row = _locked(waiver_id)
    row.deleted_at = clock.now()
    record(events.WaiverArchived(actor_id=actor.id, subject_id=row.id))
    return row


def restore_waiver(actor: Any, waiver_id: UUID) -> Waiver:
    """Bring a waiver back. Conflict `waiver_overlaps` when another has taken its place."""
    row = queries.deleted(Waiver, waiver_id)
    if row is None:
        raise NotFound(_("There is no such entry."))
    draft = Draft.new({name: getattr(row, name) for name in ("employee_id", "course_id", "starts_on", "ends_on")})
    _refuse(draft, (), queries.waivers_of({row.employee_id}), "")
    if draft.errors:
        raise Invalid.all(draft.errors)
    row.deleted_at = None
    record(events.WaiverRestored(actor_id=actor.id, subject_id=row.id))
    return row


def _locked(waiver_id: UUID) -> Waiver:
    row = db.session.scalar(sa.select(Waiver).where(Waiver.id == waiver_id).with_for_update())
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row
