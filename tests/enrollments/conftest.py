"""Courses of each kind, and short ways to put completions on record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.courses import operations as courses
from app.enrollments import operations
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

POLICIES: dict[str, dict[str, Any]] = {
    "never": {"validity_kind": "never"},
    "rolling": {"validity_kind": "rolling", "validity_months": 12},
    "grace": {"validity_kind": "rolling", "validity_months": 12, "grace_days": 14},
    "kept": {"validity_kind": "anniversary", "validity_months": 12, "window_before_days": 60, "window_after_days": 30},
    "fixed": {"validity_kind": "fixed", "fixed_month": 12, "fixed_day": 31},
}


def catalogue(organisation: Any) -> dict[str, Any]:
    """One course of each policy for a tenant."""
    with tenant_scope(organisation.id), unit_of_work():
        return {code: courses.create_course(organisation.actor("officer"), code=code, name=f"{code.title()} course",
                                            **policy) for code, policy in POLICIES.items()}


class Training:
    """A tenant's catalogue with one course of each policy: `courses['kept'].id`; a new one unless given."""

    def __init__(self, organisation: Any, given: dict[str, Any] | None = None) -> None:
        self.organisation = organisation
        self.courses = given or catalogue(organisation)
        with tenant_scope(organisation.id):
            self.officer = organisation.actor("officer")

    def completed(self, code: str, on: dt.date, who: str = "employee", **values: Any) -> Any:
        """A completion on record; enter the tenant first."""
        return self.do(operations.create_enrollment, employee_id=self.organisation.employees[who],
                       course_id=self.courses[code].id, status="completed", completed_on=on, **values)

    def active(self, code: str, who: str = "employee", **values: Any) -> Any:
        """Somebody who is in the middle of a course."""
        return self.do(operations.create_enrollment, employee_id=self.organisation.employees[who],
                       course_id=self.courses[code].id, **values)

    def do(self, operation: Any, *args: Any, **values: Any) -> Any:
        """An operation as the officer, in a transaction of its own."""
        with unit_of_work():
            return operation(self.officer, *args, **values)


@pytest.fixture
def training(inside: Any) -> Training:
    """acme with its courses, its scope entered."""
    return Training(inside)
