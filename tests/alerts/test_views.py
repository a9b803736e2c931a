"""What was told, on screen: within the reader's sight, searchable, and on the certificate's own page."""

from __future__ import annotations

import pytest

from app.platform.scope import tenant_scope
from tests.alerts.conftest import look


@pytest.fixture
def warned(inside, expiring):
    """acme, where the employee and the outsider were warned."""
    inside.row = expiring("employee", 10)
    expiring("outsider", 20)
    look()
    return inside


def test_foremen_see_what_their_crew_was_told_and_officers_everything(warned, sign_in):
    officer = sign_in(warned, "officer").get("/alerts").get_data(as_text=True)
    assert "Employee Acme" in officer
    assert "Outsider Acme" in officer
    foreman = sign_in(warned, "foreman").get("/alerts").get_data(as_text=True)
    assert "Employee Acme" in foreman
    assert "Outsider Acme" not in foreman
    assert sign_in(warned, "employee").get("/alerts").status_code in (302, 403)


def test_the_search_finds_people_and_courses(warned, sign_in):
    officer = sign_in(warned, "officer")
    for words, found in (("outs", True), ("first outsider", True), ("employee", False), ("welding", False)):
        assert ("Outsider Acme" in officer.get(f"/alerts?q={words}").get_data(as_text=True)) is found, words


def test_a_certificates_page_says_who_was_told(warned, sign_in):
    page = sign_in(warned, "officer").get(f"/enrollments/{warned.row}").get_data(as_text=True)
    assert "The person: Employee Acme" in page


def test_another_tenant_sees_none_of_it(warned, globex, sign_in):
    with tenant_scope(globex.id):
        assert "Employee Acme" not in sign_in(globex, "admin").get("/alerts").get_data(as_text=True)
