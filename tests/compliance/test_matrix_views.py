"""The matrix page, its cells, its bulk actions and its workbook."""

from __future__ import annotations

import datetime as dt
import io
import re
from uuid import UUID

import openpyxl
import pytest

from app.compliance import workbook
from app.compliance.models import Waiver
from app.enrollments.models import Enrollment
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.reports import jobs
from tests.compliance.conftest import Matrix
from tests.compliance.test_views import page

D = dt.date


@pytest.fixture
def matrix(acme):
    """acme with fire required of the shop and one expired certificate."""
    with tenant_scope(acme.id):
        made = Matrix(acme)
        made.require("fire", department_id=made.places["plant"].id)
        made.completed("fire", D(2024, 1, 1))
    return made


def test_the_page_shows_cells_with_colour_sign_and_words(acme, matrix, sign_in):
    text = page(sign_in(acme, "officer").get("/matrix"))
    assert '<td data-state="expired" data-l="x" aria-label="Expired,' in text
    assert 'data-state="not_started" data-l="x" aria-label="Not started"' in text
    assert "style=" not in text and "<script>" not in text


def test_filters_stand_in_the_address_and_nonsense_is_left_out(acme, matrix, sign_in):
    officer = sign_in(acme, "officer")
    shop = matrix.places["shop"].id
    text = page(officer.get(f"/matrix?department={shop}&state=expired"))
    assert "Employee Acme" in text and "Foreman Acme" not in text
    assert f'value="{shop}" selected' in text
    page(officer.get("/matrix?department=x&state=x&show=x&day=x&after=x&course=x&size=x&category=x&q=%00"))


def test_a_person_sees_only_who_is_in_sight(acme, matrix, sign_in):
    text = page(sign_in(acme, "employee").get("/matrix"))
    assert "Employee Acme" in text and "Foreman Acme" not in text
    foreman, fire = acme.employees["foreman"], matrix.courses["fire"].id
    employee = sign_in(acme, "employee")
    assert employee.get(f"/matrix/cell/{foreman}/{fire}").status_code == 404
    assert employee.get(f"/matrix/people/{foreman}").status_code == 404
    assert employee.get("/matrix/export.xlsx").status_code == 403


def test_a_cell_says_why_and_what_to_do(acme, matrix, sign_in):
    officer, fire = sign_in(acme, "officer"), matrix.courses["fire"].id
    text = page(officer.get(f"/matrix/cell/{acme.employees['employee']}/{fire}?part=1"))
    assert "Required of: Plant" in text and "<html" not in text
    assert "/matrix/enrol" in text and "/waivers/add?employee_id=" in text and "/renew" in text
    whole = page(officer.get(f"/matrix/cell/{acme.employees['employee']}/{fire}"))
    assert "<html" in whole and "Employee Acme" in whole
    own = page(sign_in(acme, "employee").get(f"/matrix/cell/{acme.employees['employee']}/{fire}"))
    assert "/matrix/enrol" not in own


def test_one_persons_row_is_a_list(acme, matrix, sign_in):
    text = page(sign_in(acme, "employee").get(f"/matrix/people/{acme.employees['employee']}"))
    assert "Required and missing" in text and 'data-state="expired"' in text


def test_chosen_cells_are_enrolled(acme, matrix, sign_in):
    officer, fire = sign_in(acme, "officer"), matrix.courses["fire"].id
    cells = [f"{acme.employees[who]}:{fire}" for who in ("employee", "foreman")]
    answer = officer.post("/matrix/enrol", data={"cell": [*cells, "rubbish"], "came_from": "/matrix?state=expired"})
    assert (answer.status_code, answer.location) == (302, "/matrix?state=expired")
    with tenant_scope(acme.id):
        assert db.session.query(Enrollment).filter_by(status="active").count() == 2
    officer.post("/matrix/enrol", data={"cell": cells})
    text = page(officer.get("/matrix"))
    assert "2 enrollments were made." in text and "Employee Acme (E5) is enrolled already." in text


