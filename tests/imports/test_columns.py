from __future__ import annotations

import pytest

from app.imports.columns import FieldSpec, Match, known_headings, match_columns
from app.imports.layouts import CodeAndName, split_code_and_name, wide_layout

FIELDS = [
    FieldSpec("number", ("Employee number", "Badge"), ("الرقم الوظيفي",), required=True, kind="code"),
    FieldSpec("name", ("Full name", "Employee name"), ("الاسم", "اسم الموظف"), required=True,
              parts=(("First name", "الاسم الأول"), ("Last name", "Surname", "اسم العائلة"))),
    FieldSpec("email", ("E-mail",), ("البريد الإلكتروني",)),
    FieldSpec("hired_on", ("Hire date", "Joining date"), ("تاريخ الالتحاق",), kind="date"),
    FieldSpec("department", ("Department",), ("القسم", "الإدارة")),
]  # fmt: skip


def matches(*headings: str, remembered: dict[str, str | None] | None = None) -> dict[str, Match]:
    proposal = match_columns(list(enumerate(headings)), FIELDS, remembered)
    return {match.heading: match for match in proposal.matches}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("number", "number"), ("Employee Number", "number"), ("EMPLOYEE_NUMBER", "number"),
        ("EmployeeNumber", "number"),
        ("employee-no.", "number"), ("Emp #", "number"), ("Emp. No", "number"), ("BADGE", "number"),
        ("الرقم الوظيفي", "number"), ("الرَّقم الوظيفى", "number"), ("رقم وظيفي", "number"), ("Full  name:", "name"),
        ("Email", "email"), ("e-mail", "email"), ("EMAIL ", "email"), ("البريد الالكتروني", "email"),
        ("Hire date (dd/mm/yyyy)", "hired_on"), ("HIRE_DATE", "hired_on"), ("hireDate", "hired_on"),
        ("Dept", "department"), ("Dept.", "department"),
        ("The Department", "department"), ("قسم", "department"), ("الاداره", "department"),
    ],
)  # fmt: skip
def test_headings_are_known_however_they_are_spelled(heading: str, field: str) -> None:
    match = matches(heading)[heading]
    assert (match.field, match.is_suggestion) == (field, False) and match.confidence >= 0.9 and match.reason


def test_a_similar_heading_is_only_suggested() -> None:
    proposal = match_columns([(0, "Departement"), (1, "Employee number"), (2, "Full name")], FIELDS)
    suggested = proposal.matches[0]
    assert (suggested.field, suggested.is_suggestion) == ("department", True) and suggested.confidence < 0.9
    assert proposal.columns_of("department") == ()


def test_what_fits_nothing_is_left_alone() -> None:
    found = matches("Salary", "", "Notes", "ID")
    assert all(match.field is None for match in found.values()) and all(match.reason for match in found.values())


def test_a_bare_no_may_only_count_the_rows() -> None:
    assert matches("No")["No"].is_suggestion and matches("#")["#"].is_suggestion


def test_missing_required_fields_are_listed() -> None:
    assert match_columns([(0, "Badge")], FIELDS).missing == ("name",)
    assert match_columns([(0, "Badge"), (1, "Full name")], FIELDS).missing == ()


def test_two_columns_for_one_field_are_asked_about() -> None:
    proposal = match_columns([(0, "Badge"), (1, "Emp No"), (2, "Full name")], FIELDS)
    assert proposal.conflicts == {"number": (0, 1)} and proposal.missing == ("number",)
    assert proposal.columns_of("number") == ()


def test_names_spread_over_columns_are_joined_in_their_order() -> None:
    proposal = match_columns([(0, "EMPLOYEE_NUMBER"), (1, "LAST_NAME"), (2, "FIRST_NAME")], FIELDS)
    assert proposal.columns_of("name") == (2, 1)
    whole = match_columns([(0, "Badge"), (1, "Last name"), (2, "Full name")], FIELDS)
    assert whole.columns_of("name") == (2,) and whole.matches[1].field is None


