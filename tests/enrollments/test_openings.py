"""Nobody begins a course without what comes before it, on whichever way in."""

from __future__ import annotations

import datetime as dt

import pytest

from app.compliance import arrangements, waivers
from app.courses import operations as courses
from app.enrollments import openings, operations
from app.platform.errors import DomainError
from app.tenancy import operations as tenancy
from tests.imports.conftest import Importing

D = dt.date
TODAY = D(2026, 3, 1)
MISSING = [("prerequisites_missing", "course_id")]


@pytest.fixture
def asked(training):
    """'kept' comes after 'rolling' (12 months) and 'never'."""
    before = [training.courses[code].id for code in ("rolling", "never")]
    training.do(courses.update_course, training.courses["kept"].id, prerequisite_ids=before)
    return training


def refusal(call, *args, **values):
    with pytest.raises(DomainError) as caught:
        call(*args, **values)
    return caught.value


def codes(error):
    return [(one.code, one.field) for one in error.errors]


def test_what_is_missing_is_named_with_how_it_stands(asked):
    asked.completed("rolling", D(2025, 1, 1))
    error = refusal(asked.active, "kept")
    assert codes(error) == MISSING
    assert str(error) == "To be completed first: Never course never (Not started), Rolling course rolling (Expired)."


def test_whoever_has_completed_them_begins(asked):
    asked.completed("rolling", D(2025, 6, 1))
    asked.completed("never", D(2020, 1, 1))
    assert asked.active("kept").status == "active"


def test_a_revoked_certificate_is_none(asked):
    asked.completed("never", D(2020, 1, 1))
    row = asked.completed("rolling", D(2025, 6, 1))
    asked.do(operations.revoke_enrollment, row.id, revoked_on=TODAY, reason="Not theirs")
    assert codes(refusal(asked.active, "kept")) == MISSING


def test_it_has_to_hold_on_the_day_the_course_starts(asked):
    asked.completed("never", D(2020, 1, 1))
    asked.completed("rolling", D(2025, 3, 10))
    assert codes(refusal(asked.active, "kept", started_on=D(2026, 3, 11))) == MISSING
    assert asked.active("kept", started_on=D(2026, 3, 10)).started_on == D(2026, 3, 10)


def test_past_results_and_further_goes_are_not_asked(asked):
    done = asked.completed("kept", D(2025, 4, 1))
    asked.completed("kept", D(2024, 4, 1), "manager")
    assert asked.do(operations.renew_enrollment, done.id).renews_id == done.id
    assert asked.active("kept", "manager").status == "active"


def test_a_course_that_is_not_held_any_more_is_asked_of_nobody(asked):
    asked.completed("never", D(2020, 1, 1))
    asked.do(courses.update_course, asked.courses["rolling"].id, is_active=False)
    assert asked.active("kept").status == "active"


def test_equivalent_courses_and_waivers_count_as_in_the_matrix(asked):
    asked.completed("grace", D(2025, 6, 1))
    asked.do(arrangements.add_equivalence, course_id=asked.courses["rolling"].id,
             counted_id=asked.courses["grace"].id, valid_from=D(2025, 1, 1))
    assert codes(refusal(asked.active, "kept")) == MISSING
    asked.do(waivers.grant_waiver, employee_id=asked.organisation.employees["employee"],
             course_id=asked.courses["never"].id, reason="Twenty years at sea", starts_on=TODAY,
             ends_on=D(2026, 12, 31))
    assert asked.active("kept").status == "active"


def test_of_several_people_each_who_lacks_something_is_named(asked):
    people = asked.organisation.employees
    for code in ("rolling", "never"):
        asked.completed(code, D(2025, 6, 1), "foreman")
    error = refusal(asked.do, operations.enrol_people, course_id=asked.courses["kept"].id,
                    employee_ids=[people["foreman"], people["employee"], people["outsider"]])
    assert sorted(str(one).partition(":")[0] for one in error.errors) == ["Employee Acme (E5)", "Outsider Acme (E6)"]


