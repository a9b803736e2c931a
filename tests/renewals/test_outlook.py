"""The page of what will be sent knows what approvals give reason for, and the days that follow bring it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa
import time_machine

from app.notifications.models import Notification
from app.organisation import delegation
from app.platform import clock
from app.platform.db import db
from app.renewals import jobs, operations
from app.renewals.models import StepStatus, WorkflowStep
from app.renewals.outlook import expected_reminders
from tests.conftest import NOW

DAYS = dt.timedelta(days=30)


def told_after(instant):
    rows = db.session.scalars(sa.select(Notification).where(Notification.created_at > instant))
    return Counter((clock.local(row.created_at).date(), row.kind) for row in rows)


def due_instants():
    found = db.session.execute(sa.select(WorkflowStep.remind_at, WorkflowStep.escalate_at)
                               .where(WorkflowStep.status == StepStatus.OPEN))
    return sorted(instant for row in found for instant in row if instant)


def test_thirty_days_bring_what_was_forecast(renewals):
    """A foreman's step, a manager's, one of the officers that an officer asked for, and two that are stood in for."""
    renewals.hire("second", "Training Officer")
    renewals.ask()
    renewals.approve("foreman", renewals.ask(course="technical"))
    renewals.ask("outsider", by="officer")
    renewals.do(operations.withdraw_request, "foreman", renewals.ask("foreman").id)
    for absent, delegate in (("manager", "outsider"), ("second", "foreman")):
        renewals.do(delegation.create_delegation, absent, delegate_id=renewals.acme.employees[delegate],
                    starts_on=NOW.date(), ends_on=NOW.date() + DAYS)
    jobs.chase_approvals()
    today = NOW.date()
    forecast = Counter({(one.day, one.kind): one.count for one in expected_reminders(today, today + DAYS)})
    while dues := due_instants():
        with time_machine.travel(dues[0], tick=False):
            jobs.chase_approvals()
    assert told_after(NOW) == forecast
    assert {kind for _day, kind in forecast} == {"approval-reminder", "approval-escalated", "approval-standing-in"}
