"""The matrix of a demo tenant: who must have what, who is let off, and what each place needs."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.accounts import queries as accounts
from app.accounts.models import User
from app.compliance import arrangements, operations, waivers
from app.compliance.models import CoverageNeed, Equivalence, Requirement, Waiver
from app.courses.models import Course
from app.enrollments import operations as enrollments
from app.enrollments.models import Enrollment
from app.organisation import queries
from app.organisation.models import Department, Employee, Grade
from app.platform import clock
from app.platform.db import db
from seeds.shapes import EMPLOYEE, FOREMAN, GRADES, OFFICER, CourseSeed, TenantSeed

NEWCOMERS_DAYS = 60
WAIVED = 3  # people
OF_EVERYBODY = 3  # courses


def plant_matrix(seed: TenantSeed) -> int:
    """Add the requirements, waivers, equivalences and coverage needs that the tenant has none of; return how many.
    Runs in its scope, after its enrollments."""
    officer = _officer(seed)
    courses = queries.ids_by_key(Course, Course.code, [course.code for course in seed.courses])
    added = 0
    for model, plant in ((Requirement, _completions), (Requirement, _requirements), (Waiver, _waivers),
                         (Equivalence, _equivalences), (CoverageNeed, _coverage)):
        if not db.session.scalar(sa.select(sa.exists().where(model.id.isnot(None)))):
            added += plant(seed, officer, courses)
    return added


def _officer(seed: TenantSeed) -> User:
    officer = accounts.login_by_email(seed.address(next(one for one in seed.people if one.role == OFFICER)))
    assert officer is not None
    return officer


def _of_everybody(seed: TenantSeed) -> list[CourseSeed]:
    return [course for course in seed.courses if course.mandatory][:OF_EVERYBODY]


def _to_waive(seed: TenantSeed, people: dict[str, UUID], courses: dict[str, UUID]) -> list[tuple[UUID, UUID]]:
    """The last employees, each with the first course of everybody that they have nothing about."""
    known = {tuple(row) for row in db.session.execute(sa.select(Enrollment.employee_id, Enrollment.course_id))}
    last = [people[person.number] for person in seed.people if person.role == EMPLOYEE][-WAIVED:]
    lacking = {who: [courses[one.code] for one in _of_everybody(seed) if (who, courses[one.code]) not in known]
               for who in last}
    return [(who, found[0]) for who, found in lacking.items() if found]


def _completions(seed: TenantSeed, officer: User, courses: dict[str, UUID]) -> int:
    """Most people have what everybody must have."""
    people = queries.ids_by_key(Employee, Employee.number, [person.number for person in seed.people])
    asked, count = _of_everybody(seed), 0
    known = {tuple(row) for row in db.session.execute(sa.select(Enrollment.employee_id, Enrollment.course_id))}
    left_out = known | set(_to_waive(seed, people, courses))
    for nth, person in enumerate(seed.people):
        for turn, course in enumerate(asked):
            pair = people[person.number], courses[course.code]
            if pair not in left_out and (nth + turn * 3) % 7:
                enrollments.create_enrollment(officer, employee_id=pair[0], course_id=pair[1], status="completed",
                                              completed_on=clock.today() - timedelta(days=20 + (nth * 11 + turn) % 200))
                count += 1
    return count


def _requirements(seed: TenantSeed, officer: User, courses: dict[str, UUID]) -> int:
    """The first mandatory courses of everybody, a department's own of that department, leadership of high grades."""
    departments = queries.ids_by_key(Department, Department.code, [named.code for named in seed.departments])
    grades = queries.ids_by_key(Grade, Grade.code, [named.code for named in GRADES])
    since, count, everybody = clock.today() - timedelta(days=400), 0, _of_everybody(seed)
    for course in seed.courses:
        for scope in _scopes(course, everybody, departments, grades):
            operations.add_requirement(officer, course_id=courses[course.code], valid_from=since,
                                       grace_days=NEWCOMERS_DAYS, **scope)
            count += 1
    return count


def _scopes(course: CourseSeed, everybody: list[CourseSeed], departments: dict[str, UUID],
            grades: dict[str, UUID]) -> list[dict[str, UUID]]:
    if course in everybody:
        return [{}]
    if course.category == "leadership":
        return [{"grade_id": grades["G7"]}, {"grade_id": grades["G8"]}]
    return [{"department_id": departments[course.department]}] if course.department else []


def _waivers(seed: TenantSeed, officer: User, courses: dict[str, UUID]) -> int:
    people = queries.ids_by_key(Employee, Employee.number, [person.number for person in seed.people])
    chosen = _to_waive(seed, people, courses)
    for nth, (employee_id, course_id) in enumerate(chosen):
        waivers.grant_waiver(officer, employee_id=employee_id, course_id=course_id,
                             starts_on=clock.today() - timedelta(days=20 * nth),
                             ends_on=clock.today() + timedelta(days=90 - 20 * nth),
                             reason="On loan to a site where it is not needed")
    return len(chosen)


def _equivalences(seed: TenantSeed, officer: User, courses: dict[str, UUID]) -> int:
    leading = [course.code for course in seed.courses if course.category == "leadership"]
    if len(leading) < 2:
        return 0
    arrangements.add_equivalence(officer, course_id=courses[leading[1]], counted_id=courses[leading[0]],
                                 valid_from=clock.today() - timedelta(days=200))
    return 1


def _coverage(seed: TenantSeed, officer: User, courses: dict[str, UUID]) -> int:
    """Two of each crew with the first safety course that expires, and three first aiders, or the like, in all."""
    people = queries.ids_by_key(Employee, Employee.number, [person.number for person in seed.people])
    expiring = [course.code for course in seed.courses if course.category == "safety" and "months" in course.policy]
    foremen = [person for person in seed.people if person.role == FOREMAN]
    for person in foremen:
        arrangements.add_coverage_need(officer, course_id=courses[expiring[0]], minimum=2,
                                       foreman_id=people[person.number])
    arrangements.add_coverage_need(officer, course_id=courses[expiring[-1]], minimum=3)
    return len(foremen) + 1
