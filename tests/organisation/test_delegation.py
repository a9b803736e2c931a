"""Saying who is away and who stands in: for oneself, or as an officer for anybody."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.organisation import delegation, operations, queries
from app.organisation.models import Delegation
from app.platform.db import db
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work

TODAY = dt.date(2026, 3, 1)
WEEK = {"starts_on": TODAY, "ends_on": dt.date(2026, 3, 7)}


def do(organisation, who, operation, *args, **values):
    with unit_of_work():
        return operation(organisation.actor(who), *args, **values)


def away(organisation, who, **values):
    return do(organisation, who, delegation.create_delegation, **WEEK | values)


def code_of(call, *args, **values):
    with pytest.raises(DomainError) as refused:
        call(*args, **values)
    return refused.value.code


def test_one_says_that_one_is_away(inside):
    away(inside, "foreman", delegate_id=inside.employees["outsider"])
    assert queries.away_today(inside.employees.values()) == {
        inside.employees["foreman"]: inside.employees["outsider"]}


def test_an_officer_says_it_for_anybody_and_others_only_for_themselves(inside):
    row = away(inside, "officer", employee_id=inside.employees["foreman"])
    assert row.employee_id == inside.employees["foreman"]
    assert code_of(away, inside, "foreman", employee_id=inside.employees["manager"]) == "not_yours"
    assert code_of(do, inside, "manager", delegation.archive_delegation, row.id) == "not_yours"
    do(inside, "foreman", delegation.update_delegation, row.id, ends_on=dt.date(2026, 3, 4))
    do(inside, "foreman", delegation.archive_delegation, row.id)
    assert queries.away_today(inside.employees.values()) == {}


@pytest.mark.parametrize("values, code", [
    ({"delegate_id": "foreman"}, "delegate_is_self"), ({"ends_on": TODAY - dt.timedelta(days=1)}, "ends_before_start"),
    ({"starts_on": dt.date(2026, 2, 1), "ends_on": dt.date(2026, 2, 5)}, "ends_in_past")])
def test_refusals(inside, values, code):
    values = {name: inside.employees.get(value, value) for name, value in values.items()}
    assert code_of(away, inside, "foreman", **values) == code


def test_a_delegate_can_sign_in(inside):
    do(inside, "officer", operations.update_employee, inside.employees["outsider"], is_active=False)
    assert code_of(away, inside, "foreman", delegate_id=inside.employees["outsider"]) == "delegate_unable"


def test_one_absence_at_a_time(inside):
    first = away(inside, "foreman")
    assert code_of(away, inside, "foreman", starts_on=dt.date(2026, 3, 7), ends_on=dt.date(2026, 3, 9)) == "days_taken"
    away(inside, "foreman", starts_on=dt.date(2026, 3, 8), ends_on=dt.date(2026, 3, 9))
    do(inside, "foreman", delegation.archive_delegation, first.id)
    away(inside, "foreman")


def test_a_foreman_chooses_among_everybody_who_works_here(inside, sign_in):
    page = sign_in(inside, "foreman")
    found = page.get("/delegates/lookup?q=outs").json["results"]
    assert [one["text"] for one in found] == ["Outsider Acme"]
    answer = page.post("/delegations/add", data={
        "delegate_id": str(inside.employees["outsider"]), "starts_on": "2026-03-02", "ends_on": "2026-03-05"})
    assert answer.status_code == 302
    assert db.session.scalars(sa.select(Delegation)).one().delegate_id == inside.employees["outsider"]
    assert "Outsider Acme" in page.get("/delegations").text


def test_absences_are_seen_by_those_whom_they_concern(inside, sign_in):
    away(inside, "officer", delegate_id=inside.employees["manager"])
    assert "Officer Acme" in sign_in(inside, "manager").get("/delegations").text
    assert "Officer Acme" not in sign_in(inside, "foreman").get("/delegations").text
