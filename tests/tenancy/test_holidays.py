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
