"""How lists of renewal requests are read: filtered by department and by who decides, searched by person and course."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_appbuilder.models.sqla import filters as fab
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, relationship

from app.courses.models import Course
from app.organisation.models import Department, Employee
from app.platform.fab import TenantInterface
from app.platform.fab.filters import TenantFilterConverter, to_uuid
from app.platform.wording import search_key
from app.renewals import wording
from app.renewals.models import RenewalRequest, WorkflowStep

RenewalRequest.open_step = relationship(  # type: ignore[attr-defined]
    WorkflowStep, viewonly=True, uselist=False, primaryjoin=sa.and_(
        sa.orm.foreign(WorkflowStep.request_id) == RenewalRequest.id, WorkflowStep.status.in_(("open", "paused"))))


class FilterDepartment(fab.FilterRelationOneToManyEqual):
    """Requests of the people of one department."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose employee is in the department with the id `value`; an unknown one matches none."""
        wanted = to_uuid(value)
        people = sa.select(Employee.id).where(Employee.department_id == wanted)
        return query.filter(RenewalRequest.employee_id.in_(people) if wanted else sa.false())


class FilterDecider(fab.FilterRelationOneToManyEqual):
    """Requests that wait for one person."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose open step is with the employee with the id `value`; an unknown one matches none."""
        wanted = to_uuid(value)
        steps = sa.select(WorkflowStep.request_id).where(WorkflowStep.status == "open",
                                                         WorkflowStep.assignee_id == wanted)
        return query.filter(RenewalRequest.id.in_(steps) if wanted else sa.false())


class _Filters(TenantFilterConverter):
    _OWN = {"department": (FilterDepartment,), "waits_for": (FilterDecider,)}

    def convert(self, col_name: str) -> Any:
        """The filters that a column offers."""
        own = self._OWN.get(col_name)
        return [kind(col_name, self.datamodel) for kind in own] if own else super().convert(col_name)


class RenewalInterface(TenantInterface):
    """Requests with person, course and certificate; `department` and `waits_for` only filter."""

    filter_converter_class = _Filters
    _FILTERED: dict[str, Any] = {"department": Department, "waits_for": Employee}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(RenewalRequest, search=matches, load=(
            joinedload(RenewalRequest.employee).joinedload(Employee.department), joinedload(RenewalRequest.course),
            joinedload(RenewalRequest.enrollment),
            joinedload(RenewalRequest.open_step).joinedload(WorkflowStep.assignee)))  # type: ignore[attr-defined]

    def is_relation(self, col_name: str) -> bool:
        """Whether a column refers to a row of another table."""
        return col_name in self._FILTERED or bool(super().is_relation(col_name))

    def get_related_model(self, col_name: str) -> Any:
        """The table that a column refers to."""
        return self._FILTERED.get(col_name) or super().get_related_model(col_name)


def matches(term: str) -> Any:
    """The condition that every word of `term` begins a word of the person's or the course's names."""
    return sa.and_(*(sa.or_(_has(RenewalRequest.employee_id, Employee, word),
                            _has(RenewalRequest.course_id, Course, word))
                     for word in search_key(term).split(" ") if word))


def _has(column: Any, model: Any, word: str) -> Any:
    return column.in_(sa.select(model.id).where(model.search_key.contains(f" {word}", autoescape=True)))


def whose_turn(step: WorkflowStep | None) -> str:
    """Whom a request waits for: a person, or the members of a pool."""
    if step is None:
        return ""
    if step.status == "paused":
        return _("the requester's answer")
    return str(step.assignee or wording.POOLS.get(step.pool or "", _("Nobody")))


RenewalRequest.waits_for = property(lambda self: whose_turn(self.open_step))  # type: ignore[attr-defined]
