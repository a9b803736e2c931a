"""The front page says whose certificate runs out next, to those who may know."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.models import SYSTEM
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

TODAY = date(2026, 3, 1)  # the frozen clock


@pytest.fixture
def certificates(acme):
    """acme's employee and outsider hold a yearly certificate that runs out in ten days."""
    with tenant_scope(acme.id), unit_of_work():
        course = courses.create_course(SYSTEM, code="WAH", name="Working at height", category="safety",
                                       validity_kind="rolling", validity_months=12)
        for name in ("employee", "outsider"):
            _complete(acme, name, course.id, TODAY - timedelta(days=355))
        return course.id


def _complete(acme, name, course_id, on):
    enrollments.create_enrollment(SYSTEM, employee_id=acme.employees[name], course_id=course_id,
                                  status="completed", completed_on=on)


def home(acme, sign_in, name):
    """The front page of one of acme's people."""
    return sign_in(acme, name).get("/").get_data(as_text=True)


def test_each_role_sees_what_runs_out_within_its_sight(acme, certificates, sign_in):
    officer, foreman = home(acme, sign_in, "officer"), home(acme, sign_in, "foreman")
    assert "Employee Acme" in officer and "Outsider Acme" in officer
    assert "Employee Acme" in foreman and "Outsider Acme" not in foreman
    own = home(acme, sign_in, "employee")
    assert "Working at height" in own and "Outsider Acme" not in own


def test_a_renewed_certificate_no_longer_warns(acme, certificates, sign_in):
    with tenant_scope(acme.id), unit_of_work():
        _complete(acme, "employee", certificates, TODAY)
    officer = home(acme, sign_in, "officer")
    assert "Employee Acme" not in officer and "Outsider Acme" in officer
