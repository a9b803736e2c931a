"""The page of what will be sent knows which reports are to be made, and the days that follow bring them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.notifications import forecasts
from app.notifications.models import Notification
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.reports import jobs, operations
from app.reports.notifications import REPORT_READY
from app.reports.outlook import expected_reports
from tests.conftest import NOW
from tests.reports.conftest import Reports

TURN = dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC)  # six in the morning in Riyadh, on a Sunday
DAYS = 30


@pytest.fixture
def riyadh(inside):
    clock.set_zone("Asia/Riyadh")
    yield Reports(inside)
    clock.set_zone(None)


def again(reports, who, every, name="expiring"):
    with unit_of_work():
        return operations.add_schedule(reports.organisation.actor(who), name, {}, every=every)


def expected(first):
    return Counter({one.day: one.count for one in expected_reports(first, first + dt.timedelta(days=DAYS))})


def test_thirty_days_bring_what_was_forecast(riyadh):
    """Weeks and months; one owner is no manager any more, one can not sign in, one schedule is over."""
    with time_machine.travel(TURN - dt.timedelta(hours=2), tick=False):
        again(riyadh, "officer", "week")
        again(riyadh, "admin", "month")
        for name in ("manager", "foreman"):
            again(riyadh, name, "day")
        ended = again(riyadh, "officer", "week")
        with unit_of_work():
            operations.end_schedule(riyadh.organisation.actor("officer"), str(ended.id))
            for name, values in (("foreman", {"active": False}), ("manager", {"roles": ["Employee"]})):
                accounts.update_login(SYSTEM, riyadh.organisation.actor(name).id, **values)
        forecast = expected(clock.today())
    for nth in range(DAYS + 1):
        with time_machine.travel(TURN + dt.timedelta(days=nth), tick=False):
            jobs.send_due()
    told = db.session.scalars(sa.select(Notification.created_at).where(Notification.kind == REPORT_READY.name))
    assert Counter(clock.local(instant).date() for instant in told) == forecast
    assert forecast == {dt.date(2026, 3, 1): 2, **{dt.date(2026, 3, day): 1 for day in (8, 15, 22, 29)}}


def test_what_was_made_today_or_began_after_the_hour_comes_another_day(riyadh):
    again(riyadh, "officer", "day")  # at noon
    today = NOW.date()
    assert min(expected(today)) == today + dt.timedelta(days=1)
    with time_machine.travel(TURN + dt.timedelta(days=1), tick=False):
        assert min(expected(clock.today())) == clock.today()
        jobs.send_due()
        assert min(expected(clock.today())) == clock.today() + dt.timedelta(days=1)


def test_they_are_on_the_page(riyadh):
    again(riyadh, "officer", "week")
    lines = [line for line in forecasts.outlook(NOW.date()) if line.kind == REPORT_READY.name]
    assert [(line.day.day, line.channel, line.count) for line in lines] == [
        (8, None, 1), (15, None, 1), (22, None, 1), (29, None, 1)]
