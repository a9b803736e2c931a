"""What other organisations send: exports of personnel and learning systems, lists that people keep by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform.db import db


def people() -> dict[str, Employee]:
    return {one.number: one for one in db.session.scalars(sa.select(Employee))}


def results() -> dict[tuple[str, str], Enrollment]:
    numbers = {one.id: one.number for one in db.session.scalars(sa.select(Employee))}
    codes = {one.id: one.code for one in db.session.scalars(sa.select(Course))}
    return {(numbers[one.employee_id], codes[one.course_id]): one for one in db.session.scalars(sa.select(Enrollment))}


@pytest.fixture
def learning(importing: Any) -> Any:
    """`importing`, with five people and two courses."""
    importing.whole("employees", [["Number", "Name"], *([str(1000 + n), f"Person {n}"] for n in range(1, 6))])
    importing.whole("courses", [["Code", "Name"], ["HSE-101", "Basic safety"], ["HSE-102", "Working at height"]])
    return importing


def test_a_personnel_systems_export_with_no_end_and_no_date(importing):
    importing.whole("employees", [
        ["Personnel Number", "Last name", "First name", "Org. Unit", "Entry Date", "Leaving Date", "Worker Status"],
        ["00012345", "Al-Otaibi", "Khalid", "500", "01.02.2016", "31.12.9999", "Active"],
        ["00012346", "Haddad", "Sami", "500", "13.05.2018", "30.06.2024", "Terminated"],
        ["00012347", "Noor", "Hala", "500", "00.00.0000", "31.12.9999", "On leave"]], department_id__missing="create")
    khalid, sami, hala = (people()[number] for number in ("00012345", "00012346", "00012347"))
    assert (khalid.name, khalid.hired_on, khalid.left_on) == ("Khalid Al-Otaibi", dt.date(2016, 2, 1), None)
    assert (sami.left_on, sami.is_active) == (dt.date(2024, 6, 30), False)
    assert (hala.hired_on, hala.left_on, hala.is_active) == (None, None, True)


@pytest.mark.parametrize(("encoding", "heading", "name"), [
    ("cp1254", "Sicil No;Ad;Soyad", "Şükrü;Işık"), ("cp1252", "Matricule;Prénom;Nom", "Benoît;Lefèvre"),
    ("cp1256", "رقم الموظف;الاسم الأول;اسم العائلة", "محمد;القحطاني"),
    ("cp1251", "Number;First name;Last name", "Пётр;Иванов")])
def test_names_are_read_in_the_code_page_of_their_country(importing, encoding, heading, name):
    importing.upload("employees", f"{heading}\r\n0042;{name}\r\n".encode(encoding), "list.csv")
    importing.check()
    importing.commit()
    assert people()["0042"].name == name.replace(";", " ")


def test_a_department_written_once_for_its_people_is_asked_about(importing):
    rows = [["Department", "Emp No", "Name"], ["OPS", "1", "Ann"], [None, "2", "Bob"], ["HSE", "3", "Eve"]]
    importing.whole("employees", rows, department_id__above="above", department_id__missing="create")
    assert [str(people()[number].department) for number in "123"] == ["OPS", "OPS", "HSE"]


def test_a_manager_by_mail_and_a_person_in_one_cell(importing):
    importing.whole("employees", [["Employee", "Email", "Manager"], ["E-1 / Ahmed Ali", "a@x.example", None],
                                  ["'E-2 / Sara Noor", "s@x.example", "A@x.example"]])
    assert people()["E-1"].name == "Ahmed Ali"
    assert people()["E-2"].manager_id == people()["E-1"].id


def test_headings_in_two_languages_and_a_code_beside_its_name(importing):
    importing.upload("employees", [["Emp. No. / رقم الموظف", "Employee Name - اسم الموظف", "Department Name\nالقسم",
                                    "Department Code"], ["9", "Huda", "Human resources", "HR"]])
    assert importing.batch.mapping == {"number": [0], "name": [1], "department_id": [3]}


def test_validity_is_the_kind_or_the_length_by_what_the_column_says(importing):
    importing.upload("courses", [["Code", "Name", "Validity"], ["E", "E", "Does not expire"]])
    assert importing.batch.mapping["validity_kind"] == [2]
    importing.whole("courses", [["Course Code", "Course Name", "Validity"], ["A", "A", "2 years"], ["B", "B", "سنتان"],
                                ["C", "C", "Lifetime"], ["D", "D", "90 days"]])
    found = {one.code: (one.validity_kind, one.validity_months) for one in db.session.scalars(sa.select(Course))}
    assert found == {"A": ("rolling", 24), "B": ("rolling", 24), "C": ("never", None)}
    assert importing.codes() == {5: ["not_months"]}


def test_what_has_not_happened_yet_is_left_alone(learning):
    learning.whole("enrollments", [
        ["Person Number", "Learning Item Number", "Learning Item Title", "Assignment Status", "Completion Date",
         "Score"],
        ["1001", "HSE-101", "Basic safety", "Completed", dt.date(2024, 3, 12), "18/20"],
        ["1002", "HSE-101", "Basic safety", "In Progress", None, None],
        ["1003", "HSE-101", "Basic safety", "Valid", "Pending", None]])
    assert learning.outcomes() == {2: "create", 3: "create", 4: "same"}
    assert learning.codes() == {4: ["booked"]}
    assert results()["1001", "HSE-101"].score == 90
    assert results()["1002", "HSE-101"].status == "active"


def test_a_tracker_with_two_columns_per_course(learning):
    learning.upload("tracker", b"Emp. Code,Name,HSE-101 Basic safety,,Working at height,\n"
                               b",,Completed,Expires,Completed,Expires\n"
                               b"1001,A,2024-01-02,2026-01-02,2024-05-06,2025-05-06\n1002,B,Due,,Permanent,\n")
    learning.check()
    learning.commit()
    assert {key: one.completed_on for key, one in results().items()} == {
        ("1001", "HSE-101"): dt.date(2024, 1, 2), ("1001", "HSE-102"): dt.date(2024, 5, 6)}
    assert [row.reasons[0]["code"] for row in learning.rows() if row.reasons] == ["booked", "not_a_date"]


def test_a_second_table_and_signatures_below_are_no_rows(importing):
    importing.whole("employees", [
        ["Emp ID", "Name", "Hire date"], ["X1", "Ann", "25/03/2020"], ["X2", "Bob", "04/05/2021"],
        ["Prepared by:", "H. Saleh", "01/13/2024"], ["Count", 2],
        ["Contractors of the year", None, None], ["Badge", "Full name", "Company"], ["C1", "Carl", "ACME"]])
    assert importing.batch.counts == {"create": 2, "left_out": 5}
    assert people()["X2"].hired_on == dt.date(2021, 5, 4)
    assert [number for number, _why in importing.batch.left_out] == [4, 5, 6, 7, 8]


def test_a_table_of_another_kind_below_makes_nobody_called_code(importing):
    importing.whole("employees", [["Number", "Name", "Phone"], ["1", "Ann", "5"], ["2", "Bob", "6"], [None],
                                  ["Code", "Title", "Category"], ["C1", "Fire safety", "Safety"]])
    assert importing.batch.counts == {"create": 2, "left_out": 2}


def test_a_table_beside_the_table_does_not_feed_it(importing):
    importing.upload("employees", [["Emp ID", "Name", "Department", None, "Dept Code", "Dept Name"],
                                   ["E1", "Ann", "OPS", None, "HSE", "Safety"], ["E2", "Bob", "HSE"]])
    assert importing.batch.mapping["department_id"] == [2]


def test_a_date_below_a_printed_page_does_not_settle_the_dates_above_it(learning):
    learning.upload("enrollments", [["Emp No", "Course", "Completed on"], ["1001", "HSE-101", "03/04/2024"],
                                    ["1002", "HSE-101", "05/06/2024"], [None, "as of", "01/13/2024"]])
    assert "completed_on:order" in {one["key"] for one in learning.check().questions}


def test_each_course_of_a_tracker_has_its_own_order_of_dates(learning):
    learning.whole("tracker", [["Emp No", "HSE-101", "HSE-102"], ["1001", "25/03/2024", "03/25/2024"],
                               ["1002", "04/05/2024", "04/05/2024"]], completed_on__order="dmy")
    found = {key: one.completed_on for key, one in results().items() if key[0] == "1002"}
    assert found == {("1002", "HSE-101"): dt.date(2024, 5, 4), ("1002", "HSE-102"): dt.date(2024, 4, 5)}


def test_headings_in_the_midst_of_the_rows_are_nobody(importing):
    importing.upload("employees", [["Number", "Name"], ["1", "A"], ["Emp No", "Full name"], ["2", "B"]])
    importing.check()
    assert importing.batch.counts == {"create": 1, "left_out": 2}


def test_columns_left_open_are_not_remembered_as_ignored(importing):
    importing.whole("employees", [["Emp No", "Name", "Department", "Department"], ["1", "Ann", "OPS", "HSE"]],
                    department_id__column="none")
    importing.upload("employees", [["Emp No", "Name", "Department"], ["2", "Bob", "OPS"]])
    assert importing.batch.mapping["department_id"] == [2]
