"""A morning's warnings although workers are killed wherever they are, Redis forgets and the mail server fails.

What counts is what a real mail server on loopback was given. TRAINFLOW_LONG=1 makes it 200 messages, eight times.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.alerts import jobs as alerts
from app.alerts.models import ExpiryAlert
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.notifications import jobs as notifications
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import Organisation
from tests.notifications.failing import SMTP, TROUBLES, Night
from tests.notifications.judge import Judge, Server
from tests.served import served_app

LONG = os.environ.get("TRAINFLOW_LONG") == "1"
OUTAGE = 60  # rounds of two hours: five days


@pytest.mark.parametrize("seed", range(1, 9 if LONG else 2))
def test_every_warning_arrives_once(tmp_path, redis_url, seed, record_property):
    count = 200 if LONG else 10
    judge = Judge(seed, **TROUBLES)
    judge.hang_seconds = 0.6
    server = Server(judge)
    with served_app(tmp_path, SMTP_PORT=server.port, **SMTP) as app:
        night = Night(app, expiring(app, count), judge, redis_url, [alerts.sweep, notifications.sweep], kill_within=0.6)
        night.rounds = OUTAGE  # nothing ran for five days
        while alerted(night) < count or night.waiting():
            night.work()
            if night.rounds == OUTAGE + 2:
                server.start()  # until then nobody answers
            assert night.rounds < OUTAGE + 150
        _states, unknown = night.result()
    server.stop()
    told = Counter({mail["To"]: 0 for mail in judge.taken})
    for mail in {mail["Message-ID"]: mail for mail in judge.taken}.values():  # as mail stores tell copies
        told[mail["To"]] += 1
    copies = len(judge.taken) - len(judge.ids)
    record_property("figures", f"{night.rounds - OUTAGE} rounds, {night.killed} killed, {dict(judge.seen)}, "
                               f"{unknown} unknown outcomes, {copies} second copies")
    assert len(told) == count
    assert set(told.values()) == {1}
    assert copies <= unknown, "each second copy comes from an attempt that nobody knows the outcome of"


def expiring(app, count):
    """People with an address whose certificates run out a month after the start; returns the tenant."""
    with app.app_context():
        acme = Organisation("acme")
        with tenant_scope(acme.id), unit_of_work():
            course = courses.create_course(SYSTEM, code="FA", name="First aid", validity_kind="rolling",
                                           validity_months=12).id
            for n in range(count):
                person = organisation.create_employee(SYSTEM, number=f"W{n}", name=f"Worker {n}",
                                                      email=f"w{n}@acme.example")
                enrollments.create_enrollment(SYSTEM, employee_id=person.id, course_id=course, status="completed",
                                              completed_on=dt.date(2025, 4, 1))
        db.engine.dispose()
        return acme.id


def alerted(night):
    with night.app.app_context(), tenant_scope(night.tenant_id):
        found = db.session.scalar(sa.select(sa.func.count(ExpiryAlert.id)))
    with night.app.app_context():
        db.engine.dispose()
    return found
