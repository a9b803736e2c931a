"""The record of past days: kept, never recomputed, and cut to whom the asker may see."""

from __future__ import annotations

import time_machine

from app.accounts.models import SYSTEM
from app.kpi import history, metrics, operations, queries
from app.kpi.models import KpiSnapshot
from app.kpi.rules import Filters
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW
from tests.kpi.conftest import DAY, TODAY


def snapshot():
    with unit_of_work():
        return operations.take_snapshot(SYSTEM)


def known(actor, day, filters=Filters()):  # noqa: B008  frozen
    then = history.as_known_then(actor, filters, day)
    return then and metrics.figures(then.counts)


def later(days):
    return time_machine.travel(NOW + days * DAY, tick=False)


def test_what_was_known_stays_as_it_was_whatever_is_corrected_later(plant):
    assert snapshot() > 0
    before = known(plant.officer, TODAY)
    with later(3):
        plant.completed("code", TODAY - 5 * DAY)  # a correction of the past
        assert known(plant.officer, TODAY) == before
        now = metrics.figures(queries.counts(plant.officer, Filters(), TODAY))
        assert now["compliance"].hits == before["compliance"].hits + 1
        snapshot()
        assert known(plant.officer, TODAY) == before
        assert known(plant.officer, TODAY + 3 * DAY)["compliance"].hits == now["compliance"].hits


def test_a_day_is_put_on_record_once(plant):
    first = snapshot()
    assert first and snapshot() == 0
    assert len(history.days_on_record(TODAY - DAY, TODAY)) == 1


def test_only_people_for_whom_something_moved_get_a_new_row(plant):
    snapshot()
    with later(1):
        plant.completed("code", TODAY)
        snapshot()
    with later(2):
        snapshot()
    rows = db.session.query(KpiSnapshot).filter(KpiSnapshot.level == "employee")
    assert rows.filter(KpiSnapshot.taken_on == TODAY).count() == 6
    assert [row.scope_id for row in rows.filter(KpiSnapshot.taken_on == TODAY + DAY)] == [
        plant.acme.employees["employee"]]
    assert rows.filter(KpiSnapshot.taken_on == TODAY + 2 * DAY).count() == 0


def test_somebody_who_left_is_in_the_days_before_and_in_none_after(plant):
    snapshot()
    with later(1):
        plant.move("employee", is_active=False)
        snapshot()
        assert known(plant.officer, TODAY)["compliance"].among == 10
        assert known(plant.officer, TODAY + DAY)["compliance"].among == 7


def test_the_record_agrees_with_what_was_computed_that_day_for_every_role(plant):
    snapshot()
    for who in ("officer", "manager", "foreman", "employee"):
        actor = plant.acme.actor(who)
        computed = metrics.figures(queries.counts(actor, Filters(), TODAY))
        recorded = known(actor, TODAY)
        for name in ("compliance", "overdue", "expiring_30", "training_completion"):
            assert (computed[name].hits, computed[name].among) == (recorded[name].hits, recorded[name].among)
        [point] = history.trend(actor, Filters(), TODAY - DAY, TODAY)
        assert metrics.figures(point.counts)["compliance"] == computed["compliance"]


def test_departments_and_teams_of_the_record(plant):
    snapshot()
    shop, crew = Filters(department=plant.places["plant"].id), Filters(team=plant.acme.employees["foreman"])
    assert known(plant.officer, TODAY, shop)["compliance"].among == 6
    assert known(plant.officer, TODAY, crew)["compliance"].among == 3
    crew_elsewhere = Filters(team=plant.acme.employees["foreman"], department=plant.places["office"].id)
    assert known(plant.officer, TODAY, crew_elsewhere)["compliance"].among == 0
    for filters in (shop, crew, crew_elsewhere):
        [point] = history.trend(plant.officer, filters, TODAY, TODAY)
        assert metrics.figures(point.counts)["compliance"] == known(plant.officer, TODAY, filters)["compliance"]


def test_before_the_first_day_nothing_is_known(plant):
    assert known(plant.officer, TODAY) is None
    snapshot()
    assert known(plant.officer, TODAY - DAY) is None


def test_days_on_which_nothing_ran_leave_a_gap_and_current_figures_are_right_all_the_same(plant):
    snapshot()
    with later(16):  # the employee's certificate ran out on the way
        assert metrics.figures(queries.counts(plant.officer, Filters(), TODAY + 16 * DAY))["compliance"].hits == 2
        then = history.as_known_then(plant.officer, Filters(), TODAY + 15 * DAY)
        assert then.taken_on == TODAY