def test_what_a_person_chose_last_time_comes_first() -> None:
    remembered: dict[str, str | None] = {"id": "number", "department": None, "gone": "no_such_field"}
    found = matches("ID", "Department", "gone", "Full name", remembered=remembered)
    assert [found[heading].field for heading in ("ID", "Department", "gone", "Full name")] == [
        "number", None, None, "name",
    ]  # fmt: skip


def test_the_closest_of_several_similar_headings_is_suggested() -> None:
    found = matches("Departmentt", "Departement X")
    assert [match.field for match in found.values()].count("department") <= 1


def test_known_headings_hold_every_name_in_both_forms() -> None:
    known = known_headings(FIELDS)
    assert {"employee number", "first name", "الرقم الوظيفي", "رقم وظيفي"} <= known and "" not in known


@pytest.mark.parametrize(
    ("cell", "code", "name"),
    [
        ("HSE-01 - السلامة", "HSE-01", "السلامة"),
        ("ERTMD - صيانة النقل - المنطقة الشرقية", "ERTMD", "صيانة النقل - المنطقة الشرقية"),
        ("Safety [HSE-01]", "HSE-01", "Safety"), ("السلامة (HSE-01)", "HSE-01", "السلامة"),
        ("HSE: Safety", "HSE", "Safety"), ("السلامة - HSE-01", "HSE-01", "السلامة"),
        ("10 - Administration", "10", "Administration"),
        ("OPS|Operations", "OPS", "Operations"), ("HSE-01", "HSE-01", None), ("٧٠ - الصيانة", None, "٧٠ - الصيانة"),
        ("Human Resources", None, "Human Resources"), ("Oil-Gas", None, "Oil-Gas"),
        ("Ahmed - Manager", None, "Ahmed - Manager"),
        ("Research & Development", None, "Research & Development"), ("", None, None), (None, None, None),
        (90, None, "90"),
    ],
)  # fmt: skip
def test_code_and_name_in_one_cell(cell: object, code: str | None, name: str | None) -> None:
    assert split_code_and_name(cell) == CodeAndName(code, name)


def test_known_codes_are_codes_whatever_their_shape() -> None:
    known = ("Ops", "90", "north")
    assert split_code_and_name("ops - Operations", known) == ("ops", "Operations")
    assert split_code_and_name(90, known) == ("90", None)
    assert split_code_and_name("Region (North)", known) == ("North", "Region")


TRACKER = ["Emp #", "Name", "Dept", "Basic Safety Orientation (HSE-101)", "Working at Height [HSE-130] (24 months)",
           "OT-300", "First Aid & CPR", "Hire date (dd/mm/yyyy)", "Score (0-100)", "Q1 (2026)"]  # fmt: skip


def test_a_tracker_has_a_column_per_course() -> None:
    known = {"HSE-101": "Basic Safety", "OT-300": "SCADA", "HSE-110": "First aid & CPR"}
    found = wide_layout(list(enumerate(TRACKER)), known)
    assert [(column, course) for column, course, _heading in found] == [
        (3, "HSE-101"), (4, "HSE-130"), (5, "OT-300"), (6, "HSE-110"),
    ]  # fmt: skip


def test_codes_in_brackets_tell_a_tracker_before_any_course_is_known() -> None:
    assert [column for column, _course, _heading in wide_layout(list(enumerate(TRACKER)))] == [3, 4]


def test_a_list_is_no_tracker() -> None:
    headings = ["Employee No", "Course", "Completed on", "Score (%)", "Valid (24 months)"]
    assert wide_layout(list(enumerate(headings)), {"HSE-101": "Basic Safety"}) == []
    assert wide_layout([(0, "Name"), (1, "HSE-101")], ("HSE-101",)) == []


def test_only_the_date_of_completion_is_taken_from_several_columns_of_a_course() -> None:
    headings = ["No", "Safety (HSE-101) Date", "Safety (HSE-101) Expiry", "Fire [HSE-155]", "Fire [HSE-155] Score"]
    assert [column for column, _course, _heading in wide_layout(list(enumerate(headings)))] == [1, 3]
