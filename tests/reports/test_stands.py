"""Every report and every dashboard of tenants in which there is nothing, little, everything or nothing right."""

from __future__ import annotations

import datetime as dt
import json
import os
import re

import openpyxl
import pytest
from pypdf import PdfReader

from app.accounts.models import SYSTEM
from app.compliance.operations import add_requirement
from app.courses.operations import create_course
from app.enrollments.operations import create_enrollment
from app.kpi.operations import take_snapshot
from app.organisation import operations as organisation
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.reports import catalogue
from tests.conftest import Organisation
from tests.reports.conftest import Reports

TODAY = dt.date(2026, 3, 1)
NONSENSE = re.compile(r"\b(nan|inf|infinity|none|undefined|null)\b", re.IGNORECASE)
TABLES = [report for report in catalogue.REPORTS if report.drawing is None]


class Alone(Organisation):
    """A tenant whose administrator is all of it."""

    ROLES = {"admin": "Administrator"}


def _course(admin, **policy):
    return create_course(admin, code="C1", name="First aid", duration_hours=4, **policy).id


def _required(admin, acme, completed, **policy):
    course_id = _course(admin, **policy)
    add_requirement(admin, course_id=course_id, valid_from=dt.date(2026, 1, 1))
    for employee_id in acme.employees.values() if completed else ():
        create_enrollment(admin, employee_id=employee_id, course_id=course_id, status="completed",
                          completed_on=TODAY - dt.timedelta(days=10))


def _one_person(admin, acme):
    _required(admin, acme, True, validity_kind="rolling", validity_months=12)


def _department_without_people(admin, acme):
    place = organisation.create_department(admin, code="EMPTY", name="Empty quarter")
    add_requirement(admin, course_id=_course(admin), department_id=place.id, valid_from=dt.date(2026, 1, 1))


def _never_expires(admin, acme):
    _required(admin, acme, True, validity_kind="never")


def _everything(admin, acme):
    _required(admin, acme, True, validity_kind="rolling", validity_months=12)


def _nothing_right(admin, acme):
    _required(admin, acme, False, validity_kind="rolling", validity_months=12)


STANDS = {"nothing": None, "one person": _one_person, "department without people": _department_without_people,
          "course without validity": _never_expires, "100 %": _everything, "0 %": _nothing_right}
COMPLIANCE = {"nothing": None, "one person": 100, "department without people": None, "course without validity": 100,
              "100 %": 100, "0 %": 0}


LONG = os.environ.get("TRAINFLOW_LONG") == "1"
ON_PAPER = set(STANDS) if LONG else {"nothing", "100 %"}  # a file is made from the document, whoever is in it

JSON_TYPES = {str: "string", int: "number", float: "number"}
DIFFERENT = ("compliance", "expiring", "matrix")  # what the others say does not depend on what is required


def words(page):
    shown = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def told(reports, run, found):
    """What the files of a run say."""
    for row in found["rows"]:
        assert list(row) == found["schema"]["required"]
        for name, value in row.items():
            assert value is None or JSON_TYPES[type(value)] in found["schema"]["properties"][name]["type"], name
    sheet = openpyxl.load_workbook(reports.opened(run, "xlsx", "admin")).worksheets[0]
    yield " ".join(str(cell.value) for cell in sheet[2] if cell.value is not None)
    yield " ".join(one.extract_text() for one in PdfReader(reports.opened(run, "pdf", "admin")).pages)


def check_reports(name, reports, client):
    for report in TABLES if name in ON_PAPER else [one for one in TABLES if one.name in DIFFERENT]:
        run = reports.make(report.name, "admin")
        assert run.status == "done", (report.name, run.problem)
        found = json.loads(reports.taken(run, "json", "admin"))
        pages = [words(client.get(f"/reports/{report.name}").text)]
        if name in ON_PAPER:
            pages += [words(client.get(f"/reports/runs/{run.id}").text), *told(reports, run, found)]
        for text in pages:
            assert not NONSENSE.findall(text), (name, report.name, text)
            assert ("No row fits" in text) == (not found["rows"]), (name, report.name, text)
        if report.name == "compliance":
            assert {one["share"] for one in found["rows"]} == {COMPLIANCE[name]} - {None}
            then = json.loads(reports.taken(reports.make("compliance", "admin", known="then"), "json", "admin"))
            assert then["rows"] == found["rows"]


def check_dashboards(name, client):
    said = {address: words(client.get(address).text) for address in ("/", "/kpi-dashboard", "/kpi/compliance")}
    assert not [found for text in said.values() for found in NONSENSE.findall(text)], name
    figures = {one["name"]: one for one in client.get("/api/v1/kpi/summary").json["result"]}
    assert figures["compliance"]["value"] == COMPLIANCE[name]
    assert all(one["value"] is None for one in figures.values() if not one["among"] and one["unit"] != "count")
    sentence = {None: "Nothing to count yet", 100: "Everything that is due is covered", 0: "Nothing that is due"}
    assert sentence[COMPLIANCE[name]] in said["/kpi-dashboard"], name


@pytest.mark.parametrize("name", [name for name in STANDS if name != "one person"])
def test_everything_says_something_sensible(inside, sign_in, name):
    with unit_of_work():
        if STANDS[name]:
            STANDS[name](inside.actor("admin"), inside)
        take_snapshot(SYSTEM)
    client = sign_in(inside, "admin")
    check_reports(name, Reports(inside), client)
    check_dashboards(name, client)
    assert not NONSENSE.findall(words(sign_in(inside, "foreman").get("/team").text))


def test_a_tenant_of_one_person(context, sign_in):
    alone = Alone("alone")
    with tenant_scope(alone.id):
        with unit_of_work():
            _one_person(alone.actor("admin"), alone)
            take_snapshot(SYSTEM)
        client = sign_in(alone, "admin")
        check_reports("one person", Reports(alone), client)
        check_dashboards("one person", client)
