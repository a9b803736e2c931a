"""Rounds of alerts: who is told, when, and that it happens once."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.alerts import operations, rules
from app.alerts.models import AlertRound, ExpiryAlert
from app.audit.models import AuditEntry
from app.compliance import arrangements, waivers
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.notifications.models import Notification
from app.organisation import operations as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations as renewals
from app.renewals.models import WorkflowStep
from app.tenancy import operations as tenancy
from tests.alerts.conftest import days_later, look, notified, read_everything, told

USUAL = (30, 14, 7, 1, 0)


def test_each_threshold_is_told_once_on_its_day(inside, expiring):
    expiring("outsider", 31)
    on = {}
    for day in (0, 1, 2, 17, 18, 23, 24, 25, 30, 31, 32, 33):
        with days_later(day):
            for _ in range(2):
                before = len(warned())
                look()
                if len(warned()) > before:
                    on[31 - day] = warned()[-1]
    assert on == {left: ("person", left) for left in USUAL}
    assert notified()["expiry-warning", inside.actor("outsider").id] == 5


def warned():
    return [one for one in told() if one[0] == "person"]


def test_the_statement_says_what_the_rule_says(inside, expiring):
    expected = []
    for left in range(-3, 33):
        with unit_of_work():
            course = courses.create_course(SYSTEM, code=f"C{left}", name="Course", validity_kind="never").id
        expiring("outsider", left, course)
        expected += [("person", at) for at in [rules.threshold(left, USUAL)] if at is not None]
    look()
    assert sorted(told()) == sorted(expected)


def test_after_an_outage_there_is_one_message_with_the_current_threshold(inside, expiring):
    expiring("outsider", 15)
    with days_later(9):  # the days for 14 and 7 are over by two and one: six are left
        look()
        look()
    assert told() == [("person", 7)]


def test_five_days_without_a_round_lose_no_expiry(inside, expiring):
    for name, left in (("employee", 1), ("foreman", 3), ("outsider", 4)):
        expiring(name, left)
    look()
    with days_later(5):
        look()
    assert sorted(told()) == [("person", 0)] * 3 + [("person", 1), ("person", 7), ("person", 7)]


def test_rounds_that_were_missing_for_a_month_are_made_up_for(inside, expiring):
    look()
    expiring("outsider", 5)
    with days_later(30):
        look()
    assert told() == [("person", 0)]


@pytest.mark.parametrize("reason", ["away", "waived", "revoked"])
def test_who_comes_to_need_a_certificate_that_ran_out_long_ago_is_warned(inside, expiring, first_aid, reason):
    expiring("employee", 5)
    person, officer = inside.employees["employee"], inside.actor("officer")
    with unit_of_work():
        if reason == "away":
            organisation.update_employee(SYSTEM, person, is_active=False)
        elif reason == "waived":
            waiver = waivers.grant_waiver(officer, employee_id=person, course_id=first_aid, reason="Desk work")
    if reason == "revoked":
        newer = expiring_again(inside, "employee", 400)
    for day in (0, 30, 60):
        with days_later(day):
            look()
    assert told() == []
    with days_later(61):
        with unit_of_work():
            if reason == "away":
                organisation.update_employee(SYSTEM, person, is_active=True)
            elif reason == "waived":
                waivers.end_waiver(officer, waiver.id)
            else:
                enrollments.revoke_enrollment(SYSTEM, newer.id, revoked_on=clock.today(), reason="A mistake")
        look()
        assert told() == [("person", 0)]
    with days_later(62):
        look()
        assert told() == [("person", 0), ("foreman", 0)]


def test_what_ran_out_long_before_the_first_round_is_history(inside, expiring):
    expiring("outsider", -15)
    look()
    assert told() == []


def test_what_is_told_is_told_to_the_person_about_the_certificate(inside, expiring):
    row = expiring("outsider", 14)
    look()
    said = db.session.scalars(sa.select(Notification)).one()
    assert said.user_id == inside.actor("outsider").id
    assert said.link == f"/enrollments/{row}"
    assert said.data == {
        "course": {"en": "First aid", "ar": "الإسعافات الأولية"}, "day": {"date": "2026-03-15"},
        "when": {"en": "expires in 14 days", "ar": said.data["when"]["ar"]}}
    assert "14" in said.data["when"]["ar"]
    assert "expires" not in said.data["when"]["ar"]


# -- what covers a course ---------------------------------------------------------------------------------


def test_a_newer_certificate_silences(inside, expiring):
    expiring("outsider", 10)
    expiring_again(inside, "outsider", 400)
    look()
    assert told() == []


def expiring_again(inside, name, days):
    with unit_of_work():
        return enrollments.create_enrollment(
            SYSTEM, employee_id=inside.employees[name], course_id=course_of(inside), status="completed",
            completed_on=clock.today() - dt.timedelta(days=10),
            granted_expires_on=clock.today() + dt.timedelta(days=days))


def course_of(inside):
    from app.courses.models import Course

    return db.session.scalar(sa.select(Course.id))


def test_a_newer_certificate_that_is_revoked_does_not(inside, expiring):
    expiring("outsider", 10)
    newer = expiring_again(inside, "outsider", 400)
    with unit_of_work():
        enrollments.revoke_enrollment(SYSTEM, newer.id, revoked_on=clock.today(), reason="A mistake")
    look()
    assert told() == [("person", 14)]


def test_of_two_that_expire_on_one_day_one_is_told(inside, expiring):
    expiring("outsider", 10)
    expiring_again(inside, "outsider", 10)
    look()
    assert told() == [("person", 14)]


def test_a_booking_silences_until_it_is_withdrawn(inside, expiring):
    row = expiring("outsider", 10)
    with unit_of_work():
        booking = enrollments.renew_enrollment(SYSTEM, row)
    look()
    assert told() == []
    with unit_of_work():
        enrollments.withdraw_enrollment(SYSTEM, booking.id, reason="Full")
    look()
    assert told() == [("person", 14)]


@pytest.mark.parametrize("is_elsewhere", [False, True], ids=["of the course", "of an equivalent one"])
def test_a_booking_that_nobody_kept_silences_nothing_once_the_certificate_ran_out(inside, expiring, first_aid,
                                                                                  is_elsewhere):
    expiring("employee", 10)
    booked = first_aid
    with unit_of_work():
        if is_elsewhere:
            booked = courses.create_course(SYSTEM, code="AFA", name="Advanced first aid", validity_kind="never").id
            arrangements.add_equivalence(SYSTEM, course_id=first_aid, counted_id=booked)
    have(inside, "booking", "employee", booked)
    seen = {}
    for day in (0, 9, 10, 11, 12, 16, 17, 24):
        with days_later(day):
            look()
        seen[day] = told()[-1] if told() else None
    assert seen == {0: None, 9: None, 10: None, 11: ("person", 0), 12: ("person", 0), 16: ("person", 0),
                    17: ("foreman", 0), 24: ("manager", 0)}


def test_an_approved_renewal_silences_and_one_that_is_asked_for_stops_the_escalation_only(inside, expiring):
    row = expiring("employee", 10)
    look()
    with unit_of_work():
        request = renewals.request_renewal(inside.actor("employee"), enrollment_id=row)
    with days_later(8):
        look()
        assert told() == [("person", 14), ("person", 7)]
        for name in ("foreman", "manager"):
            with unit_of_work():
                renewals.approve_step(inside.actor(name), open_step(request.id))
    with days_later(9):
        look()
    assert told() == [("person", 14), ("person", 7)]


def test_a_renewal_that_waits_for_its_requesters_answer_does_not_stop_the_escalation(inside, expiring):
    row = expiring("employee", 10)
    look()
    with unit_of_work():
        request = renewals.request_renewal(inside.actor("employee"), enrollment_id=row)
    with unit_of_work():
        renewals.return_for_information(inside.actor("foreman"), open_step(request.id), question="Which course?")
    with days_later(8):
        look()
    assert ("foreman", 0) in told()


def open_step(request_id):
    return db.session.scalar(sa.select(WorkflowStep.id).where(
        WorkflowStep.request_id == request_id, WorkflowStep.status == "open"))


def test_an_equivalence_counts_until_the_end_of_its_last_day(inside, expiring, first_aid):
    with unit_of_work():
        advanced = courses.create_course(SYSTEM, code="AFA", name="Advanced first aid", validity_kind="never").id
        arrangements.add_equivalence(SYSTEM, course_id=first_aid, counted_id=advanced,
                                     valid_until=clock.today() + dt.timedelta(days=3))
    expiring("employee", 10)
    have(inside, "certificate", "employee", advanced)
    with days_later(3):
        look()
        assert told() == []
    with days_later(4):
        look()
    assert told() == [("person", 7)]


@pytest.mark.parametrize(("starts", "ends", "silences"), [
    (0, None, True), (0, 60, True), (0, 11, True), (0, 10, False), (11, 60, True), (12, 60, False)])
def test_a_waiver_silences_when_it_holds_on_the_first_day_without_the_certificate(
        inside, expiring, first_aid, starts, ends, silences):
    expiring("employee", 10)
    with unit_of_work():
        waivers.grant_waiver(
            inside.actor("officer"), employee_id=inside.employees["employee"], course_id=first_aid, reason="Desk work",
            starts_on=clock.today() + dt.timedelta(days=starts),
            ends_on=None if ends is None else clock.today() + dt.timedelta(days=ends))
    look()
    assert (told() == []) is silences


def test_a_waiver_that_was_ended_silences_no_longer(inside, expiring, first_aid):
    expiring("employee", 10)
    with unit_of_work():
        waiver = waivers.grant_waiver(inside.actor("officer"), employee_id=inside.employees["employee"],
                                      course_id=first_aid, reason="Office work")
        waivers.end_waiver(inside.actor("officer"), waiver.id)
    look()
    assert told() == [("person", 14)]


@pytest.mark.parametrize("both_ways", [True, False])
@pytest.mark.parametrize("what", ["certificate", "booking"])
def test_an_equivalent_course_silences_the_way_it_counts(inside, expiring, first_aid, both_ways, what):
    with unit_of_work():
        advanced = courses.create_course(SYSTEM, code="AFA", name="Advanced first aid", validity_kind="never").id
        arrangements.add_equivalence(SYSTEM, course_id=first_aid, counted_id=advanced, both_ways=both_ways)
    expiring("employee", 10)
    expiring("outsider", 10, advanced)
    have(inside, what, "employee", advanced)
    have(inside, what, "outsider", first_aid)
    look()
    assert told() == ([] if both_ways else [("person", 14)])


def test_an_equivalent_certificate_for_life_silences(inside, expiring, first_aid):
    expiring("employee", 10)
    with unit_of_work():
        for_life = courses.create_course(SYSTEM, code="MD", name="Paramedic", validity_kind="never").id
        arrangements.add_equivalence(SYSTEM, course_id=first_aid, counted_id=for_life)
        enrollments.create_enrollment(SYSTEM, employee_id=inside.employees["employee"], course_id=for_life,
                                      status="completed", completed_on=clock.today())
    look()
    assert told() == []


def have(inside, what, name, course_id):
    with unit_of_work():
        if what == "booking":
            enrollments.create_enrollment(SYSTEM, employee_id=inside.employees[name], course_id=course_id)
        else:
            enrollments.create_enrollment(SYSTEM, employee_id=inside.employees[name], course_id=course_id,
                                          status="completed", completed_on=clock.today(),
                                          granted_expires_on=clock.today() + dt.timedelta(days=300))


@pytest.mark.parametrize("what", ["left", "inactive", "deleted", "leaves today"])
def test_nobody_who_left_is_warned(inside, expiring, what):
    expiring("outsider", 10)
    person = inside.employees["outsider"]
    with unit_of_work():
        if what == "deleted":
            organisation.archive_employee(SYSTEM, person)
        elif what == "leaves today":
            organisation.update_employee(SYSTEM, person, left_on=clock.today())
        else:
            organisation.update_employee(SYSTEM, person, is_active=False)
    look()
    assert told() == []


@pytest.mark.parametrize("put_away", [lambda course: courses.update_course(SYSTEM, course, is_active=False),
                                      lambda course: courses.archive_course(SYSTEM, course)])
def test_a_course_that_is_no_longer_given_warns_nobody(inside, expiring, put_away):
    expiring("outsider", 10)
    with unit_of_work():
        put_away(course_of(inside))
    look()
    assert told() == []


def test_a_revoked_or_deleted_certificate_warns_nobody(inside, expiring):
    row, other = expiring("outsider", 10), expiring("employee", 10)
    with unit_of_work():
        enrollments.revoke_enrollment(SYSTEM, row, revoked_on=clock.today(), reason="A mistake")
        enrollments.archive_enrollment(SYSTEM, other)
    look()
    assert told() == []


def test_a_corrected_expiry_is_warned_of_anew_and_once(inside, expiring):
    row = expiring("outsider", 10)
    look()
    with unit_of_work():
        enrollments.correct_enrollment(SYSTEM, row, granted_expires_on=clock.today() + dt.timedelta(days=12))
    look()
    look()
    assert told() == [("person", 14), ("person", 14)]
    assert len({alert.expires_on for alert in db.session.scalars(sa.select(ExpiryAlert))}) == 2


# -- when it does not help --------------------------------------------------------------------------------


def test_an_unread_warning_reaches_the_foreman_after_the_patience_and_then_the_manager(inside, expiring):
    expiring("employee", 30)
    seen = {}
    for day in range(20):
        with days_later(day):
            look()
            seen[day] = told()
    assert seen[6] == [("person", 30)]
    assert seen[7] == [("person", 30), ("foreman", 0)]
    assert seen[13] == seen[7]
    assert seen[14][-1] == ("manager", 0)
    assert [level for level, _ in seen[19]].count("foreman") == 1
    assert [level for level, _ in seen[19]].count("manager") == 1
    boss = {name: inside.actor(name).id for name in ("foreman", "manager")}
    assert notified()["team-expiry", boss["foreman"]] == notified()["team-expiry", boss["manager"]] == 1


def test_who_reads_is_left_alone_until_a_week_after_the_expiry(inside, expiring):
    expiring("employee", 14)
    first = {}
    for day in range(32):
        with days_later(day):
            look()
            read_everything()
            for level, _ in told():
                first.setdefault(level, day)
    assert first == {"person": 0, "foreman": 21, "manager": 28}


def test_a_later_warning_that_was_read_makes_up_for_an_earlier_one(inside, expiring):
    expiring("employee", 10)
    look()
    with days_later(3):
        look()
        with unit_of_work():
            db.session.execute(sa.update(Notification).where(
                Notification.dedupe_key.endswith(":7")).values(read_at=clock.now()))
    with days_later(8):
        look()
    assert told() == [("person", 14), ("person", 7)]


def test_who_is_told_late_of_an_expiry_is_told_before_the_foreman(inside, expiring):
    expiring("employee", -9)
    look()
    assert told() == [("person", 0)]
    with days_later(1):
        look()
    assert told() == [("person", 0), ("foreman", 0)]


def test_who_acts_meanwhile_is_not_escalated(inside, expiring):
    row = expiring("employee", 30)
    look()
    with unit_of_work():
        enrollments.renew_enrollment(SYSTEM, row)
    with days_later(8):
        look()
    assert told() == [("person", 30)]


def test_without_a_foreman_the_manager_is_told_and_without_both_the_training_officers(inside, expiring):
    expiring("foreman", 10)  # who has a manager only
    for name in ("outsider", "manager"):
        expiring(name, 10)
    look()
    for day in (7, 8, 14, 21):
        with days_later(day):
            look()
    assert sorted(level for level, _ in told() if level != "person") == ["manager", "officers", "officers"]
    assert notified()["team-expiry", inside.actor("officer").id] == 1
    assert notified()["team-expiry", inside.actor("outsider").id] == 0


def test_without_a_training_officer_the_administrators_are_told(inside, expiring):
    expiring("outsider", 10)
    look()
    with unit_of_work():
        accounts.update_login(SYSTEM, inside.actor("officer").id, active=False)
    with days_later(7):
        look()
    assert notified()["team-expiry", inside.actor("admin").id] == 1


@pytest.mark.parametrize("how", ["switched off", "put away", "last day"])
def test_a_foreman_who_left_is_passed_over(inside, expiring, how):
    expiring("employee", 30)
    look()
    foreman = inside.employees["foreman"]
    with unit_of_work():
        if how == "put away":
            organisation.archive_employee(SYSTEM, foreman)
        elif how == "switched off":
            organisation.update_employee(SYSTEM, foreman, is_active=False)
        else:
            organisation.update_employee(SYSTEM, foreman, left_on=clock.today() + dt.timedelta(days=7))
    with days_later(7):
        look()
    assert told()[-1] == ("manager", 0)


def test_a_manager_who_is_not_named_is_the_foremans(inside, expiring):
    with unit_of_work():
        organisation.update_employee(SYSTEM, inside.employees["employee"], manager_id=None)
    expiring("employee", 30)
    for day in (0, 7, 14):
        with days_later(day):
            look()
    assert notified()["team-expiry", inside.actor("manager").id] == 1


def test_who_is_foreman_and_manager_is_told_once(inside, expiring):
    with unit_of_work():
        organisation.update_employee(SYSTEM, inside.employees["employee"], manager_id=inside.employees["foreman"])
    expiring("employee", 30)
    for day in (0, 7, 14, 21):
        with days_later(day):
            look()
    assert notified()["team-expiry", inside.actor("foreman").id] == 1


def test_what_the_foreman_read_goes_on_to_the_manager_once_it_ran_out(inside, expiring):
    expiring("employee", 14)
    seen = {}
    for day in (0, 7, 14, 15):
        with days_later(day):
            look()
            seen[day] = told()
            read_everything() if day == 7 else None
    assert ("foreman", 0) in seen[7]
    assert ("manager", 0) not in seen[14]  # its last day
    assert ("manager", 0) in seen[15]


def test_a_foreman_who_read_of_several_at_once_read_of_each(inside, expiring, second_course):
    for course in (None, second_course):
        expiring("employee", 30, course)
    for day in (0, 7, 14):
        with days_later(day):
            look()
            read_everything() if day == 7 else None
    assert notified()["team-expiry", inside.actor("foreman").id] == 1
    assert [level for level, _ in told()].count("foreman") == 2
    assert "manager" not in {level for level, _ in told()}


def test_who_read_of_one_certificate_has_not_read_of_the_other(inside, expiring, second_course):
    expiring("outsider", 30)  # of whom others hear in the round that warns of the two
    look()
    with days_later(7):
        first, other = expiring("employee", 29), expiring("employee", 30, second_course)
        look()
        with unit_of_work():
            db.session.execute(sa.update(Notification).where(
                Notification.dedupe_key.contains(str(first))).values(read_at=clock.now()))
    with days_later(14):
        look()
    assert [row.enrollment_id for row in db.session.scalars(
        sa.select(ExpiryAlert).where(ExpiryAlert.level == "foreman"))] == [other]


def test_who_leads_some_and_manages_others_gets_a_message_about_each(inside, expiring):
    with unit_of_work():
        organisation.update_employee(SYSTEM, inside.employees["outsider"], manager_id=inside.employees["foreman"])
    for name in ("employee", "outsider"):
        expiring(name, 30)
    for day in (0, 7):
        with days_later(day):
            look()
    assert notified()["team-expiry", inside.actor("foreman").id] == 2


def test_what_ran_out_while_no_round_was_made_for_months_is_nobodys_news(inside, expiring):
    expiring("employee", 1)
    look()
    for day in (2, 3):
        with days_later(day + rules.TRACKED.days):
            look()
    assert {level for level, _ in told()} == {"person"}


def test_after_a_correction_the_new_expiry_has_its_own_patience(inside, expiring):
    row = expiring("employee", 10)
    look()
    with unit_of_work():
        enrollments.correct_enrollment(SYSTEM, row, granted_expires_on=clock.today() + dt.timedelta(days=50))
    with days_later(7):
        look()
    assert told() == [("person", 14)]  # of a day that is none any more


def test_what_was_read_of_the_old_expiry_says_nothing_of_the_new_one(inside, expiring):
    row = expiring("employee", 10)
    look()
    read_everything()
    with unit_of_work():
        enrollments.correct_enrollment(SYSTEM, row, granted_expires_on=clock.today() + dt.timedelta(days=30))
    look()
    with days_later(7):
        look()
    assert sorted(told()) == [("foreman", 0), ("person", 14), ("person", 30)]


def test_a_foreman_hears_of_the_new_expiry_although_the_old_one_was_told(inside, expiring):
    row = expiring("employee", 10)
    look()
    with days_later(7):
        look()
        with unit_of_work():
            enrollments.correct_enrollment(SYSTEM, row, granted_expires_on=clock.today() + dt.timedelta(days=25))
        look()
    with days_later(14):
        look()
    assert [level for level, _ in told()].count("foreman") == 2


def test_people_without_a_login_can_not_read_and_are_escalated(inside, first_aid):
    with unit_of_work():
        worker = organisation.create_employee(SYSTEM, number="W1", name="Worker",
                                              foreman_id=inside.employees["foreman"])
        enrollments.create_enrollment(SYSTEM, employee_id=worker.id, course_id=first_aid, status="completed",
                                      completed_on=dt.date(2025, 3, 20))
    look()
    assert sum(notified().values()) == 0  # nobody to reach
    with days_later(7):
        look()
    assert ("foreman", 0) in told()


def test_a_manager_of_many_gets_one_message_that_names_some(inside, first_aid):
    with unit_of_work():
        for n in range(30):
            worker = organisation.create_employee(SYSTEM, number=f"W{n}", name=f"Worker {n:02}", name_ar=f"عامل {n}",
                                                  manager_id=inside.employees["manager"])
            enrollments.create_enrollment(SYSTEM, employee_id=worker.id, course_id=first_aid, status="completed",
                                          completed_on=dt.date(2025, 3, 20))
    look()
    with days_later(7):
        look()
        look()
    [said] = db.session.scalars(sa.select(Notification))
    assert said.data["what"]["en"] == "30 certificates of your team run out"
    lines = said.data["people"]["en"].split("\n")
    assert len(lines) == 11
    assert lines[0] == "Worker 00 – First aid: expires in 12 days"
    assert lines[-1] == "and 20 more"
    assert said.data["people"]["ar"].startswith("عامل 0 – الإسعافات الأولية")
    assert len({row.message_id for row in db.session.scalars(sa.select(ExpiryAlert)) if row.level == "manager"}) == 1


def test_the_tenants_own_days_and_patience_count(inside, expiring):
    with unit_of_work():
        tenancy.update_tenant(SYSTEM, inside.id, alert_days="60, 3", alert_patience_days=2)
    expiring("employee", 45)
    look()
    with days_later(2):
        look()
    assert told() == [("person", 60), ("foreman", 0)]


def test_a_threshold_that_is_taken_away_warns_nobody_again(inside, expiring):
    expiring("outsider", 5)
    look()
    with unit_of_work():
        tenancy.update_tenant(SYSTEM, inside.id, alert_days="30, 14")
    look()
    assert told() == [("person", 7)]


# -- jobs -------------------------------------------------------------------------------------------------


def test_a_round_is_on_record(inside, expiring):
    expiring("outsider", 7)
    look()
    look()
    noted = list(db.session.scalars(sa.select(AuditEntry.data).where(AuditEntry.event == "AlertsSent")))
    assert noted == [{"warnings": 1, "escalations": 0}]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AlertRound)) == 2


def test_a_large_round_goes_on_where_it_stopped(inside, first_aid, expiring):
    for name in inside.ROLES:
        expiring(name, 10)
    unfinished = []
    for _ in range(3):
        with unit_of_work():
            unfinished.append(operations.send_alerts(SYSTEM, most=4))
    assert unfinished == [True, False, False]
    assert len(told()) == 6


def test_tenants_are_told_of_their_own(inside, expiring, globex):
    expiring("outsider", 10)
    with tenant_scope(globex.id):
        look()
        assert told() == []
    look()
    assert told() == [("person", 14)]


def test_what_a_round_would_do_is_said_before_and_changes_nothing(inside, expiring):
    expiring("employee", 10)
    expiring("outsider", 20)
    assert operations.preview_round() == operations.Due(2, 0, 0, 0)
    assert told() == []
    assert operations.preview_round(clock.today() - dt.timedelta(days=5)).warnings == 2
    look()
    assert operations.preview_round().warnings == 0
    assert operations.preview_round(clock.today() + dt.timedelta(days=8)) == operations.Due(2, 1, 0, 1)


@pytest.mark.parametrize(("zone", "day"), [
    ("Africa/Cairo", dt.date(2026, 10, 30)), ("Africa/Cairo", dt.date(2026, 4, 24)),
    ("America/Havana", dt.date(2026, 11, 1)), ("Asia/Beirut", dt.date(2026, 3, 29))])
def test_on_the_day_the_clock_changes_each_warning_comes_once(inside, first_aid, zone, day):
    with unit_of_work():
        enrollments.create_enrollment(SYSTEM, employee_id=inside.employees["outsider"], course_id=first_aid,
                                      status="completed", completed_on=dt.date(2025, 3, 1), granted_expires_on=day)
    start = dt.datetime.combine(day, dt.time(0), ZoneInfo(zone)).astimezone(dt.UTC) - dt.timedelta(hours=3)
    try:
        for hours in range(30):
            with time_machine.travel(start + dt.timedelta(hours=hours), tick=False):
                clock.set_zone(zone)
                look()
    finally:
        clock.set_zone(None)
    assert [threshold for level, threshold in told()] == [1, 0]


def test_a_round_costs_as_many_statements_for_many_as_for_few(inside, first_aid, statements):
    counts = []
    for many in (2, 40):
        with unit_of_work():
            for n in range(many):
                worker = organisation.create_employee(
                    SYSTEM, number=f"W{many}-{n}", name=f"Worker {n}", foreman_id=inside.employees["foreman"],
                    email=f"w{many}-{n}@acme.example")
                enrollments.create_enrollment(SYSTEM, employee_id=worker.id, course_id=first_aid,
                                              status="completed", completed_on=dt.date(2025, 3, 20))
        with statements() as found:
            look()
        counts.append(len(found))
    assert counts[0] == counts[1] < 40, counts
