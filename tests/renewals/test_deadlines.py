"""Reminders and escalation: after working hours, each once, whatever happens to the worker."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.notifications.models import Notification
from app.organisation import delegation
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.renewals import deadlines, jobs, queries
from app.tenancy import operations as tenancy
from tests.conftest import NOW

# acme works from Sunday to Thursday, 8 to 16 UTC; NOW is a Sunday, 09:00. Reminder after 8, escalation after 16.
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def at(**later):
    return time_machine.travel(NOW + dt.timedelta(**later), tick=False)


def told(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(Notification).where(Notification.kind == kind))


def test_a_step_is_reminded_of_once_after_a_working_day(renewals):
    request = renewals.ask()
    with at(hours=23, minutes=59):
        jobs.chase_approvals()
        assert "reminded" not in renewals.timeline(request)
    with at(days=1):
        for _again in range(3):
            jobs.chase_approvals()
    assert renewals.timeline(request).count("reminded") == told("approval-reminder") == 1
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["foreman"]


def test_what_waits_too_long_goes_up_level_by_level_and_ends_with_the_officers(renewals):
    request = renewals.ask()
    with at(days=2):  # sixteen hours
        jobs.chase_approvals()
        jobs.chase_approvals()
        assert renewals.open_step(request).assignee_id == renewals.acme.employees["manager"]
    with at(days=4):
        jobs.chase_approvals()
        assert renewals.open_step(request).pool == "officers"
    with at(days=30):
        jobs.chase_approvals()
        assert renewals.open_step(request).pool == "officers"
        renewals.approve("officer", request)
    assert renewals.timeline(request).count("escalated") == told("approval-escalated") == 2
    assert [(one.kind, one.status) for one in queries.steps_of(request.id)] == [
        ("foreman", "approved"), ("manager", "open")]


def test_whom_it_was_passed_on_from_no_longer_decides(renewals):
    request = renewals.ask()
    with at(days=2):
        jobs.chase_approvals()
        assert queries.waiting_ids(renewals.acme.actor("foreman")) == []
        renewals.approve("manager", request)
        assert renewals.fresh(request).status == "approved"  # the manager's own step would ask the same person again


def test_an_escalated_step_stays_up_when_people_change(renewals):
    request = renewals.ask()
    with at(days=2):
        jobs.chase_approvals()
        renewals.hire("second", "Foreman")
        renewals.do(organisation.update_employee, "officer", renewals.acme.employees["employee"],
                    foreman_id=renewals.acme.employees["second"])
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["manager"]


def test_a_weekend_and_a_holiday_do_not_count(renewals):
    with at(days=4, hours=6):  # Thursday 15:00
        request = renewals.ask()
        renewals.do(tenancy.create_holiday, "admin", name="Founding day", starts_on=dt.date(2026, 3, 8),
                    ends_on=dt.date(2026, 3, 9))
    with at(days=9, hours=5):  # Tuesday 14:00: seven hours
        jobs.chase_approvals()
        assert "reminded" not in renewals.timeline(request)
    with at(days=9, hours=6):
        jobs.chase_approvals()
    assert "reminded" in renewals.timeline(request)


def test_shorter_days_that_are_entered_later_move_what_is_still_to_come(renewals):
    request = renewals.ask()  # on Sunday at 9:00
    renewals.do(tenancy.create_holiday, "admin", name="Ramadan", starts_on=dt.date(2026, 2, 18),
                ends_on=dt.date(2026, 3, 19), work_starts="10:00", work_ends="16:00")
    with at(days=1, hours=2, minutes=59):  # Monday 11:59: six hours on Sunday, not quite two today
        jobs.chase_approvals()
        assert "reminded" not in renewals.timeline(request)
    with at(days=1, hours=3):
        jobs.chase_approvals()
    assert "reminded" in renewals.timeline(request)


def test_other_limits_move_what_is_still_to_come(renewals):
    request = renewals.ask()
    renewals.do(tenancy.update_tenant, "admin", renewals.acme.id, approval_reminder_hours=2)
    with at(hours=2):
        jobs.chase_approvals()
    assert "reminded" in renewals.timeline(request)


def test_a_worker_killed_midway_leaves_nothing_half_done(renewals):
    requests = [renewals.ask(), renewals.ask(course="technical")]
    with at(days=1):
        with pytest.raises(KeyboardInterrupt), unit_of_work():
            deadlines.remind()
            raise KeyboardInterrupt
        assert told("approval-reminder") == 0
        jobs.chase_approvals()
    assert [renewals.timeline(one).count("reminded") for one in requests] == [1, 1]


def test_a_request_of_somebody_who_has_left_is_not_chased(renewals):
    request = renewals.ask()
    renewals.do(organisation.update_employee, "officer", renewals.acme.employees["employee"], is_active=False)
    with at(days=5):
        jobs.chase_approvals()
        assert "reminded" not in renewals.timeline(request)
        renewals.do(organisation.update_employee, "officer", renewals.acme.employees["employee"], is_active=True)
        jobs.chase_approvals()
    assert "reminded" in renewals.timeline(request)


def test_hundreds_cost_as_many_statements_as_one(renewals, statements):
    def counted():
        with statements() as found, unit_of_work():
            deadlines.remind()
        return len(found)

    renewals.ask()
    with at(days=1):
        one = counted()
    renewals.ask(course="technical")
    for n in range(6):
        renewals.hire(f"worker{n}", foreman_id="foreman")
        renewals.ask(f"worker{n}")
    with at(days=2):
        assert counted() <= one + 2


# -- absences --------------------------------------------------------------------------------------------


def away(renewals, who, delegate=None, first=0, last=3):
    return renewals.do(delegation.create_delegation, who, starts_on=NOW.date() + first * DAY,
                       ends_on=NOW.date() + last * DAY, delegate_id=renewals.acme.employees.get(delegate))


def test_a_delegate_decides_what_waits_already_and_the_timeline_says_for_whom(renewals):
    request = renewals.ask()
    away(renewals, "foreman", "outsider")
    assert queries.waiting_ids(renewals.acme.actor("outsider")) == [renewals.open_step(request).id]
    step = renewals.approve("outsider", request)
    assert step.decided_for_id == renewals.acme.employees["foreman"]
    line = next(one for one in queries.log_of(request.id) if one.event == "approved")
    assert str(line.stood_in_for) == "Foreman Acme" and line.actor_id == renewals.acme.actor("outsider").id


def test_a_delegate_never_decides_their_own_request(renewals):
    request = renewals.ask()
    away(renewals, "foreman", "employee")
    assert queries.waiting_ids(renewals.acme.actor("employee")) == []
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["manager"]


def test_who_is_away_decides_all_the_same_if_they_look_in(renewals):
    request = renewals.ask()
    away(renewals, "foreman", "outsider")
    assert renewals.approve("foreman", request).decided_for_id is None


def test_an_absence_without_a_delegate_lets_it_go_up_and_come_back(renewals):
    request = renewals.ask()
    row = away(renewals, "foreman")
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["manager"]
    renewals.do(delegation.archive_delegation, "foreman", row.id)
    assert renewals.open_step(request).assignee_id == renewals.acme.employees["foreman"]


def test_an_absence_begins_and_ends_by_the_calendar(renewals):
    request = renewals.ask()
    renewals.do(tenancy.update_tenant, "admin", renewals.acme.id, approval_sla_hours=500)
    away(renewals, "foreman", first=2, last=3)
    for day, who in ((1, "foreman"), (2, "manager"), (3, "manager"), (4, "foreman")):
        with at(days=day):
            jobs.chase_approvals()
            assert renewals.open_step(request).assignee_id == renewals.acme.employees[who], day


def test_the_only_officers_delegate_decides_what_waits_for_the_officers(renewals):
    request = renewals.ask("outsider")
    away(renewals, "officer", "manager")
    step = renewals.approve("manager", request)
    assert step.decided_for_id == renewals.acme.employees["officer"]
    assert renewals.fresh(request).status == "approved"
