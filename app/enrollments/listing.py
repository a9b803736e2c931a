"""How lists of enrollments are read: filtered by today's state and by department, searched by person and course."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_appbuilder.models.sqla import filters as fab
from sqlalchemy.orm import joinedload

from app.courses.models import Course
from app.enrollments.models import Enrollment
from app.enrollments.states import in_state
from app.organisation.models import Department, Employee
from app.platform.db import db
from app.platform.fab import TenantInterface
from app.platform.fab.filters import TenantFilterConverter, to_uuid
from app.platform.wording import search_key

FEW = 200


class FilterState(fab.FilterEqual):
    """Enrollments in a state today, found by ranges of dates."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows in the state `value`; an unknown one matches none."""
        return query.filter(in_state(Enrollment, str(value)))


class FilterNotState(fab.FilterNotEqual):
    """Enrollments in another state today."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows that are not in the state `value`."""
        return query.filter(Enrollment.state != str(value))  # type: ignore[attr-defined]


class FilterDepartment(fab.FilterRelationOneToManyEqual):
    """Enrollments of the people of one department."""

    def apply(self, query: Any, value: Any) -> Any:
        """Rows whose employee is in the department with the id `value`; an unknown one matches none."""
        wanted = to_uuid(value)
        if wanted is None:
            return query.filter(sa.false())
        return query.filter(Enrollment.employee_id.in_(
            sa.select(Employee.id).where(Employee.department_id == wanted)))


class _Filters(TenantFilterConverter):
    _OWN = {"state": (FilterState, FilterNotState), "department": (FilterDepartment,)}

    def convert(self, col_name: str) -> Any:
        """The filters that a column offers."""
        own = self._OWN.get(col_name)
        return [kind(col_name, self.datamodel) for kind in own] if own else super().convert(col_name)


class EnrollmentInterface(TenantInterface):
    """Enrollments with the person and the course; `department` is the person's and only filters."""

    filter_converter_class = _Filters

    def __init__(self) -> None:
        person, course = joinedload(Enrollment.employee), joinedload(Enrollment.course)
        super().__init__(Enrollment, search=matches, load=(person.joinedload(Employee.department), course), list_load=(
            person.load_only(Employee.number, *_names(Employee)).joinedload(Employee.department)
            .load_only(*_names(Department)), course.load_only(*_names(Course))))

    def is_relation(self, col_name: str) -> bool:
        """Whether a column refers to a row of another table."""
        return col_name == "department" or bool(super().is_relation(col_name))

    def get_related_model(self, col_name: str) -> Any:
        """The table that a column refers to."""
        return Department if col_name == "department" else super().get_related_model(col_name)


def matches(term: str) -> Any:
    """The condition that every word of `term` begins a word of the person's or the course's names.

    A name that few bear is looked up first: databases read every enrollment to answer 'one of these people or
    one of these courses' as long as they do not know how few they are.
    """
    return sa.and_(*(_about(word) for word in search_key(term).split(" ") if word))


def _about(word: str) -> Any:
    found = [one for one in (_bearers(Enrollment.employee_id, Employee, word),
                             _bearers(Enrollment.course_id, Course, word)) if one is not None]
    return sa.or_(*found) if found else sa.false()


def _bearers(column: Any, model: Any, word: str) -> Any:
    """The condition that `column` names a row of `model` with such a name; None when there is no such row: an OR
    with nothing on one side still keeps SQLite from using the index of the other."""
    bearers = sa.select(model.id).where(model.search_key.contains(f" {word}", autoescape=True))
    found = db.session.scalars(bearers.limit(FEW + 1)).all()
    return (column.in_(found if len(found) <= FEW else bearers)) if found else None


def _names(model: Any) -> tuple[Any, ...]:
    return model.name, model.name_ar
