"""What the numbers are, and that the rows behind each add up to it."""

from __future__ import annotations

import datetime as dt
import os

import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.compliance import waivers
from app.kpi import metrics, queries, rows
from app.kpi.asking import Asked
from app.kpi.metrics import METRICS
from app.kpi.rules import Filters
from app.kpi.wording import figure_words
from app.organisation import operations as organisation
from app.organisation import policies
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.fab.cursor import write_mark
from app.reports import catalogue, filters
from tests.conftest import NOW
from tests.kpi.conftest import DAY, TODAY

ROLES = ("admin", "officer", "manager", "foreman", "employee", "outsider")
LONG = os.environ.get("TRAINFLOW_LONG") == "1"
EXAMPLES = 200 if LONG else 6


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


class Asker:
    """Somebody who asks for the same number in every way there is."""

    def __init__(self, plant, role, sign_in, program):
        self.actor = plant.acme.actor(role)
        self.screen, self.rest = sign_in(plant.acme, role), program(plant.acme, role)
        self.may_export = role in ("admin", "officer", "manager", "foreman")
        self.sees = set(db.session.scalars(sa.select(Employee.number).where(policies.visible(self.actor))))

    def check(self, asked, metric):
        counts = queries.counts(self.actor, asked.filters, asked.day)
        told = {name: (one.hits, one.among, one.value) for name, one in metrics.figures(counts).items()}
        over_rest = self.rest.get(asked.link("/api/v1/kpi/summary")).json["result"]
        assert {one["name"]: (one["hits"], one["among"], one["value"]) for one in over_rest} == told
        part = "among" if metric.is_average else "hits"
        many = queries.number_behind(metric, part, counts)
        page = self.screen.get(asked.link(f"/kpi/{metric.name}", part=part)).text
        assert f"<h1>{metric.label}: {figure_words(metric.figure(counts))}" in page
        lines = page.count("<tr>") + page.count("<tr data-opens=")
        assert lines - 1 == many or (lines, many) == (0, 0)
        self.check_rows(asked, metric, part, many)
        self.check_reports(asked, counts)

    def check_rows(self, asked, metric, part, many):
        if self.may_export:
            in_file = self.screen.get(asked.link(f"/kpi/{metric.name}/export.csv", part=part)).text
            numbers = [line.split(",")[0].lstrip("\ufeff") for line in in_file.splitlines()[1:]]
        else:
            answer = self.rest.get(asked.link(f"/api/v1/kpi/rows/{metric.name}", part=part)).json
            numbers = [row["number"] for row in answer["result"]]
            assert answer["count"] == many
        assert len(numbers) == many and set(numbers) <= self.sees

    def check_reports(self, asked, counts):
        given = asked.filters.given | {"day": asked.day.isoformat()}
        if given.keys() <= {"day", "department", "course", "category"}:
            assert len(self.rows("matrix", given)) == counts["required"]
        if given.keys() <= {"day", "category"} and self.may_export:
            lanes = [row[3:8] for row in self.rows("compliance", given)]
            wanted = [counts[name] for name in ("required", "met", "missing", "waived", "not_due")]
            assert [sum(lane) for lane in zip(*lanes, strict=True)] == (wanted if lanes else [])

    def rows(self, name, given):
        report = catalogue.report_for(self.actor, name)
        return list(report.rows(self.actor, filters.read(report, given)))


def test_no_row_behind_a_figure_is_met_twice_while_others_are_added_in_front(requests, plant, program):
    officer, address = program(plant.acme, "officer"), "/api/v1/kpi/rows/compliance?part=among&q=(page_size:3)"
    first = officer.get(f"{address}&cursor=").json
    plant.require("crane")  # of everybody: a row of each that stands in front of those of the code and of fire safety
    met, mark = first["result"], first["next"]
    while mark is not None:
        page = officer.get(f"{address}&cursor={mark}").json
        met, mark = met + page["result"], page["next"]
    pairs = [(row["employee_id"], row["course_id"]) for row in met]
    assert len(pairs) == len(set(pairs))
    assert first["count"] == 10 < page["count"]


