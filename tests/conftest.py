"""One application for the session, one outer transaction for each test, a frozen clock."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from app.accounts import operations as accounts
from app.accounts.models import SYSTEM, User
from app.accounts.permission_sync import sync_permissions
from app.accounts.permissions import OPERATOR
from app.organisation import operations as organisation
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from app.tenancy.models import Tenant
from app.wiring import menu_resources
from config import Testing
from tests import trail
from tests.databases import emptied, follow_scope, given_url, options_for
from tests.demo_fixtures import planted  # noqa: F401
from tests.job_fixtures import _empty_redis, redis_url, run_pending_jobs  # noqa: F401
from tests.prepared import Arrangement, Prepared

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
PASSWORD = "correct horse battery"


trail.hold()


@pytest.fixture(autouse=True)
def _every_write_has_its_entry() -> Iterator[None]:
    trail.refused.clear()
    yield
    assert trail.refused == []


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


class Browser(FlaskClient):
    """A client whose every request has an application context, and so a `g`, of its own, as in production."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def app(tmp_path_factory: Any) -> Iterator[Flask]:
    """The application on a database that the migrations made, with the permission table written."""
    folder: Path = tmp_path_factory.mktemp("trainflow")
    with emptied(given_url(f"sqlite:///{folder / 'test.db'}")) as url:
        app = create_app(Testing(), FILES_DIRECTORY=str(folder / "files"), WTF_CSRF_ENABLED=False,
                         **options_for(url))
        app.test_client_class = Browser
        with app.app_context():
            upgrade()
            with unit_of_work():
                sync_permissions(menu_resources())
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context whose database changes are taken back afterwards, commits included."""
    with app.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        outer = connection.execution_options(writes=True).begin()
        db.engines[None] = connection
        forget = follow_scope(connection)
        try:
            yield app
        finally:
            forget()
            db.session.remove()
            db.engines[None] = engine
            outer.rollback()
            connection.close()
            app.appbuilder.sm.forget_grants()


class Organisation:
    """A tenant with somebody in each role: admin, officer, manager, foreman, employee, outsider.

    The employee works in the foreman's crew, the foreman reports to the manager; the outsider to nobody.
    """

    ROLES = {"admin": "Administrator", "officer": "Training Officer", "manager": "Manager",
             "foreman": "Foreman", "employee": "Employee", "outsider": "Employee"}

    def __init__(self, slug: str) -> None:
        self.slug = slug
        with unit_of_work():
            self.id = tenancy.create_tenant(SYSTEM, slug=slug, name=slug.title()).id
        with tenant_scope(self.id), unit_of_work():
            self._people(slug)

    def _people(self, slug: str) -> None:
        self.employees: dict[str, Any] = {}
        self.emails: dict[str, str] = {}
        lines = {"foreman": {"manager_id": "manager"}, "employee": {"foreman_id": "foreman", "manager_id": "manager"}}
        for number, (name, role) in enumerate(self.ROLES.items(), start=1):
            line = {field: self.employees[boss] for field, boss in lines.get(name, {}).items()}
            row = organisation.create_employee(SYSTEM, number=f"E{number}", name=f"{name.title()} {slug.title()}",
                                               **line)
            self.emails[name] = f"{name}@{slug}.example"
            organisation.grant_login(SYSTEM, row.id, email=self.emails[name], role=role, password=PASSWORD)
            self.employees[name] = row.id

    @property
    def tenant(self) -> Tenant:
        """The tenant's record."""
        return db.session.get_one(Tenant, self.id)

    def actor(self, name: str) -> User:
        """The login of one of the people; call it inside `tenant_scope(organisation.id)`."""
        return db.session.scalars(sa.select(User).where(User.email == self.emails[name])).one()

    def employee(self, name: str) -> Employee:
        """The record of one of the people; call it inside `tenant_scope(organisation.id)`."""
        return db.session.get_one(Employee, self.employees[name])


@pytest.fixture(scope="session")
def _arrangements(app: Flask) -> dict[str, Arrangement]:
    return {}


@pytest.fixture
def prepared(context: Flask, _arrangements: dict[str, Arrangement]) -> Prepared:
    """prepared('name', arrange): what arrange() returns and writes, made once for all tests."""
    return Prepared(_arrangements)


@pytest.fixture
def organisations(prepared: Prepared, request: pytest.FixtureRequest) -> dict[str, Organisation]:
    """Those of the two tenants that the test names, there before anything else is."""
    return {slug: prepared(slug, partial(Organisation, slug))
            for slug in ("acme", "globex") if slug in request.fixturenames}


@pytest.fixture(autouse=True)
def _organisations_first(request: pytest.FixtureRequest) -> None:
    # Their logins have the numbers that they were made with, which nothing else may take before.
    if {"acme", "globex"} & set(request.fixturenames):
        request.getfixturevalue("organisations")


@pytest.fixture
def acme(organisations: dict[str, Organisation]) -> Organisation:
    """The tenant most tests work in."""
    return organisations["acme"]


@pytest.fixture
def globex(organisations: dict[str, Organisation]) -> Organisation:
    """Another tenant, whose data nobody of acme may ever see."""
    return organisations["globex"]


@pytest.fixture
def inside(acme: Organisation) -> Iterator[Organisation]:
    """acme, with its scope entered."""
    with tenant_scope(acme.id):
        yield acme


@pytest.fixture
def sign_in(context: Flask) -> Any:
    """sign_in(organisation, 'officer') -> a test client that is signed in as that person."""

    def _sign_in(organisation: Organisation, name: str) -> Any:
        client = context.test_client()
        answer = client.post("/login", data={"email": organisation.emails[name], "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return client

    return _sign_in


@pytest.fixture
def program(context: Any) -> Any:
    """program(organisation, 'officer') -> a client that calls REST with that person's bearer token."""

    return lambda organisation, name: _with_token(context, organisation.emails[name])


@pytest.fixture
def operator_program(context: Any) -> Any:
    """A client that calls REST with the bearer token of a platform operator."""
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="op@trainflow.example", first_name="Op", last_name="Erator",
                              roles=[OPERATOR], password=PASSWORD)
    return _with_token(context, "op@trainflow.example")


def _with_token(context: Any, email: str) -> Any:
    client = context.test_client()
    answer = client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.json['accessToken']}"
    return client


class Statements(list[str]):
    """The SQL statements of a `with` block."""

    def __enter__(self) -> Statements:
        event.listen(Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *error: Any) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            self.append(statement)


@pytest.fixture
def statements() -> type[Statements]:
    """`with statements() as found:` counts the SQL of the block."""
    return Statements


@pytest.fixture
def say(capsys):
    """say('12 things') shows a measure among the dots, whatever becomes of the test."""

    def _say(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{text} ")

    return _say
