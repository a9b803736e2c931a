"""The demo tenants are whole, plausible, and added once."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
import time_machine

from app.accounts.models import User
from app.audit.operations import first_broken_link
from app.courses.models import Course
from app.courses.rules import PolicyFields, policy_problems
from app.enrollments.models import Enrollment
from app.enrollments.states import STATES
from app.notifications.models import Notification
from app.organisation.models import Delegation, Department, Employee, Grade
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.renewals import queries as renewals
from app.renewals.models import RenewalRequest, WorkflowStep
from app.tenancy import queries
from seeds.democorp import DEMOCORP
from seeds.gulfenergy import GULFENERGY
from seeds.organisation import PASSWORD
from seeds.planting import TENANTS, plant
from tests.conftest import NOW

ROLES = {
    "democorp": {"Administrator": 2, "Training Officer": 2, "Manager": 4, "Foreman": 6, "Employee": 16},
    "gulfenergy": {"Administrator": 1, "Training Officer": 1, "Manager": 3, "Foreman": 4, "Employee": 6},
}
DEPARTMENTS = {"democorp": {"ERTMD", "TMSD", "JTMD", "Operations", "HSE"},
               "gulfenergy": {"Refining", "Power Generation", "Corporate Services"}}


def scope(tenant):
    return tenant_scope(queries.tenant_by_slug(tenant.slug).id)


def count(model, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions))


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_a_tenant_is_as_promised(planted, tenant):
    planted(tenant)
    with scope(tenant):
        users = db.session.scalars(sa.select(User)).unique().all()
        assert Counter(role.name for user in users for role in user.roles) == ROLES[tenant.slug]
        assert count(Employee) == len(users) == sum(ROLES[tenant.slug].values())
        assert all(db.session.scalars(sa.select(Employee.name_ar)))
        assert set(db.session.scalars(sa.select(Grade.code))) == {"G4", "G5", "G6", "G7", "G8"}
        found = db.session.execute(sa.select(Department.code, Department.name)).all()
        assert DEPARTMENTS[tenant.slug] <= {word for words in found for word in words}
        assert count(Course) == len(tenant.courses) >= 15
        states = Counter(db.session.scalars(sa.select(Enrollment.state)))
        assert set(states) == set(STATES)
        assert states.total() >= tenant.enrollments
        assert states["expiring_soon"] >= 5
        assert count(Enrollment, Enrollment.renews_id.isnot(None)) >= 3
        assert first_broken_link() is None


def test_people_were_told_something_and_some_have_read_it(planted):
    told = []
    for tenant in TENANTS:
        planted(tenant)
        with scope(tenant):
            told.append((count(Notification), count(Notification, Notification.read_at.isnot(None))))
    assert min(many for many, _read in told) >= 5, told
    assert sum(many for many, _read in told) >= 30, told
    assert all(0 < read < many for many, read in told), told


def test_a_second_time_adds_nothing_on_any_later_day(planted):
    assert planted(GULFENERGY) > 0
    assert plant(GULFENERGY) == 0
    with time_machine.travel(NOW + dt.timedelta(days=40), tick=False):
        assert plant(GULFENERGY) == 0


def test_only_what_is_missing_is_added(context):
    with time_machine.travel(NOW - dt.timedelta(days=1), tick=False):
        plant(type(GULFENERGY)(**vars(GULFENERGY) | {"people": GULFENERGY.people[:-1], "courses": GULFENERGY.courses}))
    with scope(GULFENERGY):
        before = set(db.session.execute(sa.select(Enrollment.id, Enrollment.updated_at)).all())
    assert plant(GULFENERGY) == 5  # the person, and four stories
    with scope(GULFENERGY):
        assert before < set(db.session.execute(sa.select(Enrollment.id, Enrollment.updated_at)).all())


def test_the_published_accounts_sign_in_and_the_foreman_has_expiries_ahead(context, planted):
    planted(DEMOCORP)
    for email, shown in (("admin@democorp.local", "/audit-logs"), ("foreman@democorp.local", "/users")):
        client = context.test_client()
        assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 302
        assert shown in client.get("/").get_data(as_text=True)
    with scope(DEMOCORP):
        foreman = db.session.scalars(sa.select(Employee.id).where(Employee.number == "1009")).one()
        crew = Enrollment.employee_id.in_(sa.select(Employee.id).where(Employee.foreman_id == foreman))
        assert count(Enrollment, crew, Enrollment.state == "expiring_soon") >= 5


@pytest.mark.parametrize("day", [dt.date(2028, 2, 29), dt.date(2026, 12, 31)])
def test_any_day_is_a_day_to_seed(context, day):
    with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False):
        plant(GULFENERGY)
        with scope(GULFENERGY):
            assert set(db.session.scalars(sa.select(Enrollment.state))) == set(STATES)


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_courses_cover_all_categories_and_ways_to_expire(tenant):
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


@pytest.mark.parametrize("tenant, many", [(DEMOCORP, 20), (GULFENERGY, 8)], ids=["democorp", "gulfenergy"])
def test_renewals_are_at_every_stage(planted, tenant, many):
    planted(tenant)
    with scope(tenant):
        found = Counter(db.session.scalars(sa.select(RenewalRequest.status)))
        assert found.total() >= many
        assert {"pending", "returned", "approved", "rejected"} <= set(found)
        open_kinds = set(db.session.scalars(sa.select(WorkflowStep.kind).where(WorkflowStep.status == "open")))
        assert {"foreman", "manager"} <= open_kinds
        assert count(Delegation) == 2
        manager = db.session.scalar(sa.select(User).where(User.email == f"manager@{tenant.slug}.local"))
        assert renewals.waiting_count(manager) >= 2  # the scenario of the README
        late = db.session.scalars(sa.select(WorkflowStep.escalate_at).where(WorkflowStep.status == "open"))
        assert all(at is None or at > NOW for at in late)