def test_chosen_cells_are_waived_with_a_reason(acme, matrix, sign_in):
    officer, fire = sign_in(acme, "officer"), matrix.courses["fire"].id
    cells = [f"{acme.employees[who]}:{fire}" for who in ("employee", "foreman")]
    text = page(officer.post("/matrix/waive", data={"cell": cells}))
    assert "Employee Acme, Foreman Acme" in text and "Grant 2 waivers" in text
    page(officer.post("/matrix/waive", data={"cell": cells, "reason": ""}))
    answer = officer.post("/matrix/waive", data={"cell": cells, "reason": "Plant is shut", "ends_on": "2026-04-01"})
    assert answer.status_code == 302
    with tenant_scope(acme.id):
        assert {one.reason for one in db.session.query(Waiver)} == {"Plant is shut"}
    refused = page(officer.post("/matrix/waive", data={"cell": cells, "reason": "Again"}))
    assert "Employee Acme (E5): This course is waived for that time already." in refused
    assert sign_in(acme, "foreman").post("/matrix/waive", data={"cell": cells}).status_code == 403


def test_another_tenants_people_are_not_chosen(acme, globex, matrix, sign_in):
    cell = f"{globex.employees['employee']}:{matrix.courses['fire'].id}"
    officer = sign_in(acme, "officer")
    officer.post("/matrix/enrol", data={"cell": [cell]})
    assert "Choose cells of the matrix first." in page(officer.get("/matrix"))
    assert officer.post("/matrix/enrol", data={"came_from": "https://evil.example/"}).location == "/matrix"


def test_the_workbook_looks_like_the_grid(acme, matrix, sign_in):
    with tenant_scope(acme.id):
        matrix.do(organisation.update_employee, acme.employees["foreman"], name="=1+1")
    answer = sign_in(acme, "officer").get(f"/matrix/export.xlsx?department={matrix.places['plant'].id}")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    sheet, legend = book.worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Number", "Employee", "Department", "Job role", "fire Fire"]
    assert [row[1] for row in rows[1:]] == ["=1+1", "Employee Acme"]
    assert sheet.cell(2, 2).data_type == "s"
    assert rows[2][4] == "✕ 1 Jan 2025"
    assert sheet.cell(3, 5).fill.fgColor.rgb == "FFFCE5E6"
    assert sheet.freeze_panes == "E2"
    assert legend.cell(1, 2).value == "Valid"


def test_a_large_workbook_is_made_by_a_worker_and_waits_among_the_reports(acme, matrix, sign_in, monkeypatch):
    monkeypatch.setattr(workbook, "AT_ONCE", 0)
    foreman, plant = sign_in(acme, "foreman"), matrix.places["plant"].id
    address = f"/matrix/export.xlsx?department={plant}&show=gaps"
    answer = foreman.get(address)
    assert answer.status_code == 302 and "/reports/runs/" in answer.location
    run_id = UUID(answer.location.rpartition("/")[2])
    assert foreman.get(address).location == answer.location
    assert "data-progress-url" in page(foreman.get(answer.location))
    with tenant_scope(acme.id):
        jobs.make(run_id)
    text = page(foreman.get(answer.location))
    assert "Department: <bdi>" in text and "Only people who lack something" in text
    file = foreman.get(f"{answer.location}/file.xlsx")
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0].rows]
    assert [row[1] for row in rows[1:]] == ["Employee Acme", "Foreman Acme"]
    assert f"{answer.location}/file.pdf" not in text and "XLSX" not in text and "Excel" in text
    assert "Excel" in page(foreman.get("/reports"))
    assert 'formaction="/reports/grid/run"' in page(foreman.get("/reports/grid"))


def test_rest_gives_the_same_cells(acme, matrix, context):
    from tests.conftest import PASSWORD

    client = context.test_client()
    token = client.post("/api/auth/login", json={"email": acme.emails["foreman"], "password": PASSWORD}).json
    answer = client.get("/api/v1/matrix/?show=gaps", headers={"Authorization": f"Bearer {token['accessToken']}"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    fire = str(matrix.courses["fire"].id)
    assert {row["number"]: row["cells"][fire]["state"] for row in answer.json["result"]} == {
        "E5": "expired", "E4": "not_started"}
    cell = client.get(f"/api/v1/matrix/cells/{acme.employees['employee']}/{fire}",
                      headers={"Authorization": f"Bearer {token['accessToken']}"}).json["result"]
    assert (cell["cell"]["lane"], len(cell["rule_ids"])) == ("missing", 1) and cell["enrollment_id"]
    assert cell["reasons"][0].startswith("Required of: Plant")
    unseen = client.get(f"/api/v1/matrix/cells/{acme.employees['manager']}/{fire}",
                        headers={"Authorization": f"Bearer {token['accessToken']}"})
    assert unseen.status_code == 404
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", answer.json["result"][0]["cells"][fire]["due_on"])
