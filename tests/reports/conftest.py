"""People with certificates in every state, and somebody who has reports made."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask_babel import force_locale

from app.courses.operations import create_course
from app.enrollments.operations import create_enrollment
from app.organisation.operations import create_department, update_employee
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.reports import downloads, jobs, operations, queries
from tests.conftest import Organisation

D = dt.date


class Reports:
    """A tenant, and reports of it."""

    def __init__(self, organisation: Any) -> None:
        self.organisation = organisation
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

    def opened(self, run: Any, form: str, name: str = "officer") -> io.BytesIO:
        """The file of a run, to open."""
        return io.BytesIO(self.taken(run, form, name))


class Reporting(Reports):
    """A tenant with training, and reports of it; `department` and `course` have an `id`."""

    def __init__(self, organisation: Any) -> None:
        super().__init__(organisation)
        officer = organisation.actor("officer")
        with unit_of_work():
            department = create_department(officer, code="OPS", name="Operations", name_ar="العمليات")
            course = create_course(officer, code="HSE-1", name="First aid", validity_kind="rolling",
                                   validity_months=12, duration_hours=8, cost=100)
            update_employee(officer, organisation.employees["employee"], department_id=department.id,
                            name="سعيد الشهري")
        self.department, self.course = SimpleNamespace(id=department.id), SimpleNamespace(id=course.id)
        self.complete("employee", D(2025, 3, 20))
        self.complete("foreman", D(2024, 1, 10))
        self.complete("outsider", D(2025, 12, 1))

    def complete(self, name: str, day: dt.date) -> None:
        """Somebody of the tenant passed First aid on a day."""
        with unit_of_work():
            create_enrollment(
                self.organisation.actor("officer"), course_id=self.course.id, status="completed", completed_on=day,
                employee_id=self.organisation.employees[name])


@pytest.fixture
def reporting(prepared: Any) -> Iterator[Reporting]:
    """Reports of a small tenant on 1 March 2026, its scope entered."""
    found: Reporting = prepared("reporting", _arranged)
    with tenant_scope(found.organisation.id):
        yield found


def _arranged() -> Reporting:
    organisation = Organisation("acme-works")
    with tenant_scope(organisation.id):
        return Reporting(organisation)
