"""Certificates that run out and requests for their renewal, as people make them: for the tests of the screens."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.enrollments import operations as enrollments
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations
from app.renewals.models import RenewalRequest, StepStatus, WorkflowStep
from tests.enrollments.conftest import Training

SOON = dt.date(2025, 3, 14)  # completed then, a year's certificate runs out thirteen days from the frozen today


class Asking:
    """A tenant whose people ask: the employee's foreman decides first, the manager second."""

    def __init__(self, acme: Any, courses: dict[str, Any]) -> None:
        self.acme, self.training = acme, Training(acme, courses)

    def certificate(self, who: str = "employee", code: str = "grace", on: dt.date = SOON) -> Any:
        """Somebody's certificate, by default one that runs out soon."""
        with tenant_scope(self.acme.id):
            return self.training.completed(code, on, who).id

    def ask(self, who: str = "employee", code: str = "grace", on: dt.date = SOON, **values: Any) -> Any:
        """A request for the renewal of such a certificate; returns its open step."""
        enrollment_id = self.certificate(who, code, on)
        with tenant_scope(self.acme.id), unit_of_work():
            asked = operations.request_renewal(self.acme.actor(who), enrollment_id=enrollment_id, **values)
            return self.open_step(asked.id)

    def crew(self, count: int, first: int = 0) -> list[Any]:
        """Further people of the foreman's crew; each of them asks. Returns their open steps."""
        with tenant_scope(self.acme.id):
            people = [self._colleague(number) for number in range(first, first + count)]
            return [self._asked_for(one) for one in people]

    def _colleague(self, number: int) -> Any:
        with unit_of_work():
            return organisation.create_employee(
                SYSTEM, number=f"C{number:03}", name=f"Colleague {number:03}",
                foreman_id=self.acme.employees["foreman"], manager_id=self.acme.employees["manager"]).id

    def _asked_for(self, employee_id: Any) -> Any:
        with unit_of_work():
            officer = self.acme.actor("officer")
            row = enrollments.create_enrollment(
                officer, employee_id=employee_id, course_id=self.training.courses["grace"].id,
                status="completed", completed_on=SOON)
            return self.open_step(operations.request_renewal(officer, enrollment_id=row.id).id)

    @staticmethod
    def open_step(request_id: Any) -> Any:
        """The id of the step of a request that somebody has to decide; inside the tenant's scope."""
        return db.session.scalar(sa.select(WorkflowStep.id).where(
            WorkflowStep.request_id == request_id, WorkflowStep.status == StepStatus.OPEN))

    def statuses(self, *step_ids: Any) -> list[str]:
        """What became of these steps."""
        with tenant_scope(self.acme.id):
            return [db.session.get_one(WorkflowStep, one, populate_existing=True).status for one in step_ids]

    def request_of(self, step_id: Any) -> RenewalRequest:
        """The request of a step; inside the tenant's scope."""
        step = db.session.get_one(WorkflowStep, step_id)
        return db.session.get_one(RenewalRequest, step.request_id, populate_existing=True)
