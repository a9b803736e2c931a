"""Holidays and working hours as settings."""

from __future__ import annotations

import datetime as dt

import pytest

from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations, queries

EID = {"name": "Eid al-Fitr", "starts_on": dt.date(2026, 3, 20), "ends_on": dt.date(2026, 3, 24)}


def do(organisation, operation, *args, **values):
    with unit_of_work():
        return operation(organisation.actor("admin"), *args, **values)


def test_a_holiday_is_on_the_calendar_while_it_stands(inside):
    day = dt.date(2026, 3, 22)
    assert queries.working_calendar().is_working_day(day)
    row = do(inside, operations.create_holiday, **EID)
    assert not queries.working_calendar().is_working_day(day)
    do(inside, operations.archive_holiday, row.id)
    assert queries.working_calendar().is_working_day(day)
    do(inside, operations.restore_holiday, row.id)
    do(inside, operations.update_holiday, row.id, ends_on=dt.date(2026, 3, 21))
    assert queries.working_calendar().is_working_day(day)


@pytest.mark.parametrize("ends_on, code", [(dt.date(2026, 3, 19), "ends_before_start"),
                                           (dt.date(2026, 6, 1), "holiday_too_long")])
def test_a_holiday_that_can_not_be(inside, ends_on, code):
    with pytest.raises(DomainError) as refused:
        do(inside, operations.create_holiday, **EID | {"ends_on": ends_on})
    assert refused.value.code == code


def test_in_ramadan_people_work_shorter_days(inside):
    do(inside, operations.create_holiday, name="Ramadan", name_ar="رمضان", starts_on=dt.date(2026, 2, 18),
       ends_on=dt.date(2026, 3, 19), work_starts="10:00", work_ends="16:00")
    do(inside, operations.create_holiday, **EID | {"starts_on": dt.date(2026, 3, 19)})
    calendar = queries.working_calendar()
    assert calendar.is_working_day(dt.date(2026, 3, 2))
    assert calendar.hours[dt.date(2026, 3, 2)] == (dt.time(10), dt.time(16))
    assert not calendar.is_working_day(dt.date(2026, 3, 19))  # a free day stays free
    assert dt.date(2026, 3, 25) not in calendar.hours


@pytest.mark.parametrize("hours, field, code", [
    ({"work_starts": "10:00"}, "work_ends", "hours_incomplete"),
    ({"work_ends": "16:00"}, "work_starts", "hours_incomplete"),
    ({"work_starts": "16:00", "work_ends": "10:00"}, "work_ends", "work_ends_early"),
    ({"work_starts": "10:00", "work_ends": "10:00"}, "work_ends", "work_ends_early")])
def test_shorter_hours_that_can_not_be(inside, hours, field, code):
    with pytest.raises(DomainError) as refused:
        do(inside, operations.create_holiday, **EID, **hours)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_shorter_hours_on_screen_and_over_rest(inside, sign_in, program):
    page, client = sign_in(inside, "admin"), program(inside, "admin")
    form = {"name": "Ramadan", "starts_on": "2026-02-18", "ends_on": "2026-03-19"}
    assert page.get("/holidays/add").text.count('type="time"') == 2
    answer = page.post("/holidays/add", data=form | {"work_starts": "10:00", "work_ends": "4 pm"})
    assert "Enter a time such as 08:00." in answer.text
    assert page.post("/holidays/add", data=form | {"work_starts": "10:00", "work_ends": "16:00"}).status_code == 302
    assert "16:00" in page.get("/holidays").text
    [found] = client.get("/api/v1/holidays/").json["result"]
    assert (found["work_starts"], found["work_ends"]) == ("10:00", "16:00")
    body = {"work_starts": None, "work_ends": None}
    assert client.put(f"/api/v1/holidays/{found['id']}", json=form | body).status_code == 200
    assert not queries.working_calendar().is_working_day(dt.date(2026, 3, 2))


def test_a_working_day_ends_after_it_starts(inside):
    with pytest.raises(DomainError) as refused:
        do(inside, operations.update_tenant, inside.id, work_starts="09:00", work_ends="09:00")
    assert refused.value.code == "work_ends_early"


def test_administrators_set_the_working_week(inside, sign_in):
    page = sign_in(inside, "admin")
    answer = page.post("/settings", data={
        "name": "Acme", "locale": "en", "time_zone": "Asia/Riyadh", "working_days": ["mon", "fri"],
        "work_starts": "07:00", "work_ends": "15:30", "approval_reminder_hours": "4", "approval_sla_hours": "12"})
    assert answer.status_code == 302, answer.text
    calendar = queries.working_calendar()
    assert (calendar.days, calendar.ends) == (frozenset(("mon", "fri")), dt.time(15, 30))
    assert 'value="fri" selected' in page.get("/settings").text
