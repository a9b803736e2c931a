"""What may be done to the catalogue, and what is refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEntry
from app.courses import operations, queries
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.errors import Conflict, DomainError, Invalid, NotFound
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


@pytest.fixture
def officer(inside):
    return inside.actor("officer")


def create(actor, code="HSE-1", **values):
    with unit_of_work():
        return operations.create_course(actor, code=code, **({"name": "Safety"} | values))


def update(actor, course, **values):
    with unit_of_work():
        return operations.update_course(actor, course.id, **values)


def refusals(call, *args, **values):
    with pytest.raises(DomainError) as caught:
        call(*args, **values)
    return [(error.code, error.field) for error in caught.value.errors]


def trail():
    return [entry.event for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence))
            if entry.subject == "course"]


def test_a_course_is_added_changed_put_away_and_brought_back(officer):
    course = create(officer, validity_kind="rolling", validity_months=12)
    assert (course.policy.kind, course.policy.months) == ("rolling", 12)
    assert (course.category, course.delivery, course.scope, course.is_active) == (
        "technical", "classroom", "tenant", True)
    update(officer, course, name="Health and safety")
    with unit_of_work():
        operations.archive_course(officer, course.id)
    assert queries.course(course.id) is None
    with unit_of_work():
        operations.restore_course(officer, course.id)
    assert queries.course(course.id).name == "Health and safety"
    assert trail() == ["CourseCreated", "CourseUpdated", "CourseArchived", "CourseRestored"]


def test_saving_the_same_again_is_no_change(officer):
    course = create(officer)
    update(officer, course, name="Safety")
    assert trail() == ["CourseCreated"]


def test_a_code_belongs_to_one_live_course(officer):
    course = create(officer)
    assert refusals(create, officer) == [("code_taken", "code")]
    with unit_of_work():
        operations.archive_course(officer, course.id)
    create(officer)
    with pytest.raises(Conflict) as caught, unit_of_work():
        operations.restore_course(officer, course.id)
    assert caught.value.code == "code_taken"


@pytest.mark.parametrize(("policy", "expected"), [
    ({"validity_kind": "rolling"}, [("validity_missing", "validity_months")]),
    ({"validity_kind": "rolling", "validity_months": 12, "validity_days": 3}, [("validity_twice", "validity_days")]),
    ({"validity_kind": "never", "validity_months": 12}, [("not_used", "validity_months")]),
    ({"validity_kind": "fixed", "fixed_month": 2, "fixed_day": 30}, [("no_such_day", "fixed_day")]),
    ({"validity_kind": "fixed"}, [("missing", "fixed_day"), ("missing", "fixed_month")]),
    ({"validity_kind": "rolling", "validity_months": 0}, [("out_of_range", "validity_months")]),
    ({"validity_kind": "anniversary", "validity_months": 1, "window_before_days": 40},
     [("window_too_long", "window_before_days")]),
    ({"validity_kind": "yearly"}, [("unknown_kind", "validity_kind")]),
    ({"grace_days": 1000}, [("out_of_range", "grace_days")]),
])
def test_a_policy_that_does_not_hold_together_is_refused_at_its_fields(officer, policy, expected):
    assert sorted(refusals(create, officer, **policy)) == sorted(expected)


def test_changing_half_of_a_policy_is_judged_with_the_other_half(officer):
    course = create(officer, validity_kind="rolling", validity_months=12)
    assert refusals(update, officer, course, validity_kind="never") == [("not_used", "validity_months")]


def test_every_problem_of_a_policy_has_its_words(officer):
    from app.courses.wording import PROBLEMS
    with pytest.raises(Invalid) as caught:
        create(officer, validity_kind="fixed", fixed_month=2, fixed_day=30)
    assert str(caught.value) == "February has no day 30; its last is 29."
    assert set(PROBLEMS) == {"unknown_kind", "not_used", "missing", "validity_missing", "validity_twice",
                             "not_whole", "out_of_range", "no_such_day", "window_too_long"}


def test_prerequisites_are_kept_and_never_lead_back(officer):
    basic, more = create(officer, "A"), create(officer, "B")
    update(officer, more, prerequisite_ids=[basic.id])
    expert = create(officer, "C", prerequisite_ids=[more.id])
    assert [course.code for course in queries.prerequisites(expert.id)] == ["B"]
    assert refusals(update, officer, basic, prerequisite_ids=[expert.id]) == [
        ("prerequisite_cycle", "prerequisite_ids")]
    assert refusals(update, officer, basic, prerequisite_ids=[basic.id]) == [
        ("prerequisite_cycle", "prerequisite_ids")]
    with pytest.raises(Conflict) as caught, unit_of_work():
        operations.archive_course(officer, basic.id)
    assert caught.value.code == "course_required"
    update(officer, more, prerequisite_ids=[])
    with unit_of_work():
        operations.archive_course(officer, basic.id)


def test_other_values_leave_prerequisites_alone(officer):
    basic, more = create(officer, "A"), create(officer, "B")
    update(officer, more, prerequisite_ids=[basic.id])
    update(officer, more, name="More")
    assert [course.code for course in queries.prerequisites(more.id)] == ["A"]


def test_another_tenants_rows_are_as_unknown_as_any(inside, globex, officer):
    with tenant_scope(globex.id), unit_of_work():
        theirs = operations.create_course(globex.actor("officer"), code="X", name="Theirs")
    assert refusals(create, officer, prerequisite_ids=[theirs.id]) == [("prerequisite_unknown", "prerequisite_ids")]
    assert refusals(create, officer, department_id=theirs.id) == [("department_id_unknown", "department_id")]
    with pytest.raises(NotFound), unit_of_work():
        operations.update_course(officer, theirs.id, name="Ours")
    with pytest.raises(NotFound), unit_of_work():
        operations.archive_course(officer, theirs.id)


def test_many_courses_are_planned_and_written_at_once(officer, statements):
    drafts = [Draft.new({"code": f"C{n}", "name": f"Course {n}"}) for n in range(200)]
    drafts.append(Draft.new({"code": "C1", "name": "Again"}))
    drafts.append(Draft.new({"code": "BAD", "name": "Bad", "validity_kind": "rolling"}))
    with unit_of_work(), statements() as found:
        operations.plan_courses(officer, drafts)
        operations.write_courses(officer, drafts, clock.now())
    assert [[error.code for error in draft.errors] for draft in drafts[-2:]] == [["code_taken"], ["validity_missing"]]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(queries.Course)) == 200
    assert len(found) < 10
