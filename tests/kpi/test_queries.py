"""What the numbers are, and that the rows behind each add up to it."""

from __future__ import annotations

import datetime as dt
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.compliance import waivers
from app.kpi import metrics, queries, rows
from app.kpi.asking import Asked
from app.kpi.metrics import METRICS
from app.kpi.rules import Filters
from app.platform.db import db
from tests.kpi.conftest import DAY, TODAY

ROLES = ("admin", "officer", "manager", "foreman", "employee", "outsider")
EXAMPLES = 200 if os.environ.get("TRAINFLOW_LONG") else 6


def figures(actor, filters=Filters(), day=TODAY):  # noqa: B008  frozen
    return metrics.figures(queries.counts(actor, filters, day))


def rows_behind(actor, metric, part, filters=Filters(), day=TODAY):  # noqa: B008  frozen
    return db.session.execute(queries.behind(actor, filters, day, metric, part)).all()


def test_the_figures_of_the_plant(plant):
    found = figures(plant.officer)
    # fire: two in the plant; crane: two fitters; code: six people
    assert (found["compliance"].hits, found["compliance"].among) == (3, 10)
    assert found["overdue"].hits == 7
    assert (found["expired_ratio"].hits, found["expired_ratio"].value) == (1, 10.0)
    assert [found[f"expiring_{days}"].hits for days in (30, 60, 90)] == [1, 1, 1]
    assert (found["waived"].hits, found["not_due"].hits) == (0, 0)
    assert (found["training_completion"].hits, found["training_completion"].among) == (3, 3)


def test_everybody_counts_only_whom_they_see(plant):
    among = {who: figures(plant.acme.actor(who))["compliance"].among for who in ROLES}
    assert among == {"admin": 10, "officer": 10, "manager": 7, "foreman": 6, "employee": 3, "outsider": 1}


def test_the_rows_behind_every_number_add_up_to_it_for_every_role(requests, plant):
    told, behind = {}, {}
    for who in ROLES:
        actor = plant.acme.actor(who)
        counts = queries.counts(actor, Filters(), TODAY)
        for metric in METRICS.values():
            figure, among = metric.figure(counts), rows_behind(actor, metric, "among")
            hits = (sum(row.minutes for row in among) if metric.is_average
                    else len(rows_behind(actor, metric, "hits")))
            told[who, metric.name], behind[who, metric.name] = (figure.hits, figure.among), (hits, len(among))
    assert told == behind
    assert sum(among for _hits, among in told.values()) > 100  # there is something to add up


def test_every_required_pair_is_in_exactly_one_lane(plant):
    counts = queries.counts(plant.officer, Filters(), TODAY)
    assert counts["met"] + counts["missing"] + counts["waived"] + counts["not_due"] == counts["required"]


def test_random_filters_give_the_same_number_everywhere(requests, plant, sign_in, program):
    people, places = plant.acme.employees, plant.places
    choices = st.fixed_dictionaries({}, optional={
        "department": st.sampled_from([places[code].id for code in places]), "directly": st.just(True),
        "team": st.sampled_from([people["foreman"], people["employee"]]),
        "course": st.sampled_from([course.id for course in plant.courses.values()]),
        "category": st.sampled_from(["safety", "technical", "unheard of"]),
        "job_role": st.just(plant.fitter.id), "grade": st.just(plant.g5.id)})
    officer, token = sign_in(plant.acme, "officer"), program(plant.acme, "officer")

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(chosen=choices, back=st.sampled_from([0, 40, -20]), name=st.sampled_from(sorted(METRICS)))
    def check(chosen, back, name):
        chosen = {key: value for key, value in chosen.items() if key != "directly" or "department" in chosen}
        filters, day, metric = Filters(**chosen), TODAY - back * DAY, METRICS[name]
        asked = Asked(filters, day)
        figure = metric.figure(queries.counts(plant.officer, filters, day))
        over_rest = next(one for one in token.get(asked.link("/api/v1/kpi/summary")).json["result"]
                         if one["name"] == name)
        assert (over_rest["hits"], over_rest["among"], over_rest["value"]) == (figure.hits, figure.among, figure.value)
        part = "among" if metric.is_average else "hits"
        many = figure.among if metric.is_average else figure.hits
        assert len(list(rows.all_rows(plant.officer, asked, metric, part))) == many
        assert token.get(asked.link(f"/api/v1/kpi/rows/{name}", part=part)).json["count"] == many
        in_file = officer.get(asked.link(f"/kpi/{name}/export.csv", part=part)).text.splitlines()
        assert len(in_file) == many + 1

    check()


def test_departments_and_courses_partition_the_whole(plant):
    whole = queries.counts(plant.officer, Filters(), TODAY)
    groups = queries.grouped(plant.officer, Filters(), TODAY, "pairs", by=("department_id", "course_id"))
    for position in (0, 1):
        found = queries.summed(groups, position)
        assert sum(counts["required"] for counts in found.values()) == whole["required"]
        assert sum(counts["met"] for counts in found.values()) == whole["met"]


def test_the_weeks_ahead_add_up_to_what_runs_out(plant):
    [group] = queries.grouped(plant.officer, Filters(), TODAY, "pairs", weeks=True)
    assert sum(group.counts[f"week_{n}"] for n in range(13)) == group.counts["expiring_90"] == 1
    assert group.counts["week_2"] == 1  # 15 days ahead


def test_waived_people_are_counted_in_a_lane_of_their_own(plant):
    plant.do(waivers.grant_waiver, employee_id=plant.acme.employees["outsider"], course_id=plant.courses["code"].id,
             reason="Abroad", starts_on=TODAY - DAY)
    found = figures(plant.officer)
    assert (found["waived"].hits, found["compliance"].among) == (1, 9)
    [row] = rows_behind(plant.officer, METRICS["waived"], "hits")
    assert (row.name, row.lane) == ("Outsider Acme", "waived")


def test_a_past_and_a_coming_day_are_reckoned_from_the_dates(plant):
    assert figures(plant.officer, day=TODAY + 20 * DAY)["compliance"].hits == 2  # the employee's fire ran out
    assert figures(plant.officer, day=TODAY - 36 * DAY)["compliance"].hits == 2  # the crane and the code came later


def test_requests_that_wait(requests, plant):
    found = figures(plant.officer)
    assert (found["approvals_waiting"].hits, found["approvals_age"].value) == (1, 0)
    assert found["renewal_turnaround"].value is None


def test_a_tenant_without_anything_has_figures_without_a_value(inside):
    found = figures(inside.actor("officer"))
    assert {name: figure.value for name, figure in found.items() if figure.unit != "count"} == {
        "compliance": None, "expired_ratio": None, "training_completion": None, "approvals_age": None,
        "renewal_turnaround": None}
    assert all(figure.value == 0 for figure in found.values() if figure.unit == "count")
    assert dt.date.today() == TODAY
