"""People with certificates in every state, and somebody who has reports made."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from flask_babel import force_locale

from app.courses.operations import create_course
from app.enrollments.operations import create_enrollment
from app.organisation.operations import create_department, update_employee
from app.platform.unit_of_work import unit_of_work
from app.reports import downloads, jobs, operations, queries

D = dt.date


class Reporting:
    """A tenant with training, and reports of it."""

    def __init__(self, organisation: Any) -> None:
        self.organisation = organisation
        officer = organisation.actor("officer")
        with unit_of_work():
            self.department = create_department(officer, code="OPS", name="Operations", name_ar="العمليات")
            self.course = create_course(officer, code="HSE-1", name="First aid", validity_kind="rolling",
                                        validity_months=12, duration_hours=8, cost=100)
            update_employee(officer, organisation.employees["employee"], department_id=self.department.id,
                            name="سعيد الشهري")
        self.complete("employee", D(2025, 3, 20))
        self.complete("foreman", D(2024, 1, 10))
        self.complete("outsider", D(2025, 12, 1))

    def complete(self, name: str, day: dt.date) -> Any:
        """Somebody of the tenant passed First aid on a day."""
        with unit_of_work():
            return create_enrollment(
                self.organisation.actor("officer"), course_id=self.course.id, status="completed", completed_on=day,
                employee_id=self.organisation.employees[name])

    def make(self, report: str, name: str = "officer", locale: str = "en", **given: Any) -> Any:
        """The finished run of a report that one of the people asked for."""
        actor = self.organisation.actor(name)
        with force_locale(locale):
            with unit_of_work():
                run = operations.request_run(actor, report, given)
            jobs.make(run.id)
        return queries.run(run.id)

    def taken(self, run: Any, form: str, name: str = "officer") -> bytes:
        """The file of a run."""
        with downloads.taken(self.organisation.actor(name), run, form) as file:
            return file.read()

    def opened(self, run: Any, form: str) -> io.BytesIO:
        """The file of a run, to open."""
        return io.BytesIO(self.taken(run, form))


@pytest.fixture
def reporting(inside: Any) -> Reporting:
    """Reports of a small tenant on 1 March 2026."""
    return Reporting(inside)
