"""The catalogue of a demo tenant."""

from __future__ import annotations

from typing import Any

from app.accounts.models import SYSTEM
from app.courses import operations
from app.courses.models import POLICY_COLUMNS, Course
from app.organisation import queries
from app.organisation.models import Department
from seeds.shapes import CourseSeed, TenantSeed

COST_OF_AN_HOUR = 110  # for each person, in the tenant's currency


def plant_courses(seed: TenantSeed) -> int:
    """Add the courses that the tenant lacks; return how many. Runs in its scope, after its organisation."""
    known = queries.ids_by_key(Course, Course.code, [course.code for course in seed.courses])
    departments = queries.ids_by_key(Department, Department.code, [named.code for named in seed.departments])
    missing = [course for course in seed.courses if course.code not in known]
    for course in missing:
        known[course.code] = operations.create_course(
            SYSTEM, **_facts(course), prerequisite_ids=[known[code] for code in course.after],
            department_id=departments[course.department] if course.department else None).id
    return len(missing)


def _facts(course: CourseSeed) -> dict[str, Any]:
    validity = {POLICY_COLUMNS[name]: value for name, value in course.policy.items()}
    return {"code": course.code, "name": course.name, "name_ar": course.name_ar, "category": course.category,
            "delivery": course.delivery, "duration_hours": course.hours, "provider": course.provider,
            "cost": COST_OF_AN_HOUR * course.hours,
            "is_mandatory": course.mandatory, **validity}
