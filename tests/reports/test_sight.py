"""Nobody finds in a report, or in what it adds up to, whom they do not see; and what was known then stays as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import SYSTEM
from app.kpi import metrics, queries
from app.kpi.operations import take_snapshot
from app.kpi.rules import Filters
from app.organisation import operations as organisation
from app.organisation import policies
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue, figures, filters
from tests.compliance.conftest import matrix  # noqa: F401
from tests.conftest import NOW
from tests.kpi.conftest import DAY, TODAY, plant, requests  # noqa: F401
from tests.reports.conftest import Reports

ROLES = ("admin", "officer", "manager", "foreman", "employee", "outsider")


def snapshot():
    with unit_of_work():
        take_snapshot(SYSTEM)


def rows_for(actor, report, **given):
    names = [column.name for column in report.columns]
    return [dict(zip(names, row, strict=True)) for row in report.rows(actor, filters.read(report, given))]


def test_reports_name_and_add_up_only_whom_the_reader_sees(requests, plant):  # noqa: F811
    snapshot()
    for role in ROLES:
        actor = plant.acme.actor(role)
        seen = set(db.session.scalars(sa.select(Employee.number).where(policies.visible(actor))))
        found = {report.name: rows_for(actor, report, **({"first": "2020-01-01"} if report.name == "hours" else {}))
                 for report in catalogue.reports_for(actor) if report.drawing is None}
        named = {row["number"] for rows in found.values() for row in rows if "number" in row}
        assert named and named <= seen, role
        done = [row for row in found["transcript"] if row["completed_on"]]
        assert sum(row["completions"] for row in found["hours"]) == len(done), role
        told = metrics.figures(queries.counts(actor, Filters(), TODAY))
        if "compliance" in found:
            assert sum(row["required"] for row in found["compliance"]) == len(found["matrix"]), role
            assert sum(row["met"] for row in found["compliance"]) == told["compliance"].hits, role
            assert sum(row["missing"] for row in found["compliance"]) == told["overdue"].hits, role
            assert found["compliance"] == rows_for(actor, catalogue.report_for(actor, "compliance"), known="then"), role
        [day] = found["trend"]
        assert [day[name] for name in figures.SHOWN] == [told[name].value for name in figures.SHOWN], role


def test_who_left_is_where_they_worked_that_day(plant):  # noqa: F811
    report = catalogue.report_for(plant.officer, "matrix")
    before = rows_for(plant.officer, report, department=str(plant.places["shop"].id))
    assert {row["number"] for row in before} == {"E4", "E5"}
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        plant.move("employee", department_id=plant.places["office"].id)
        plant.do(organisation.archive_employee, plant.acme.employees["foreman"])
        assert rows_for(plant.officer, report, day=str(TODAY), department=str(plant.places["shop"].id)) == before
        now = rows_for(plant.officer, report, department=str(plant.places["office"].id))
        assert {row["number"] for row in now} == {"E3", "E5"}


@pytest.mark.parametrize(("name", "given"), [
    ("compliance", {"day": str(TODAY), "known": "then"}), ("trend", {"first": "2026-01-01", "last": str(TODAY)})])
def test_asked_again_after_corrections_what_was_known_then_is_the_same_bytes(plant, name, given):  # noqa: F811
    reports = Reports(plant.acme)
    snapshot()

    def made(**changed):
        run = reports.make(name, **given | changed)
        return [reports.taken(run, form) for form in ("json", "xlsx", "pdf")]

    before = made()
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        plant.completed("code", TODAY - 5 * DAY)  # a correction of the past
        plant.do(organisation.archive_employee, plant.acme.employees["outsider"])
        snapshot()
        assert made() == before
        assert made(**({"known": "now"} if name == "compliance" else {"last": str(TODAY + 3 * DAY)})) != before


def test_the_record_says_so_where_it_can_not_answer(plant, sign_in):  # noqa: F811
    client = sign_in(plant.acme, "officer")
    assert "Nothing was on record by that day" in client.get("/reports/compliance?known=then").text
    snapshot()
    assert client.get("/reports/compliance?known=then").status_code == 200
    assert "not courses" in client.get("/reports/compliance?known=then&category=safety").text
