"""What may become of an enrollment, what is refused, and that no period is ever lost."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEntry
from app.courses import operations as courses
from app.enrollments import operations, queries, upkeep
from app.enrollments.models import Enrollment
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.scope import tenant_scope
from tests.enrollments.conftest import Training

D = dt.date
TODAY = D(2026, 3, 1)


def codes(call, *args, **values):
    with pytest.raises(DomainError) as caught:
        call(*args, **values)
    return [(error.code, error.field) for error in caught.value.errors]


def fresh(row):
    return db.session.get(Enrollment, row.id, populate_existing=True)


def events():
    return [entry.event for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence))
            if entry.event.startswith(("Enrol", "People", "Expiries", "Evidence"))]


def changes_of(event):
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == event)).one()
    return entry.data["changes"]


# -- enrolling -------------------------------------------------------------------------------------------


def test_somebody_is_enrolled_and_starts_today(training):
    row = training.active("rolling")
    assert (row.status, row.started_on, row.source, row.expires_on) == ("active", TODAY, "screen", None)
    assert events() == ["EnrollmentCreated"]


def test_nobody_has_two_active_enrollments_in_one_course(training):
    training.active("rolling")
    assert codes(training.active, "rolling") == [("already_active", "employee_id")]


def test_the_database_itself_holds_one_active_enrollment(training):
    first = training.active("rolling")
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.add(Enrollment(employee_id=first.employee_id, course_id=first.course_id, status="active"))
        db.session.flush()


def test_several_people_are_enrolled_at_once_with_one_entry(training, statements):
    people = training.organisation.employees
    wanted = [people["employee"], people["foreman"], people["manager"], people["employee"]]
    with statements() as found:
        rows = training.do(operations.enrol_people, employee_ids=wanted, course_id=training.courses["rolling"].id)
    assert {row.employee_id for row in rows} == set(wanted)
    assert all(row.status == "active" and row.started_on == TODAY for row in rows)
    assert events() == ["PeopleEnrolled"]
    with statements() as many:
        training.do(operations.enrol_people, employee_ids=list(people.values()), course_id=training.courses["grace"].id)
    assert len(many) == len(found)


def test_enrolling_several_is_all_or_nothing_and_names_who_stands_in_the_way(training):
    training.active("rolling")
    people = training.organisation.employees
    with pytest.raises(DomainError) as caught:
        training.do(operations.enrol_people, employee_ids=[people["foreman"], people["employee"]],
                    course_id=training.courses["rolling"].id)
    assert [(error.code, error.field) for error in caught.value.errors] == [("already_active", "employee_ids")]
    assert "Employee Acme (E5)" in str(caught.value)
    assert events() == ["EnrollmentCreated"]


def test_nobody_enters_a_closed_course_and_nobody_who_left_enters_any(training):
    training.do(courses.update_course, training.courses["rolling"].id, is_active=False)
    assert codes(training.active, "rolling") == [("course_inactive", "course_id")]
    training.do(organisation.update_employee, training.organisation.employees["outsider"], is_active=False)
    assert codes(training.active, "grace", "outsider") == [("employee_inactive", "employee_id")]
    assert training.completed("rolling", D(2025, 1, 1), "outsider").expires_on == D(2026, 1, 1)


def test_another_tenants_people_and_courses_are_unknown(training, globex):
    with tenant_scope(globex.id):
        theirs = Training(globex)
        row = theirs.active("rolling")
    mine = training.organisation.employees["employee"]
    create = operations.create_enrollment
    assert codes(training.do, create, employee_id=globex.employees["employee"],
                 course_id=training.courses["rolling"].id) == [("employee_id_unknown", "employee_id")]
    assert codes(training.do, create, employee_id=mine, course_id=theirs.courses["rolling"].id) == [
        ("course_id_unknown", "course_id")]
    for operation, values in [(operations.complete_enrollment, {"completed_on": TODAY}),
                              (operations.withdraw_enrollment, {"reason": "x"}),
                              (operations.correct_enrollment, {"score": 1}), (operations.archive_enrollment, {}),
                              (operations.restore_enrollment, {}), (operations.renew_enrollment, {})]:
        assert codes(training.do, operation, row.id, **values) == [("not_found", None)]


# -- results ---------------------------------------------------------------------------------------------


def test_a_completion_gets_its_expiry(training):
    row = training.active("rolling", started_on=D(2026, 2, 1))
    training.do(operations.complete_enrollment, row.id, completed_on=D(2026, 2, 28), score=91,
                certificate_number="HSE/77")
    row = fresh(row)
    assert (row.status, row.completed_on, row.expires_on, row.expired_from) == (
        "completed", D(2026, 2, 28), D(2027, 2, 28), D(2027, 3, 1))
    assert changes_of("EnrollmentCompleted")["expires_on"] == [None, "2027-02-28"]


@pytest.mark.parametrize(("code", "on", "expires_on", "expired_from", "status"), [
    ("never", D(2010, 1, 1), None, None, "completed"),
    ("rolling", D(2025, 3, 1), D(2026, 3, 1), D(2026, 3, 2), "completed"),
    ("rolling", D(2025, 2, 28), D(2026, 2, 28), D(2026, 3, 1), "expired"),
    ("grace", D(2025, 2, 20), D(2026, 2, 20), D(2026, 3, 7), "completed"),
    ("fixed", D(2026, 1, 5), D(2026, 12, 31), D(2027, 1, 1), "completed"),
])
def test_a_past_completion_is_put_on_record_with_its_dates(training, code, on, expires_on, expired_from, status):
    row = training.completed(code, on)
    assert (row.expires_on, row.expired_from, row.status) == (expires_on, expired_from, status)


def test_what_the_certificate_states_wins(training):
    assert training.completed("rolling", D(2026, 1, 1), granted_expires_on=D(2029, 5, 5)).expires_on == D(2029, 5, 5)
    assert training.completed("grace", D(2026, 1, 1), granted_expires_on=D.max).expires_on is None


@pytest.mark.parametrize(("values", "expected"), [
    ({"status": "completed"}, [("completed_on_missing", "completed_on")]),
    ({"status": "failed"}, [("completed_on_missing", "completed_on")]),
    ({"status": "active", "completed_on": TODAY}, [("not_completed", "completed_on")]),
    ({"status": "completed", "completed_on": D(2026, 3, 2)}, [("completed_in_future", "completed_on")]),
    ({"status": "completed", "completed_on": TODAY, "started_on": D(2026, 3, 2)},
     [("completed_before_start", "completed_on")]),
    ({"status": "completed", "completed_on": TODAY, "granted_expires_on": D(2026, 2, 1)},
     [("expiry_before_completion", "granted_expires_on")]),
])
def test_impossible_dates_are_refused_at_their_field(training, values, expected):
    assert codes(training.do, operations.create_enrollment, employee_id=training.organisation.employees["employee"],
                 course_id=training.courses["rolling"].id, **values) == expected


def test_one_completion_a_day_and_a_retake_on_the_day_of_a_failure(training):
    training.completed("rolling", D(2025, 5, 5))
    assert codes(training.completed, "rolling", D(2025, 5, 5)) == [("completion_exists", "completed_on")]
    row = training.active("grace")
    training.do(operations.fail_enrollment, row.id, completed_on=TODAY, score=12)
    again = training.active("grace")
    training.do(operations.complete_enrollment, again.id, completed_on=TODAY)
    assert [one.status for one in queries.of_pair(row.employee_id, row.course_id)] == ["failed", "completed"]


def test_what_is_over_is_over(training):
    row = training.active("rolling")
    training.do(operations.withdraw_enrollment, row.id, reason="Moved to another site")
    assert (fresh(row).status, fresh(row).withdrawn_on) == ("withdrawn", TODAY)
    for operation, values in [(operations.complete_enrollment, {"completed_on": TODAY}),
                              (operations.fail_enrollment, {"completed_on": TODAY}),
                              (operations.withdraw_enrollment, {"reason": "again"})]:
        assert codes(training.do, operation, row.id, **values) == [("not_active", None)]
    assert codes(training.do, operations.renew_enrollment, row.id) == [("not_completed", None)]
    assert events() == ["EnrollmentCreated", "EnrollmentWithdrawn"]


# -- history ---------------------------------------------------------------------------------------------


def test_a_renewal_is_another_enrollment_linked_to_the_one_it_renews(training):
    first = training.completed("kept", D(2025, 4, 1))
    second = training.do(operations.renew_enrollment, first.id, started_on=D(2026, 2, 10))
    assert (second.status, second.renews_id) == ("active", first.id)
    training.do(operations.complete_enrollment, second.id, completed_on=D(2026, 2, 15))
    assert (fresh(first).expires_on, fresh(second).expires_on) == (D(2026, 4, 1), D(2027, 4, 1))


def test_a_past_completion_is_linked_to_what_came_before_it_not_after(training):
    later = training.completed("rolling", D(2025, 4, 1))
    assert training.completed("rolling", D(2024, 4, 1)).renews_id is None
    assert training.completed("rolling", D(2025, 6, 1)).renews_id == later.id


def test_an_older_completion_that_comes_in_late_moves_later_ones(training):
    later = training.completed("kept", D(2026, 1, 20))
    assert later.expires_on == D(2027, 1, 20)
    stamp = later.updated_at
    with time_machine.travel(dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC), tick=False):
        training.completed("kept", D(2025, 2, 10))
    assert fresh(later).expires_on == D(2027, 2, 10)  # renewed in the window of 10 Feb 2026
    assert fresh(later).updated_at == stamp


def test_what_was_moved_moves_back_when_the_older_one_goes(training):
    later = training.completed("kept", D(2026, 1, 20))
    older = training.completed("kept", D(2025, 2, 10))
    training.do(operations.archive_enrollment, older.id)
    assert fresh(later).expires_on == D(2027, 1, 20)
    training.do(operations.restore_enrollment, older.id)
    assert fresh(later).expires_on == D(2027, 2, 10)
    training.do(operations.revoke_enrollment, older.id, revoked_on=D(2025, 6, 1), reason="Forged")
    assert fresh(later).expires_on == D(2027, 1, 20)
    training.do(operations.reinstate_enrollment, older.id)
    assert fresh(later).expires_on == D(2027, 2, 10)
    training.do(operations.correct_enrollment, older.id, completed_on=D(2024, 1, 1))
    assert fresh(later).expires_on == D(2027, 1, 20)


def test_a_correction_keeps_the_old_value_in_the_audit(training):
    row = training.completed("rolling", D(2025, 3, 14))
    training.do(operations.correct_enrollment, row.id, completed_on=D(2025, 4, 13))
    assert fresh(row).expires_on == D(2026, 4, 13)
    changed = changes_of("EnrollmentCorrected")
    assert changed["completed_on"] == ["2025-03-14", "2025-04-13"]
    assert changed["expires_on"] == ["2026-03-14", "2026-04-13"]


def test_a_correction_is_held_to_the_same_rules(training):
    row = training.completed("rolling", D(2025, 3, 14))
    training.completed("rolling", D(2025, 5, 1))
    correct = operations.correct_enrollment
    assert codes(training.do, correct, row.id, completed_on=D(2025, 5, 1)) == [("completion_exists", "completed_on")]
    assert codes(training.do, correct, row.id, completed_on=None) == [("completed_on_missing", "completed_on")]
    training.do(correct, row.id, completed_on=D(2025, 3, 14))
    assert "EnrollmentCorrected" not in events()


def test_a_revoked_certificate_counts_until_the_day_before(training):
    row = training.completed("rolling", D(2026, 1, 1))
    revoke = operations.revoke_enrollment
    assert codes(training.do, revoke, row.id, revoked_on=D(2025, 12, 31), reason="x") == [
        ("revoked_before_completion", "revoked_on")]
    assert codes(training.do, revoke, row.id, revoked_on=D(2026, 3, 2), reason="x") == [
        ("revoked_in_future", "revoked_on")]
    training.do(revoke, row.id, revoked_on=D(2026, 2, 1), reason="Wrong person")
    assert fresh(row).expires_on == D(2027, 1, 1)
    assert codes(training.do, revoke, row.id, revoked_on=D(2026, 2, 1), reason="x") == [("already_revoked", None)]
    training.do(operations.reinstate_enrollment, row.id)
    assert fresh(row).revoked_on is None
    assert codes(training.do, operations.reinstate_enrollment, row.id) == [("not_revoked", None)]
    active = training.active("grace")
    assert codes(training.do, revoke, active.id, revoked_on=TODAY, reason="x") == [("not_completed", None)]


def test_restoring_never_makes_two_of_what_there_is_one_of(training):
    first = training.active("rolling")
    training.do(operations.archive_enrollment, first.id)
    training.active("rolling")
    assert codes(training.do, operations.restore_enrollment, first.id) == [("already_active", None)]
    done = training.completed("grace", D(2025, 1, 1))
    training.do(operations.archive_enrollment, done.id)
    training.completed("grace", D(2025, 1, 1))
    assert codes(training.do, operations.restore_enrollment, done.id) == [("completion_exists", None)]
    assert codes(training.do, operations.archive_enrollment, done.id) == [("not_found", None)]


# -- the course changes ----------------------------------------------------------------------------------


def test_a_new_policy_moves_every_expiry_it_changes_and_no_stated_one(training):
    plain = training.completed("rolling", D(2025, 6, 1))
    stated = training.completed("rolling", D(2025, 6, 1), "foreman", granted_expires_on=D(2026, 9, 9))
    other = training.completed("grace", D(2025, 6, 1))
    training.do(courses.update_course, training.courses["rolling"].id, validity_months=24)
    assert (fresh(plain).expires_on, fresh(plain).expired_from) == (D(2027, 6, 1), D(2027, 6, 2))
    assert fresh(stated).expires_on == D(2026, 9, 9)
    assert fresh(other).expires_on == D(2026, 6, 1)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "ExpiriesMoved")).one()
    assert entry.data == {"total": 2, "moved": 1, "earlier": 0, "later": 1}


def test_more_grace_moves_no_expiry_but_when_it_is_over(training):
    row = training.completed("rolling", D(2025, 2, 20))
    assert row.status == "expired"
    training.do(courses.update_course, training.courses["rolling"].id, grace_days=30)
    assert (fresh(row).expires_on, fresh(row).expired_from, fresh(row).status) == (
        D(2026, 2, 20), D(2026, 3, 23), "completed")


def test_what_a_policy_would_move_is_known_before(training):
    training.completed("rolling", D(2025, 6, 1))
    training.completed("rolling", D(2025, 12, 1), "foreman")
    from app.courses.rules import ValidityPolicy
    course = training.courses["rolling"].id
    moves = upkeep.preview_policy(course, ValidityPolicy(kind="rolling", months=6))
    assert (moves.total, moves.earlier, moves.later, moves.expired) == (2, 2, 0, 1)
    moves = upkeep.preview_policy(course, ValidityPolicy(kind="rolling", months=12))
    assert moves.moved == 0
    moves = upkeep.preview_policy(course, ValidityPolicy(kind="never"))
    assert (moves.earlier, moves.later) == (0, 2)


def test_a_course_stays_while_people_are_in_it(training):
    row = training.active("rolling")
    archive = courses.archive_course
    assert codes(training.do, archive, training.courses["rolling"].id) == [("course_in_use", None)]
    training.do(operations.complete_enrollment, row.id, completed_on=TODAY)
    training.do(archive, training.courses["rolling"].id)
    assert str(fresh(row).course) == "Rolling course"


# -- the cache -------------------------------------------------------------------------------------------


def test_the_daily_job_brings_statuses_in_line_in_one_statement(training, statements):
    over, valid = training.completed("rolling", D(2025, 2, 1)), training.completed("grace", D(2025, 12, 1))
    failed = training.active("fixed")
    training.do(operations.fail_enrollment, failed.id, completed_on=TODAY)
    db.session.execute(sa.update(Enrollment).where(Enrollment.id == over.id).values(status="completed"))
    db.session.execute(sa.update(Enrollment).where(Enrollment.id == valid.id).values(status="expired"))
    db.session.commit()
    stamps = {row.id: fresh(row).updated_at for row in (over, valid, failed)}
    with statements() as found:
        assert upkeep.refresh_statuses() == 2
    assert len(found) == 1
    assert [fresh(row).status for row in (over, valid, failed)] == ["expired", "completed", "failed"]
    assert {row.id: fresh(row).updated_at for row in (over, valid, failed)} == stamps
    assert upkeep.refresh_statuses() == 0
