"""The page of what will be sent knows what alerts expect, and the days that follow bring it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.alerts.notifications import EXPIRY_WARNING, KIND_NAMES, TEAM_EXPIRY
from app.alerts.outlook import expected_warnings
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.notifications import forecasts
from app.notifications.models import Notification
from app.organisation import operations as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.alerts.conftest import days_later, look, read_everything
from tests.conftest import NOW


def expected(first, last):
    return Counter({(one.day, one.kind): one.count for one in expected_warnings(first, last)})


def told_since(first):
    rows = db.session.scalars(sa.select(Notification).where(Notification.kind.in_(KIND_NAMES)))
    return Counter((clock.local(row.created_at).date(), row.kind) for row in rows
                   if clock.local(row.created_at).date() >= first)


def test_warnings_to_come_are_on_the_page_of_what_will_be_sent(inside, expiring):
    expiring("employee", 20)
    lines = [line for line in forecasts.outlook(NOW.date()) if line.channel is None]
    days = {kind: [(line.day - NOW.date()).days for line in lines if line.kind == kind] for kind in KIND_NAMES}
    assert days == {EXPIRY_WARNING.name: [0, 6, 13, 19, 20], TEAM_EXPIRY.name: [7, 14]}


def test_what_was_sent_today_is_no_longer_to_come(inside, expiring):
    expiring("outsider", 14)
    today = clock.today()
    assert expected(today, today) == {(today, EXPIRY_WARNING.name): 1}
    look()
    assert expected(today, today) == {}


def test_thirty_days_bring_what_was_forecast(inside, expiring):
    """Foremen, people without one, a leaver, one who can not be reached, the booked; some have read, some were told
    before."""
    with unit_of_work():
        other = courses.create_course(SYSTEM, code="RS", name="Rescue", validity_kind="rolling", validity_months=12).id
        third = courses.create_course(SYSTEM, code="BK", name="Booked", validity_kind="rolling", validity_months=12).id
        inside.employees["unreached"] = organisation.create_employee(
            SYSTEM, number="U1", name="Unreached", foreman_id=inside.employees["foreman"]).id
        organisation.update_employee(SYSTEM, inside.employees["outsider"], left_on=NOW.date() + dt.timedelta(days=20))
    for name, days in (("employee", 10), ("foreman", 3), ("manager", 33), ("outsider", 24), ("unreached", 8)):
        expiring(name, days)
    for name, days in (("employee", -3), ("foreman", 45), ("officer", 27), ("unreached", 36)):
        expiring(name, days, other)
    for name, days in (("employee", 20), ("officer", 0), ("outsider", 15), ("manager", -2)):
        expiring(name, days, third)
        with unit_of_work():
            enrollments.create_enrollment(SYSTEM, employee_id=inside.employees[name], course_id=third)
    look()
    read_everything()
    with days_later(2):
        look()
    with days_later(4):
        first = clock.today()
        last = first + dt.timedelta(days=30)
        forecast = expected(first, last)
        for day in range(31):
            with days_later(4 + day):
                look()
        assert told_since(first) == forecast
        assert len(forecast) > 12


def test_what_ran_out_weeks_ago_and_was_told_is_still_forecast(inside, expiring):
    with unit_of_work():
        tenancy.update_tenant(SYSTEM, inside.id, alert_patience_days=20)
    expiring("employee", -3)
    for day in (0, 16):
        with days_later(day):
            look()
            tomorrow = clock.today() + dt.timedelta(days=1)
            forecast = expected(tomorrow, tomorrow)
    with days_later(17):
        look()
    assert told_since(tomorrow) == forecast == {(tomorrow, TEAM_EXPIRY.name): 1}
