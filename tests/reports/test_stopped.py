"""A schedule whose filter is gone says so, once by message and as long as it lasts on screen; runs come in pages."""

from __future__ import annotations

import datetime as dt

import time_machine

from app.notifications.models import Notification
from app.organisation.operations import archive_department, create_department, restore_department
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.reports import jobs, operations, queries
from tests.conftest import NOW

DAY = dt.timedelta(days=1)


def turn(days):
    with time_machine.travel(NOW + days * DAY, tick=False):
        jobs.send_due()


def told():
    return db.session.query(Notification).filter_by(kind="report-stopped").count()


def test_the_owner_of_a_schedule_whose_department_is_gone_hears_of_it_once(reporting, sign_in, program):
    officer, admin = (reporting.organisation.actor(who) for who in ("officer", "admin"))
    with unit_of_work():
        place = create_department(officer, code="GONE", name="Gone")
        schedule = operations.add_schedule(officer, "expiring", {"department": str(place.id)}, every="day")
    turn(0)
    assert (told(), queries.own_schedule(officer, str(schedule.id)).stopped_on) == (0, None)
    with unit_of_work():
        archive_department(admin, place.id)
    client = sign_in(reporting.organisation, "officer")
    turn(1)
    turn(2)
    assert told() == 1
    page = client.get("/reports").text
    assert "Can not be made any more." in page and "Department: There is no such entry." in page
    [shown] = program(reporting.organisation, "officer").get("/api/v1/report-schedules/").json["result"]
    assert (shown["problem"], shown["stopped_on"]) == ("Department: There is no such entry.", "2026-03-02")
    with unit_of_work():
        restore_department(admin, place.id)
    turn(3)
    row = queries.own_schedule(officer, str(schedule.id))
    assert (row.last_on, row.stopped_on) == ((NOW + 3 * DAY).date(), None)
    assert "Can not be made any more." not in client.get("/reports").text
    with unit_of_work():
        archive_department(admin, place.id)
    turn(4)
    assert told() == 2  # it is another stop


def test_runs_come_in_pages(reporting, sign_in, program):
    officer = reporting.organisation.actor("officer")
    with unit_of_work():
        for _nth in range(queries.SHOWN + 1):
            operations.request_run(officer, "expiring", {})
    client = sign_in(reporting.organisation, "officer")
    first, second = client.get("/reports").text, client.get("/reports?page=2").text
    assert first.count('"/reports/runs/') == queries.SHOWN and second.count('"/reports/runs/') == 1
    assert 'href="?page=2"' in first and 'href="?page=1"' in second
    answer = program(reporting.organisation, "officer").get("/api/v1/reports/runs?q=(page:1,page_size:20)").json
    assert (answer["count"], len(answer["result"])) == (queries.SHOWN + 1, 1)
    assert queries.own_runs(reporting.organisation.actor("employee")) == ([], 0)
