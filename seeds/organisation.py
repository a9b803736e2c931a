"""The tenant, its departments, grades, job roles, people and logins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from werkzeug.security import generate_password_hash

from app.accounts.models import SYSTEM
from app.accounts.operations import HashedPassword
from app.organisation import operations, queries
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform import clock
from app.platform.scope import current_tenant_id
from app.tenancy import operations as tenancy
from app.tenancy import queries as tenants
from seeds.shapes import GRADES, Named, Person, TenantSeed

PASSWORD = "TrainFlow123!"

Ids = dict[str, UUID]


def plant_organisation(seed: TenantSeed) -> int:
    """Add what the tenant lacks of its organisation; return how many rows that were. Runs in its scope."""
    added = 0
    if tenants.tenant_by_slug(seed.slug) is None:
        tenancy.create_tenant(SYSTEM, id=current_tenant_id(), slug=seed.slug, name=seed.name, name_ar=seed.name_ar,
                              time_zone=seed.time_zone)
        added += 1
    for model, create, wanted in ((Department, operations.create_department, seed.departments),
                                  (Grade, operations.create_grade, GRADES),
                                  (JobRole, operations.create_job_role, seed.job_roles)):
        added += _plant_named(model, create, wanted)
    return added + _plant_people(seed)


def _plant_named(model: Any, create: Callable[..., Any], wanted: tuple[Named, ...]) -> int:
    known = queries.ids_by_key(model, model.code, [named.code for named in wanted])
    missing = [named for named in wanted if named.code not in known]
    for named in missing:
        rank = {} if named.rank is None else {"rank": named.rank}
        create(SYSTEM, code=named.code, name=named.name, name_ar=named.name_ar, **rank)
    return len(missing)


def _plant_people(seed: TenantSeed) -> int:
    ids = queries.ids_by_key(Employee, Employee.number, [person.number for person in seed.people])
    missing = [person for person in seed.people if person.number not in ids]
    places = {model: queries.ids_by_key(model, model.code, codes) for model, codes in (
        (Department, [named.code for named in seed.departments]), (Grade, [named.code for named in GRADES]),
        (JobRole, [named.code for named in seed.job_roles]))}
    for person in missing:
        employee = operations.create_employee(SYSTEM, **_facts(person, places, ids))
        ids[person.number] = employee.id
        operations.grant_login(SYSTEM, employee.id, email=seed.address(person), role=person.role,
                               password=_hashed_password())
    return len(missing)


def _facts(person: Person, places: dict[Any, Ids], people: Ids) -> dict[str, Any]:
    return {
        "number": person.number, "name": person.name, "name_ar": person.name_ar,
        "department_id": places[Department][person.department], "grade_id": places[Grade][person.grade],
        "job_role_id": places[JobRole][person.job_role], "hired_on": _hired_on(person),
        "foreman_id": people[person.foreman] if person.foreman else None,
        "manager_id": people[person.manager] if person.manager else None,
    }


def _hired_on(person: Person) -> date:
    return clock.today() - timedelta(days=round(person.years * 365.25))


@cache
def _hashed_password() -> HashedPassword:
    return HashedPassword(generate_password_hash(PASSWORD))
