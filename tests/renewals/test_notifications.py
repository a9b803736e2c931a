"""Who is told what, once."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEntry
from app.notifications.models import Notification
from app.organisation import delegation
from app.organisation.models import Employee
from app.platform.db import db
from app.renewals import jobs, operations
from tests.conftest import NOW
from tests.renewals.conftest import TODAY


def told(renewals, who, kind):
    user_id = renewals.acme.employee(who).user_id
    rows = db.session.scalars(sa.select(Notification).where(Notification.kind == kind,
                                                            Notification.user_id == user_id))
    return list(rows)


def test_whose_turn_it_is_is_told_and_nobody_else(renewals):
    request = renewals.ask()
    step = renewals.open_step(request)
    [message] = told(renewals, "foreman", "approval-waiting")
    assert message.link == f"/approvals/{step.id}"
    assert message.data["person"]["en"] == "Employee Acme"
    assert not told(renewals, "manager", "approval-waiting")
    renewals.approve("foreman", request)
    assert len(told(renewals, "manager", "approval-waiting")) == 1
    assert len(told(renewals, "foreman", "approval-waiting")) == 1


def test_a_pool_is_told_but_for_whoever_asked(renewals):
    renewals.hire("second", "Training Officer")
    renewals.ask("outsider", by="officer")
    assert len(told(renewals, "second", "approval-waiting")) == 1
    assert not told(renewals, "officer", "approval-waiting")


def test_a_member_of_a_pool_who_has_left_is_told_nothing(renewals):
    renewals.hire("second", "Training Officer")
    left = db.session.get_one(Employee, renewals.acme.employees["officer"])
    left.is_active = False
    db.session.flush()
    renewals.ask("outsider")
    assert len(told(renewals, "second", "approval-waiting")) == 1
    assert not told(renewals, "officer", "approval-waiting")


def test_the_delegate_is_told_in_whose_place(renewals):
    renewals.do(delegation.create_delegation, "foreman", delegate_id=renewals.acme.employees["outsider"],
                starts_on=TODAY, ends_on=TODAY + dt.timedelta(days=3))
    renewals.ask()
    [message] = told(renewals, "outsider", "approval-standing-in")
    assert message.data["absent"]["en"] == "Foreman Acme"


@pytest.mark.parametrize("what, kind", [("approved", "renewal-approved"), ("rejected", "renewal-rejected"),
                                        ("returned", "renewal-question")])
def test_the_requester_hears_what_became_of_it(renewals, what, kind):
    request = renewals.ask()
    if what == "approved":
        renewals.approve("foreman", request)
        assert not told(renewals, "employee", kind)
        renewals.approve("manager", request)
    elif what == "rejected":
        renewals.reject("foreman", request, "Moves in May")
    else:
        renewals.do(operations.return_for_information, "foreman", renewals.open_step(request).id, question="Where?")
    [message] = told(renewals, "employee", kind)
    assert message.subject_id == request.id
    assert message.data.get("comment", "Moves in May") == "Moves in May"


def test_who_asked_for_somebody_else_hears_it_too(renewals):
    request = renewals.ask(by="officer")
    renewals.reject("foreman", request)
    assert told(renewals, "officer", "renewal-rejected") and told(renewals, "employee", "renewal-rejected")


def test_the_answer_reaches_whoever_asked_back(renewals):
    request = renewals.ask()
    renewals.do(operations.return_for_information, "foreman", renewals.open_step(request).id, question="Where?")
    renewals.do(operations.answer_request, "employee", request.id, answer="Tower 7")
    [message] = told(renewals, "foreman", "renewal-answered")
    assert message.data["answer"] == "Tower 7"


def test_a_decision_taken_back_is_told_to_those_who_heard_of_it(renewals):
    request = renewals.ask()
    first = renewals.approve("foreman", request)
    renewals.do(operations.undo_decision, "foreman", first.decision_id)
    assert not told(renewals, "employee", "renewal-undone")
    second = renewals.reject("foreman", request)
    renewals.do(operations.undo_decision, "foreman", second.decision_id)
    assert len(told(renewals, "employee", "renewal-undone")) == 1


def away(renewals, who, delegate, first=0, last=3):
    return renewals.do(delegation.create_delegation, who, delegate_id=renewals.acme.employees[delegate],
                       starts_on=TODAY + dt.timedelta(days=first), ends_on=TODAY + dt.timedelta(days=last))


def test_whoever_stands_in_hears_once_of_what_waits_already(renewals):
    request = renewals.ask()
    away(renewals, "foreman", "outsider", first=1)
    jobs.chase_approvals()
    assert not told(renewals, "outsider", "approval-standing-in")
    with time_machine.travel(NOW + dt.timedelta(hours=22), tick=False):  # the first day has begun
        for _again in range(2):
            jobs.chase_approvals()
        [message] = told(renewals, "outsider", "approval-standing-in")
        assert message.subject_id == renewals.open_step(request).id
        assert db.session.scalar(sa.select(sa.func.count()).where(AuditEntry.event == "StepsCovered")) == 1


def test_the_delegate_of_a_member_of_a_pool_is_told_too(renewals):
    away(renewals, "officer", "manager")
    renewals.ask("outsider")
    assert len(told(renewals, "manager", "approval-standing-in")) == 1
    jobs.chase_approvals()
    assert len(told(renewals, "manager", "approval-standing-in")) == 1


def test_a_delegate_never_hears_of_the_own_request(renewals):
    renewals.ask("foreman")
    away(renewals, "manager", "foreman")
    jobs.chase_approvals()
    assert not told(renewals, "foreman", "approval-standing-in")


def test_a_delegate_is_reminded_and_hears_the_answer_as_well(renewals):
    request = renewals.ask()
    away(renewals, "foreman", "outsider")
    renewals.do(operations.return_for_information, "outsider", renewals.open_step(request).id, question="Where?")
    renewals.do(operations.answer_request, "employee", request.id, answer="Tower 7")
    assert told(renewals, "outsider", "renewal-answered")[0].data["answer"] == "Tower 7"
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        jobs.chase_approvals()
    assert len(told(renewals, "outsider", "approval-reminder")) == 1
    assert not told(renewals, "outsider", "approval-standing-in")