def test_a_file_is_refused_row_by_row_and_may_bring_what_comes_first(asked):
    importing = Importing(asked.organisation)
    head = ["Emp No", "Course", "Completed on", "Result"]
    importing.upload("enrollments", [head, ["E4", "kept", None, "in progress"], ["E5", "kept", None, "in progress"],
                                     ["E5", "rolling", D(2025, 6, 1), None], ["E5", "never", D(2025, 6, 1), None]])
    importing.check()
    assert importing.codes() == {2: ["prerequisites_missing"]}


def test_a_tenant_may_want_to_be_warned_only(asked):
    asked.do(tenancy.update_tenant, asked.organisation.id, prerequisite_rule="warn")
    row = asked.active("kept")
    assert [str(one) for one in openings.warnings([row])] == [
        "Employee Acme (E5): To be completed first: Never course never (Not started), "
        "Rolling course rolling (Not started)."]
    importing = Importing(asked.organisation)
    importing.upload("enrollments", [["Emp No", "Course", "Completed on", "Result"],
                                     ["E4", "kept", None, "in progress"]])
    importing.check()
    assert [(row.outcome, [one["code"] for one in row.reasons]) for row in importing.rows()] == [
        ("create", ["prerequisites_missing"])]


def test_without_prerequisites_nothing_is_asked_for(asked, statements):
    asked.active("rolling")
    with statements() as found:
        asked.active("grace")
    assert sum("course_prerequisites" in one for one in found) == 1
    assert not any("equivalences" in one for one in found)


def test_the_form_says_what_is_missing_and_the_page_how_it_stands(acme, asked, sign_in, program):
    officer, who = sign_in(acme, "officer"), acme.employees["employee"]
    typed = {"employee_id": str(who), "course_id": str(asked.courses["kept"].id), "status": "active"}
    answer = officer.post("/enrollments/add", data=typed)
    assert answer.status_code == 422
    assert "Rolling course rolling (Not started)" in answer.get_data(as_text=True)
    refused = program(acme, "officer").post("/api/v1/enrollments/", json=typed)
    assert (refused.status_code, refused.json["details"][0]["code"]) == (409, "prerequisites_missing")
    asked.do(tenancy.update_tenant, acme.id, prerequisite_rule="warn")
    answer = officer.post("/enrollments/enrol", data={"employee_ids": [str(who)], "course_id": typed["course_id"]},
                          follow_redirects=True)
    assert "Employee Acme (E5): To be completed first" in answer.get_data(as_text=True)
    person = {"employee_id": str(acme.employees["foreman"])}
    answer = officer.post("/enrollments/add", data=typed | person, follow_redirects=True)
    assert "Foreman Acme (E4): To be completed first" in answer.get_data(as_text=True)
    rest = program(acme, "officer")
    one = rest.post("/api/v1/enrollments/", json=typed | {"employee_id": str(acme.employees["outsider"])})
    several = [str(acme.employees[name]) for name in ("manager", "officer")]
    many = rest.post("/api/v1/enrollments/enrol", json={"employee_ids": several, "course_id": typed["course_id"]})
    assert (one.status_code, many.status_code) == (201, 201)
    said = one.json["warnings"] + many.json["warnings"]
    assert [(warning["code"], warning["field"]) for warning in said] == 3 * [("prerequisites_missing", "course_id")]
    assert all("Rolling course rolling (Not started)" in warning["message"] for warning in said)
    assert [warning["message"].partition(" (")[0] for warning in said] == ["Outsider Acme", "Manager Acme",
                                                                           "Officer Acme"]
    plain = rest.post("/api/v1/enrollments/", json=typed | {"course_id": str(asked.courses["rolling"].id)})
    assert plain.json["warnings"] == []
    [row] = officer.get(f"/enrollments?_flt_0_employee={who}&q=kept").get_data(as_text=True).split('data-opens="')[1:]
    text = officer.get(row.partition('"')[0]).get_data(as_text=True)
    assert "Courses that come first" in text
    assert text.index("Never course") < text.index("Rolling course")
