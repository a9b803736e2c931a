"""What stands beside the rules: courses that count as others, and how many people a place needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.compliance import events, queries
from app.compliance.models import CoverageNeed, Equivalence
from app.courses.models import Course
from app.organisation.models import Department, Employee
from app.platform import clock
from app.platform.drafts import Draft, load_current, refuse_unknown, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record

# -- courses that count as others ------------------------------------------------------------------------


def add_equivalence(actor: Any, **values: Any) -> Equivalence:
    """Let a course count as another; fields as in `EquivalenceSchema`. Refuses what `plan_equivalences` refuses."""
    row = save_one(Equivalence, plan_equivalences, actor, Draft.new(_from_today(values)))
    record(events.EquivalenceAdded(actor_id=actor.id, subject_id=row.id, course_id=row.course_id,
                                   counted_id=row.counted_id))
    return row


def change_equivalence(actor: Any, equivalence_id: UUID, **values: Any) -> Equivalence:
    """Put right from when until when, or what, counts."""
    draft = Draft.change(equivalence_id, values)
    row = save_one(Equivalence, plan_equivalences, actor, draft)
    if draft.changes:
        record(events.EquivalenceChanged(actor_id=actor.id, subject_id=row.id, changes=draft.changes))
    return row


def plan_equivalences(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                      lock: bool = True) -> None:
    """Check drafts of equivalences. Refused: unknown courses, a course that counts as itself, an end before the
    start, and the same two courses a second time at once."""
    load_current(Equivalence, drafts, "course_id", "counted_id", "valid_from", "valid_until", "both_ways", lock=lock)
    for name in ("course_id", "counted_id"):
        refuse_unknown(drafts, name, Course, _("There is no such course."), coming)
    for draft in (one for one in drafts if not one.errors):
        if draft.get("course_id") == draft.get("counted_id"):
            draft.refuse(Invalid(_("A course counts as itself anyway. Choose another."), field="counted_id",
                                 code="same_course"))
        _refuse_backwards(draft)
        _refuse_twin(draft)


def _refuse_twin(draft: Draft) -> None:
    both = {draft.get("course_id"), draft.get("counted_id")}
    for other in queries.equivalences_between(both):
        is_other_way = other.course_id != draft.get("course_id") and not (other.both_ways or draft.get("both_ways"))
        apart = (other.valid_until is not None and draft.get("valid_from") is not None
                 and other.valid_until < draft.get("valid_from")) or (
            draft.get("valid_until") is not None and draft.get("valid_until") < other.valid_from)
        if other.id != draft.id and not apart and not is_other_way:
            draft.refuse(Conflict(_("This course counts already."), field="counted_id", code="equivalence_exists"))
            return


def archive_equivalence(actor: Any, equivalence_id: UUID) -> Equivalence:
    """Put away an equivalence that should never have been there; one that is over is given its last day instead."""
    row = _found(queries.live(Equivalence, equivalence_id))
    row.deleted_at = clock.now()
    record(events.EquivalenceArchived(actor_id=actor.id, subject_id=row.id))
    return row


def restore_equivalence(actor: Any, equivalence_id: UUID) -> Equivalence:
    """Bring an equivalence back."""
    row = _found(queries.deleted(Equivalence, equivalence_id))
    row.deleted_at = None
    record(events.EquivalenceRestored(actor_id=actor.id, subject_id=row.id))
    return row


# -- coverage --------------------------------------------------------------------------------------------


def add_coverage_need(actor: Any, **values: Any) -> CoverageNeed:
    """Say how many a department or crew needs; fields as in `CoverageSchema`."""
    row = save_one(CoverageNeed, plan_coverage_needs, actor, Draft.new(_from_today(values)))
    record(events.CoverageNeedAdded(actor_id=actor.id, subject_id=row.id, course_id=row.course_id,
                                    minimum=row.minimum))
    return row


def change_coverage_need(actor: Any, need_id: UUID, **values: Any) -> CoverageNeed:
    """Change how many are needed, where, or from when until when."""
    draft = Draft.change(need_id, values)
    row = save_one(CoverageNeed, plan_coverage_needs, actor, draft)
    if draft.changes:
        record(events.CoverageNeedChanged(actor_id=actor.id, subject_id=row.id, changes=draft.changes))
    return row


def plan_coverage_needs(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                        lock: bool = True) -> None:
    """Check drafts of coverage needs. Refused: unknown references, a department and a crew at once, an end before
    the start."""
    load_current(CoverageNeed, drafts, "department_id", "foreman_id", "valid_from", "valid_until", lock=lock)
    refuse_unknown(drafts, "course_id", Course, _("There is no such course."), coming)
    refuse_unknown(drafts, "department_id", Department, _("There is no such department."), coming)
    refuse_unknown(drafts, "foreman_id", Employee, _("There is no such employee."), coming)
    for draft in drafts:
        if draft.get("department_id") and draft.get("foreman_id") and not draft.errors:
            draft.refuse(Invalid(_("Choose a department or a crew, not both."), field="foreman_id",
                                 code="two_places"))
        _refuse_backwards(draft)


def archive_coverage_need(actor: Any, need_id: UUID) -> CoverageNeed:
    """Put a coverage need away."""
    row = _found(queries.live(CoverageNeed, need_id))
    row.deleted_at = clock.now()
    record(events.CoverageNeedArchived(actor_id=actor.id, subject_id=row.id))
    return row


def restore_coverage_need(actor: Any, need_id: UUID) -> CoverageNeed:
    """Bring a coverage need back."""
    row = _found(queries.deleted(CoverageNeed, need_id))
    row.deleted_at = None
    record(events.CoverageNeedRestored(actor_id=actor.id, subject_id=row.id))
    return row


# -- shared ----------------------------------------------------------------------------------------------


def _from_today(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"valid_from": values.get("valid_from") or clock.today()}


def _refuse_backwards(draft: Draft) -> None:
    start, end = draft.get("valid_from"), draft.get("valid_until")
    if start is None:
        draft.refuse(Invalid(_("Fill this in."), field="valid_from", code="valid_from_missing"))
    elif end is not None and end < start:
        draft.refuse(Invalid(_("It would end before it begins."), field="valid_until", code="ends_before_start"))


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row
