"""Imports over REST."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from tests.conftest import PASSWORD
from tests.imports.conftest import workbook

API = "/api/v1/imports/"
PEOPLE = [["Number", "Name", "Hired on"], ["1", "Ada", "03/04/2020"], ["2", None, None]]


class Program:
    """A client with a bearer token."""

    def __init__(self, context, organisation, name="officer"):
        self.client = context.test_client()
        answer = self.client.post("/api/auth/login", json={"email": organisation.emails[name], "password": PASSWORD})
        self.headers = {"Authorization": f"Bearer {answer.json['accessToken']}"}

    def __getattr__(self, method):
        return lambda path, **options: getattr(self.client, method)(path, headers=self.headers, **options)


def upload(client, rows=None):
    return client.post(API, data={"kind": "employees", "file": (workbook(rows or PEOPLE), "people.xlsx")})


def test_a_program_imports_and_takes_back(acme, context, run_pending_jobs):
    officer = Program(context, acme)
    answer = upload(officer)
    assert answer.status_code == 201, answer.json
    batch = answer.json["result"]
    assert batch["mapping"] == {"number": [0], "name": [1], "hired_on": [2]}
    here = API + batch["id"]
    assert officer.post(f"{here}/check", json={}).status_code == 202
    run_pending_jobs()
    assert officer.get(here).json["result"]["questions"][0]["key"] == "hired_on:order"
    assert officer.post(f"{here}/check", json={"answers": {"hired_on:order": "dmy"}}).status_code == 202
    run_pending_jobs()
    rows = officer.get(f"{here}/rows").json["result"]
    assert [(row["number"], row["outcome"]) for row in rows] == [(2, "create"), (3, "refused")]
    assert officer.get(f"{here}/rows?outcome=refused").json["result"][0]["reasons"][0]["code"] == "missing"
    refusal = officer.post(f"{here}/commit", json={})
    assert (refusal.status_code, refusal.json["code"]) == (409, "rows_refused")
    assert officer.post(f"{here}/commit", json={"good_rows_only": True}).status_code == 202
    run_pending_jobs()
    assert officer.get(here).json["result"]["stage"] == "committed"
    assert officer.post(f"{here}/undo", json={}).status_code == 202
    run_pending_jobs()
    assert officer.get(here).json["result"]["counts"]["removed"] == 1


def test_a_program_begins_with_the_template_and_gets_its_file_back_with_reasons(acme, globex, context,
                                                                                run_pending_jobs):
    officer = Program(context, acme)
    empty = officer.get(f"{API}templates/employees.xlsx")
    headings = next(load_workbook(io.BytesIO(empty.data)).active.iter_rows(values_only=True))
    assert {"Name", "Grade", "Active"} <= set(headings)
    assert officer.get(f"{API}templates/spaceships.xlsx").json["code"] == "not_found"
    here = API + upload(officer).json["result"]["id"]
    officer.post(f"{here}/check", json={"answers": None})
    run_pending_jobs()
    officer.post(f"{here}/check", json={"answers": {"hired_on:order": "dmy"}})
    run_pending_jobs()
    assert "Refused" in officer.get(f"{here}/file.csv").text
    sheet = load_workbook(io.BytesIO(officer.get(f"{here}/file.xlsx").data)).active
    assert "Refused" in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert officer.get(f"{here}/file.exe").json["code"] == "not_found"
    assert Program(context, globex).get(f"{here}/file.csv").status_code == 404


def test_what_can_not_be_taken_in_is_told_in_the_envelope(acme, context):
    officer = Program(context, acme)
    for data, status, code in (({"kind": "employees"}, 422, "file_missing"),
                               ({"kind": "spaceships", "file": (workbook(PEOPLE), "a.xlsx")}, 404, "kind_unknown"),
                               ({"kind": "employees", "file": (io.BytesIO(b""), "a.xlsx")}, 422, "file_empty")):
        answer = officer.post(API, data=data)
        assert (answer.status_code, answer.json["code"]) == (status, code)
    here = API + upload(officer).json["id"]
    answer = officer.post(f"{here}/check", json={"mapping": {"number": [77]}})
    assert (answer.status_code, answer.json["code"]) == (422, "column_unknown")
    assert officer.get(f"{here}/rows?outcome=strange").status_code == 422


def test_more_than_the_server_takes_at_all_is_413(acme, context, monkeypatch):
    monkeypatch.setitem(context.config, "MAX_CONTENT_LENGTH", 1024)
    answer = upload(Program(context, acme))
    assert (answer.status_code, answer.json["code"]) == (413, "request_entity_too_large")


def test_another_tenants_import_is_unknown(acme, globex, context):
    here = API + upload(Program(context, globex)).json["id"]
    officer = Program(context, acme)
    for method, path in (("get", ""), ("get", "/rows"), ("post", "/check"), ("post", "/commit"), ("post", "/undo"),
                         ("post", "/confirm"), ("delete", "")):
        assert getattr(officer, method)(here + path, json={} if method == "post" else None).status_code == 404


def test_the_history_is_a_list(acme, context):
    officer = Program(context, acme)
    upload(officer)
    answer = officer.get(API)
    assert answer.status_code == 200
    assert [batch["file_name"] for batch in answer.json["result"]] == ["people.xlsx"]


def test_a_sheet_that_the_file_does_not_have_is_refused(acme, context):
    officer = Program(context, acme)
    for sheet in ("1", "-2", "99"):
        answer = officer.post(API, data={"kind": "employees", "file": (workbook(PEOPLE), "people.xlsx"),
                                         "sheet": sheet})
        assert (answer.status_code, answer.json["code"]) == (422, "sheet_unknown"), sheet
