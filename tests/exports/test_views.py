"""What a person finds in the file they download."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.exports import columns
from app.organisation import operations
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.fab.view import resource_view
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


@pytest.fixture
def people(acme):
    """A department with two people of awkward names, and somebody elsewhere."""
    with tenant_scope(acme.id), unit_of_work():
        hse = operations.create_department(SYSTEM, code="HSE", name="Safety", name_ar="السلامة")
        operations.create_employee(SYSTEM, number="0007", name='=HYPERLINK("http://x","y")', department_id=hse.id,
                                   hired_on=dt.date(2020, 2, 29))
        operations.create_employee(SYSTEM, number="-12", name="Aisha, the first", name_ar="عائشة", department_id=hse.id)
        operations.create_employee(SYSTEM, number="99", name="Elsewhere")
    return hse


def workbook(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)[:500]
    return openpyxl.load_workbook(io.BytesIO(answer.data)).active


def table(answer):
    assert answer.status_code == 200
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_workbook_holds_what_the_list_shows_filtered_and_ordered(acme, people, sign_in):
    answer = sign_in(acme, "officer").get(f"/users/export.xlsx?_flt_0_department={people.id}&order=-number")
    sheet = workbook(answer)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:4] == ["Number", "Name", "Department", "Job role"]
    assert [row[:3] for row in rows[1:]] == [["0007", '=HYPERLINK("http://x","y")', "Safety"],
                                             ["-12", "Aisha, the first", "Safety"]]
    assert rows[1][-1] == "Yes"
    assert answer.headers["Content-Disposition"] == "attachment; filename=users-2026-03-01.xlsx"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_text_is_never_a_formula(acme, people, sign_in):
    officer = sign_in(acme, "officer")
    cells = [cell for row in workbook(officer.get("/users/export.xlsx")).iter_rows(min_row=2) for cell in row]
    dangerous = [cell for cell in cells if str(cell.value).startswith(("=", "-"))]
    assert len(dangerous) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in dangerous)
    names = [row[1] for row in table(officer.get("/users/export.csv"))]
    assert "'=HYPERLINK(\"http://x\",\"y\")" in names


def test_the_sheet_is_ready_to_work_with(acme, people, sign_in):
    sheet = workbook(sign_in(acme, "officer").get("/users/export.xlsx"))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:J{sheet.max_row}"
    assert not sheet.sheet_view.rightToLeft
    assert all(column.width > 9 for column in sheet.column_dimensions.values())


def test_arabic_readers_get_arabic_names_from_right_to_left(acme, people, sign_in):
    officer = sign_in(acme, "officer")
    officer.get("/lang/ar")
    sheet = workbook(officer.get("/users/export.xlsx?q=عائشة"))
    assert sheet.sheet_view.rightToLeft
    assert [cell.value for cell in sheet[2]][1:3] == ["عائشة", "السلامة"]


def test_columns_and_search_of_the_address_count(acme, people, sign_in):
    rows = table(sign_in(acme, "officer").get("/users/export.csv?columns=name,number&q=aisha"))
    assert rows == [["Number", "Name"], ["'-12", "Aisha, the first"]]
    heads = table(sign_in(acme, "officer").get("/users/export.csv?without=name,department"))[0]
    assert "Number" in heads
    assert not {"Name", "Department"} & set(heads)


def test_an_empty_list_has_its_head(acme, people, sign_in):
    officer = sign_in(acme, "officer")
    assert len(table(officer.get("/users/export.csv?q=nobody"))) == 1
    assert workbook(officer.get("/users/export.xlsx?q=nobody"))["A1"].value == "Number"


def test_a_foreman_takes_nothing_and_a_manager_only_the_own_people(acme, people, sign_in):
    assert sign_in(acme, "foreman").get("/users/export.csv").status_code == 403
    numbers = [row[0] for row in table(sign_in(acme, "manager").get("/users/export.csv"))]
    assert sorted(numbers[1:]) == ["E3", "E4", "E5"]


def test_another_tenants_people_are_not_in_the_file(acme, globex, people, sign_in):
    names = [row[1] for row in table(sign_in(acme, "officer").get("/users/export.csv"))]
    assert not any("Globex" in name for name in names)
    assert len(names) == 10


def test_an_export_is_on_record(acme, people, sign_in):
    sign_in(acme, "officer").get("/users/export.csv?q=aisha&order=-name")
    with tenant_scope(acme.id):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "Exported")).one()
        assert entry.data == {"resource": "users", "format": "csv", "rows": 1,
                              "filters": {"q": "aisha", "order": "-name"}}
        assert entry.actor_name == "Officer Acme"


def test_an_unknown_format_is_no_address(acme, sign_in):
    assert sign_in(acme, "officer").get("/users/export.pdf").status_code == 404


def test_an_export_reads_in_one_statement_whatever_the_columns(acme, people, sign_in, statements):
    officer = sign_in(acme, "officer")
    officer.get("/users/export.csv")
    with statements() as found:
        officer.get("/users/export.csv")
    assert len([s for s in found if "FROM employees" in s]) == 1


def test_columns_lead_through_relations(acme, people, context):
    with tenant_scope(acme.id), context.test_request_context():
        view = resource_view(context.appbuilder, "users")
        names = ["number", "department.code", "department.is_active", "manager.manager", "user.last_login"]
        query = view.datamodel.stream(None, ("number", "asc"))
        found = {row[0]: row[1:] for row in columns.rows(view, query, names)}
        assert list(found["0007"]) == ["HSE", "Yes", None, None]
        assert list(found["99"])[:2] == [None, None]
        assert [column.kind for column in columns.file_columns(view, names)] == [
            "text", "text", "yes or no", "text", "instant"]


def test_a_column_that_only_python_knows_comes_as_the_list_shows_it(acme, people, context):
    with tenant_scope(acme.id), context.test_request_context():
        view = resource_view(context.appbuilder, "users")
        query = view.datamodel.stream(None, ("number", "asc"))
        quick = list(columns.rows(view, query, ["number", "name", "department", "is_active"]))
        slow = list(columns.rows(view, query, ["number", "name", "department", "is_active", "is_deleted"]))
        assert [list(row)[:4] for row in slow] == [list(row) for row in quick]


def test_deleted_rows_are_left_out_unless_they_are_what_the_list_shows(acme, people, sign_in):
    with tenant_scope(acme.id), unit_of_work():
        gone = db.session.scalars(sa.select(Employee).where(Employee.number == "99")).one()
        operations.archive_employee(SYSTEM, gone.id)
    admin = sign_in(acme, "admin")
    numbers = [row[0] for row in table(admin.get("/users/export.csv"))]
    assert "99" not in numbers
    assert "0007" in numbers
    assert [row[0] for row in table(admin.get("/users/export.csv?deleted=1"))] == ["Number", "99"]
