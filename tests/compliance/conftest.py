"""Courses, people in departments, and short ways to require and complete."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.compliance import operations
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

TODAY = dt.date(2026, 3, 1)


class Matrix:
    """Courses fire (12 months, 14 days of grace), crane (24 months) and code (never expires); departments plant >
    shop, office; the crew (foreman, employee) works in the shop as a fitter, the manager in the office."""

    def __init__(self, acme: Any) -> None:
        self.acme = acme
        with tenant_scope(acme.id):
            self.officer = acme.actor("officer")
            self.courses = {
                code: self.do(courses.create_course, code=code, name=code.title(), **policy)
                for code, policy in {
                    "fire": {"validity_kind": "rolling", "validity_months": 12, "grace_days": 14},
                    "crane": {"validity_kind": "rolling", "validity_months": 24},
                    "code": {"validity_kind": "never"}}.items()}
            self.places: dict[str, Any] = {}
            for code, parent in (("plant", None), ("shop", "plant"), ("office", None)):
                self.places[code] = self.do(organisation.create_department, code=code, name=code.title(),
                                            parent_id=self.places[parent].id if parent else None)
            self.fitter = self.do(organisation.create_job_role, code="FIT", name="Fitter")
            self.g5 = self.do(organisation.create_grade, code="G5", name="Technician", rank=5)
            for who in ("foreman", "employee"):
                self.move(who, department_id=self.places["shop"].id, job_role_id=self.fitter.id)
            self.move("manager", department_id=self.places["office"].id)

    def do(self, operation: Any, *args: Any, **values: Any) -> Any:
        """An operation as the officer, in a transaction of its own."""
        with unit_of_work():
            return operation(self.officer, *args, **values)

    def move(self, who: str, **values: Any) -> Any:
        """Change somebody's record."""
        return self.do(organisation.update_employee, self.acme.employees[who], **values)

    def require(self, code: str, **values: Any) -> Any:
        """Require a course since the beginning of the year, unless told otherwise."""
        return self.do(operations.add_requirement, course_id=self.courses[code].id,
                       **{"valid_from": dt.date(2026, 1, 1)} | values)

    def completed(self, code: str, on: dt.date, who: str = "employee", **values: Any) -> Any:
        """A completion on record."""
        return self.do(enrollments.create_enrollment, employee_id=self.acme.employees[who],
                       course_id=self.courses[code].id, status="completed", completed_on=on, **values)


@pytest.fixture
def matrix(inside: Any) -> Matrix:
    """acme with courses and departments, its scope entered."""
    return Matrix(inside)
