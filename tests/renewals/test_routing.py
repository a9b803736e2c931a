"""The facts about people from which routes follow, each alone."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.organisation import delegation
from app.organisation.models import Employee
from app.platform.db import db
from app.renewals import policies, queries, routing
from app.renewals.models import RenewalRequest
from tests.conftest import NOW

TODAY = NOW.date()


def set_alone(acme, who, **values):
    """Change one thing of somebody and nothing that usually follows from it."""
    employee_id = acme.employees[who]
    if "active" in values:
        db.session.execute(sa.update(User).where(User.id == acme.actor(who).id).values(**values))
    else:
        db.session.execute(sa.update(Employee).where(Employee.id == employee_id).values(**values))
    db.session.flush()


ONE_THING = [{"is_active": False}, {"deleted_at": NOW}, {"active": False}, {"user_id": None}]


@pytest.mark.parametrize("change", ONE_THING, ids=lambda change: next(iter(change)))
def test_whoever_is_out_in_any_one_way_can_not_decide(inside, change):
    who = inside.employees["foreman"]
    assert routing.crowd([who]).people[who].is_able
    set_alone(inside, "foreman", **change)
    assert not routing.crowd([who]).people[who].is_able


def test_who_has_no_role_can_not_decide(inside):
    who = inside.employees["foreman"]
    login = db.session.get_one(User, inside.actor("foreman").id)
    login.roles.clear()
    db.session.flush()
    assert not routing.crowd([who]).people[who].is_able


def test_the_manager_of_whoever_may_be_passed_over_is_known_too(inside):
    found = routing.crowd([inside.employees["foreman"], None])
    assert found.people.keys() == {inside.employees["foreman"], inside.employees["manager"]}


def test_a_delegate_who_is_away_as_well_is_known_to_be(renewals):
    away(renewals, "foreman", "outsider")
    away(renewals, "outsider", "officer")
    found = routing.crowd([renewals.acme.employees["foreman"]]).people
    foreman, outsider = (found[renewals.acme.employees[who]] for who in ("foreman", "outsider"))
    assert (foreman.is_away, foreman.stand_in_id) == (True, outsider.id)
    assert (outsider.is_away, outsider.stand_in_id) == (True, renewals.acme.employees["officer"])


def away(renewals, who, delegate, first=0, last=0):
    renewals.do(delegation.create_delegation, who, delegate_id=renewals.acme.employees[delegate],
                starts_on=TODAY + dt.timedelta(days=first), ends_on=TODAY + dt.timedelta(days=last))


@pytest.mark.parametrize("change", ONE_THING[:3], ids=lambda change: next(iter(change)))
def test_a_pool_has_those_who_are_here_and_those_who_are_no_employees(inside, change):
    officer, admin = inside.actor("officer").id, inside.actor("admin").id
    assert routing.crowd([]).pools == {"officers": {officer}, "administrators": {admin}}
    set_alone(inside, "officer", **change)
    assert routing.crowd([]).pools == {"officers": set(), "administrators": {admin}}


def test_a_login_without_an_employee_is_a_member_of_its_pool(inside):
    set_alone(inside, "officer", user_id=None)
    assert routing.crowd([]).pools["officers"] == {inside.actor("officer").id}


@pytest.mark.parametrize(("first", "last", "decides"), [(-2, -1, False), (-1, 0, True), (0, 1, True), (1, 2, False)])
def test_a_delegate_decides_on_the_days_of_the_absence_only(renewals, first, last, decides):
    request = renewals.ask()
    outsider = renewals.acme.actor("outsider")
    away_in(renewals, first, last)
    assert queries.waiting_ids(outsider) == ([renewals.open_step(request).id] if decides else [])
    assert (renewals.acme.employees["foreman"] in policies.standing(outsider).employee_ids) is decides


def away_in(renewals, first, last):
    """An absence as it stands in the table, also one that is over."""
    away(renewals, "foreman", "outsider", last=2)
    db.session.execute(sa.update(delegation.Delegation).values(
        starts_on=TODAY + dt.timedelta(days=first), ends_on=TODAY + dt.timedelta(days=last)))
    db.session.flush()


def left_with(renewals, request, who):
    """Leave the open step with somebody, whoever it would be routed to."""
    step = renewals.open_step(request)
    db.session.execute(sa.update(type(step)).where(type(step).id == step.id).values(
        assignee_id=renewals.acme.employees[who]))
    db.session.flush()
    return step


@pytest.mark.parametrize("delegate", ["officer", "employee"], ids=["who asked", "whose it is"])
def test_neither_who_asked_nor_whose_it_is_decides_as_a_delegate(renewals, delegate):
    request = renewals.ask(by="officer")
    away(renewals, "foreman", delegate)
    step, actor = left_with(renewals, request, "foreman"), renewals.acme.actor(delegate)
    assert renewals.acme.employees["foreman"] in policies.standing(actor).employee_ids
    assert queries.waiting_ids(actor) == []
    assert queries.waiting_ids(renewals.acme.actor("foreman")) == [step.id]


def test_whoever_does_not_work_here_any_more_decides_nothing(renewals):
    request, foreman = renewals.ask(), renewals.acme.actor("foreman")
    assert queries.waiting_ids(foreman) == [renewals.open_step(request).id]
    set_alone(renewals.acme, "foreman", is_active=False)
    assert queries.waiting_ids(foreman) == []


def test_a_delegate_goes_on_seeing_what_they_decided_after_the_absence(renewals):
    request, outsider = renewals.ask(), renewals.acme.actor("outsider")
    assert seen(outsider) == []
    away(renewals, "foreman", "outsider")
    renewals.approve("outsider", request)
    db.session.execute(sa.delete(delegation.Delegation))
    db.session.flush()
    assert seen(outsider) == [request.id]


def seen(actor):
    return list(db.session.scalars(sa.select(RenewalRequest.id).where(policies.visible(actor))))