def test_marks_page_through_the_rows_of_every_metric(requests, plant, program):
    officer = program(plant.acme, "officer")
    for metric in METRICS.values():
        address = f"/api/v1/kpi/rows/{metric.name}?part=among"
        whole, met, mark = officer.get(f"{address}&q=(page_size:100)").json, [], ""
        while mark is not None:
            page = officer.get(f"{address}&q=(page_size:2)&cursor={mark}").json
            met, mark = met + page["result"], page["next"]
        assert (met, len(met)) == (whole["result"], whole["count"]), metric.name
        refused = officer.get(f"{address}&cursor={write_mark(str(plant.fitter.id))}")
        assert (refused.status_code, refused.json["code"]) == (422, "cursor_unknown")


def test_random_filters_give_the_same_number_everywhere(requests, plant, sign_in, program):
    people, places = plant.acme.employees, plant.places
    choices = st.fixed_dictionaries({}, optional={
        "department": st.sampled_from([places[code].id for code in places]), "directly": st.just(True),
        "team": st.sampled_from([people["foreman"], people["employee"]]),
        "employee": st.sampled_from([people["employee"], people["outsider"]]),
        "course": st.sampled_from([course.id for course in plant.courses.values()]),
        "category": st.sampled_from(["safety", "technical"]),
        "job_role": st.just(plant.fitter.id), "grade": st.just(plant.g5.id)})
    askers = {}

    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(chosen=choices, back=st.sampled_from([0, 40, -20]), name=st.sampled_from(sorted(METRICS)),
           role=st.sampled_from(ROLES))
    def check(chosen, back, name, role):
        chosen = {key: value for key, value in chosen.items() if key != "directly" or "department" in chosen}
        if role not in askers:
            askers[role] = Asker(plant, role, sign_in, program)
        askers[role].check(Asked(Filters(**chosen), TODAY - back * DAY), METRICS[name])

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


def test_the_bars_of_a_chart_part_the_rows_behind_its_metric(requests, plant):
    for name, parts in metrics.NARROWER.items():
        whole = rows_behind(plant.officer, METRICS[name], "hits")
        several = {part: rows_behind(plant.officer, METRICS[name], part) for part in parts}
        assert whole and sorted(row for rows in several.values() for row in rows) == sorted(whole)
        counts = rows.count(plant.officer, Asked(Filters(), TODAY), METRICS[name])
        assert {part: len(rows) for part, rows in several.items()} == {
            part: queries.number_behind(METRICS[name], part, counts) for part in parts}


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


def test_completions_of_the_twelve_months_to_the_day_count_and_no_older_ones(plant):
    before = figures(plant.officer)["training_completion"].among
    plant.completed("crane", TODAY - 365 * DAY, "manager")
    assert figures(plant.officer)["training_completion"].among == before
    plant.completed("crane", TODAY - 364 * DAY, "employee")
    assert figures(plant.officer)["training_completion"].among == before + 1
    plant.completed("crane", TODAY, "foreman")
    assert figures(plant.officer)["training_completion"].among == before + 2, "today's too"


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


def test_a_department_of_a_past_day_means_what_was_part_of_it_that_day(plant):
    places = {code: Filters(department=plant.places[code].id) for code in ("plant", "office")}
    with time_machine.travel(NOW + 10 * DAY, tick=False):
        plant.do(organisation.update_department, plant.places["shop"].id, parent_id=plant.places["office"].id)
    with time_machine.travel(NOW + 25 * DAY, tick=False):
        report = catalogue.report_for(plant.officer, "matrix")

        def required(code, day):
            given = {"department": str(plant.places[code].id), "day": day.isoformat()}
            in_report = len(list(report.rows(plant.officer, filters.read(report, given))))
            assert in_report == queries.counts(plant.officer, places[code], day)["required"]
            return in_report

        # fire, crane and the code of each of the two in the shop; the code of the manager, who is in the office
        assert [required(code, TODAY + 9 * DAY) for code in places] == [6, 1]
        assert [required(code, TODAY + 10 * DAY) for code in places] == [0, 5]  # fire is the plant's
        assert [required(code, TODAY + 25 * DAY) for code in places] == [0, 5]
