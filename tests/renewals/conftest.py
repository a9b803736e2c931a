"""A tenant with certificates that run out, and short ways to ask and to decide."""

from __future__ import annotations

import datetime as dt
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from app.accounts.models import SYSTEM
from app.courses import operations as courses
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations, queries
from tests.conftest import PASSWORD
from tests.enrollments.conftest import catalogue
from tests.renewals.asking import Asking

TODAY = dt.date(2026, 3, 1)  # a Sunday, 12:00 in Riyadh
EXPIRING = dt.date(2025, 3, 11)  # completed on: runs out in ten days


class Renewals:
    """acme with two yearly courses (safety, technical), and certificates on request."""

    def __init__(self, acme: Any, made: dict[str, Any] | None = None) -> None:
        self.acme, self.courses = acme, made or _courses(acme.id)

    def do(self, operation: Any, who: str, *args: Any, **values: Any) -> Any:
        """An operation as one of acme's people, in a transaction of its own."""
        with unit_of_work():
            return operation(SYSTEM if who == "system" else self.acme.actor(who), *args, **values)

    def certificate(self, who: str = "employee", course: str = "safety", on: dt.date = EXPIRING) -> Any:
        """A completion of one of acme's people."""
        return self.do(enrollments.create_enrollment, "officer", employee_id=self.acme.employees[who],
                       course_id=self.courses[course].id, status="completed", completed_on=on)

    def ask(self, who: str = "employee", course: str = "safety", by: str | None = None, **values: Any) -> Any:
        """A request for the renewal of an expiring certificate."""
        old = self.certificate(who, course)
        return self.do(operations.request_renewal, by or who, enrollment_id=old.id, **values)

    def open_step(self, request: Any) -> Any:
        """The step of a request that waits."""
        return queries.open_step(request.id)

    def approve(self, who: str, request: Any, **values: Any) -> Any:
        """Approve the open step as somebody."""
        return self.do(operations.approve_step, who, self.open_step(request).id, **values)

    def reject(self, who: str, request: Any, comment: str = "Not now") -> Any:
        """Reject the open step as somebody."""
        return self.do(operations.reject_step, who, self.open_step(request).id, comment=comment)

    def fresh(self, request: Any) -> Any:
        """The request as it is now."""
        return queries.request(request.id, lock=True)

    def timeline(self, request: Any) -> list[str]:
        """The words of its timeline."""
        return [line.event for line in queries.log_of(request.id)]

    def hire(self, name: str, role: str | None = "Employee", **line: Any) -> UUID:
        """Somebody new; `line` names others by their word (foreman_id='foreman'). Without a role: no login."""
        line = {field: self.acme.employees[boss] for field, boss in line.items()}
        number = len(self.acme.employees) + 1
        row = self.do(organisation.create_employee, "system", number=f"E{number}", name=name.title(), **line)
        self.acme.employees[name] = row.id
        if role:
            self.acme.emails[name] = f"{name}@acme.example"
            self.do(organisation.grant_login, "system", row.id, email=self.acme.emails[name], role=role,
                    password=PASSWORD)
        return row.id


@pytest.fixture
def renewals(inside: Any, prepared: Any) -> Renewals:
    """acme with its courses, its scope entered."""
    return Renewals(inside, prepared("renewals: courses", partial(_courses, inside.id)))


def _courses(tenant_id: UUID) -> dict[str, Any]:
    with tenant_scope(tenant_id), unit_of_work():
        return {code: SimpleNamespace(id=courses.create_course(
            SYSTEM, code=code, name=f"{code.title()} course", category=code, validity_kind="rolling",
            validity_months=12).id) for code in ("safety", "technical")}


@pytest.fixture
def asking(acme: Any, prepared: Any) -> Asking:
    """acme with a catalogue, outside its scope."""
    return Asking(acme, prepared("asking: courses", partial(_catalogue, acme)))


def _catalogue(acme: Any) -> dict[str, Any]:
    with tenant_scope(acme.id):
        return {code: SimpleNamespace(id=course.id) for code, course in catalogue(acme).items()}
