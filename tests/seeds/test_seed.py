"""The demo tenants are whole, plausible, and added once."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.audit.operations import first_broken_link
from app.courses.rules import PolicyFields, policy_problems
from app.organisation.models import Department, Employee, Grade
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.tenancy import queries
from seeds.cli import TENANTS, plant
from seeds.democorp import DEMOCORP
from seeds.gulfenergy import GULFENERGY
from seeds.organisation import PASSWORD

ROLES = {
    "democorp": {"Administrator": 2, "Training Officer": 2, "Manager": 4, "Foreman": 6, "Employee": 16},
    "gulfenergy": {"Administrator": 1, "Training Officer": 1, "Manager": 3, "Foreman": 4, "Employee": 6},
}


@pytest.fixture
def planted(context):
    """Both tenants, seeded."""
    return {tenant.slug: plant(tenant) for tenant in TENANTS}


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_people_departments_and_roles_are_as_promised(planted, tenant):
    with tenant_scope(queries.tenant_by_slug(tenant.slug).id):
        users = db.session.scalars(sa.select(User)).unique().all()
        assert Counter(role.name for user in users for role in user.roles) == ROLES[tenant.slug]
        assert count(Employee) == len(users) == sum(ROLES[tenant.slug].values())
        assert set(db.session.scalars(sa.select(Grade.code))) == {"G4", "G5", "G6", "G7", "G8"}
        assert all(db.session.scalars(sa.select(Employee.name_ar)))
        assert first_broken_link() is None


def test_departments_have_the_names_of_the_specification(planted):
    with tenant_scope(queries.tenant_by_slug("democorp").id):
        assert {"ERTMD", "TMSD", "JTMD", "HSE"} < set(db.session.scalars(sa.select(Department.code)))
        assert "Operations" in set(db.session.scalars(sa.select(Department.name)))
    with tenant_scope(queries.tenant_by_slug("gulfenergy").id):
        assert set(db.session.scalars(sa.select(Department.name))) == {
            "Refining", "Power Generation", "Corporate Services"}


def test_a_second_time_adds_nothing(planted):
    assert all(added > 0 for added in planted.values())
    assert [plant(tenant) for tenant in TENANTS] == [0, 0]


def test_only_what_is_missing_comes_back(planted):
    tenant_id = queries.tenant_by_slug("democorp").id
    with tenant_scope(tenant_id):
        before = count(Employee)
    more = DEMOCORP.people[-1]
    extra = type(more)(**vars(more) | {"number": "1031", "login": "another.one"})
    assert plant(type(DEMOCORP)(**vars(DEMOCORP) | {"people": (*DEMOCORP.people, extra)})) == 1
    with tenant_scope(tenant_id):
        assert count(Employee) == before + 1


@pytest.mark.parametrize(("email", "text"), [("admin@democorp.local", "/audit-logs"),
                                             ("officer@gulfenergy.local", "/users"),
                                             ("foreman@democorp.local", "/users")])
def test_the_published_accounts_sign_in(planted, context, email, text):
    client = context.test_client()
    assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 302
    assert text in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_courses_cover_all_categories_and_ways_to_expire(tenant):
    assert len(tenant.courses) >= 15
    assert len({course.category for course in tenant.courses}) == 6
    assert {course.policy.get("months") for course in tenant.courses} >= {6, 12, 24, 36}
    assert {course.policy["kind"] for course in tenant.courses} == {"never", "rolling", "anniversary", "fixed"}
    assert not [problem for course in tenant.courses for problem in policy_problems(PolicyFields(**course.policy))]


def test_production_has_to_ask_for_it(app, context):
    app.config["ENV_NAME"] = "production"
    try:
        result = context.test_cli_runner().invoke(args=["trainflow", "seed"])
    finally:
        app.config["ENV_NAME"] = "testing"
    assert result.exit_code == 1
    assert "published password" in result.output
    assert queries.tenant_by_slug(GULFENERGY.slug) is None
