"""The pages of an import, clicked through."""

from __future__ import annotations

import io
import re
from uuid import UUID

import pytest

from app.imports import queries
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.imports.conftest import workbook

PEOPLE = [["Staff list 2026"], [], ["Emp No", "Full name", "Department", "Hired on", "Shoe size"],
          ["100", "Ada", "OPS - Operations", "03/04/2020", 38], ["101", "Grace", "OPS", "05/06/2021", 40],
          [None, "Nobody at all", "OPS", None, 41]]


def upload(client, kind="employees", rows=None, name="people.xlsx"):
    answer = client.post("/imports/add", data={"kind": kind, "file": (workbook(rows or PEOPLE), name)})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location


def text(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def mapping_of(page):
    """What a browser sends of the columns page: the chosen option of each select."""
    found = {}
    for name, options in re.findall(r'<select class="input" name="(field:[^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="(\d+)" selected', options)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    return found


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_file_goes_from_upload_to_undo(acme, sign_in, run_pending_jobs, language):
    officer = sign_in(acme, "officer")
    officer.get(f"/lang/{language}")
    text(officer.get("/imports/add"))
    here = upload(officer)
    page = text(officer.get(here))
    assert "Shoe size" in page
    officer.post(f"{here}/match", data=mapping_of(page))
    assert "data-progress-url" in text(officer.get(here))
    assert officer.get(f"{here}/progress").json["finished"] is False
    run_pending_jobs()
    page = text(officer.get(here))
    assert 'name="hired_on:order"' in page
    officer.post(f"{here}/answer", data={"hired_on:order": "dmy", "department_id:missing": "create"})
    run_pending_jobs()
    page = text(officer.get(here))
    assert 'value="good"' in page
    assert "code" not in re.sub(r"<[^>]*>", "", page)  # of the department that is added along the way, by its name
    assert "Nobody at all" in text(officer.get(f"{here}?outcome=refused"))
    officer.post(f"{here}/commit", data={"rows": "good"})
    run_pending_jobs()
    page = text(officer.get(here))
    assert "/undo" in page
    assert "Ada" in text(officer.get("/users"))
    text(officer.get("/imports"))
    officer.post(f"{here}/undo")
    run_pending_jobs()
    text(officer.get(here))
    assert "Ada" not in text(officer.get("/users"))


def test_a_file_without_names_can_take_them_from_another_column(acme, sign_in, run_pending_jobs):
    officer = sign_in(acme, "officer")
    here = upload(officer, rows=[["EmployeeNumber", "Age"], ["1", 40], ["2", 50]])
    officer.post(f"{here}/match", data={"field:number": "0", "field:name": "0"})
    run_pending_jobs()
    officer.post(f"{here}/commit", data={"rows": "all"})
    run_pending_jobs()
    with tenant_scope(acme.id):
        assert db.session.query(Employee).filter_by(number="2").one().name == "2"


def test_an_answer_can_be_written_where_none_of_those_offered_fits(acme, sign_in, run_pending_jobs):
    officer = sign_in(acme, "officer")
    here = upload(officer, rows=[["Number", "Name", "E-mail"], ["1", "A", "ALICE"]])
    officer.post(f"{here}/match", data={"field:number": "0", "field:name": "1", "field:email": "2"})
    run_pending_jobs()
    officer.post(f"{here}/answer", data={"email:domain:text": "@example.com"})
    run_pending_jobs()
    assert "ALICE@example.com" in text(officer.get(here))


def test_a_refused_file_says_why_on_the_page(acme, sign_in):
    officer = sign_in(acme, "officer")
    program = (io.BytesIO(b"MZ\x90\x00" * 20), "a.xlsx")
    answer = officer.post("/imports/add", data={"kind": "employees", "file": program})
    assert answer.status_code == 422
    assert "not a spreadsheet" in answer.get_data(as_text=True)


def test_another_header_row_can_be_pointed_out(acme, sign_in):
    officer = sign_in(acme, "officer")
    here = upload(officer, rows=[["Number", "Name"], ["1", "A"], ["Emp No", "Full name"], ["2", "B"]])
    officer.post(f"{here}/table", data={"sheet": "0", "header": "3"})
    with tenant_scope(acme.id):
        assert queries.batch(UUID(here.rsplit("/", 1)[1])).table["header"] == [3, 3]


def test_a_large_import_waits_for_a_second_person(acme, sign_in, run_pending_jobs):
    with tenant_scope(acme.id), unit_of_work():
        tenancy.update_tenant(acme.actor("admin"), acme.id, import_create_limit=1)
    officer, admin = sign_in(acme, "officer"), sign_in(acme, "admin")
    here = upload(officer, rows=[["Number", "Name"], ["1", "A"], ["2", "B"]])
    officer.post(f"{here}/match", data=mapping_of(text(officer.get(here))))
    run_pending_jobs()
    officer.post(f"{here}/commit", data={"rows": "all"})
    assert "/confirm" not in text(officer.get(here))
    assert "/confirm" in text(admin.get(here))
    officer.post(f"{here}/confirm")
    run_pending_jobs()
    with tenant_scope(acme.id):
        assert queries.batch(UUID(here.rsplit("/", 1)[1])).stage == "waiting"
    admin.post(f"{here}/confirm")
    run_pending_jobs()
    with tenant_scope(acme.id):
        assert queries.batch(UUID(here.rsplit("/", 1)[1])).stage == "committed"


def test_one_can_go_back_to_the_columns(acme, sign_in, run_pending_jobs):
    officer = sign_in(acme, "officer")
    here = upload(officer, rows=[["Number", "Name"], ["1", "A"]])
    officer.post(f"{here}/match", data={"field:number": "0", "field:name": "1"})
    run_pending_jobs()
    assert mapping_of(text(officer.get(f"{here}?step=columns")))["field:name"][0] == "1"


def test_another_tenants_import_is_no_page(acme, globex, sign_in):
    here = upload(sign_in(globex, "officer"))
    officer = sign_in(acme, "officer")
    for method, path in (("get", ""), ("get", "/progress"), ("get", "/file.xlsx"),
                         ("post", "/match"), ("post", "/commit"), ("post", "/undo"), ("post", "/confirm"),
                         ("post", "/discard")):
        assert getattr(officer, method)(here + path).status_code == 404, path
