"""The OpenAPI document is true: whatever it describes is sent, and every answer is one that it describes.

A few hundred generated requests by default; TRAINFLOW_LONG=1 sends more than ten thousand, as each role.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from importlib import import_module

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings, strategies
from werkzeug.security import generate_password_hash

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.accounts.operations import HashedPassword
from app.accounts.permissions import OPERATOR
from app.platform.db import db
from app.platform.openapi import FAMILIES, codes
from app.platform.scope import across_tenants, platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy.models import Tenant
from seeds.democorp import DEMOCORP
from seeds.organisation import PASSWORD as DEMO_PASSWORD
from seeds.planting import plant
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app
from tests.structure.routes import routes
from tests.structure.test_isolation import apis

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
IS_LONG = "TRAINFLOW_LONG" in os.environ
EVERYBODY = "employee foreman manager officer admin operator"
WHO = os.environ.get("TRAINFLOW_ROLES", EVERYBODY).split() if IS_LONG else ["employee", "admin"]
EXAMPLES = int(os.environ.get("TRAINFLOW_CASES", "15")) if IS_LONG else 1
REFERENCES = {"course_id": "courses", "counted_id": "courses", "employee_id": "users", "foreman_id": "users",
              "manager_id": "users", "delegate_id": "users", "department_id": "departments", "grade_id": "grades",
              "job_role_id": "job-roles", "enrollment_id": "enrollments", "request_id": "renewal-requests"}


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """An application of its own with the people of acme, or for the long run those of the demo and all they did."""
    with served_app(tmp_path_factory.mktemp("openapi")) as app:
        with app.app_context():
            app.emails, app.password, slug = (planted_demo if IS_LONG else few_people)()
            to_suspend = [str(Organisation("globex").id)]  # else the requests are soon those of nobody
            with across_tenants("the tenant of the test"):
                tenant_id = db.session.scalars(sa.select(Tenant.id).where(Tenant.slug == slug)).one()
            with tenant_scope(tenant_id):
                app.ids_of_rows = {api.resource_name: [str(key) for key in db.session.scalars(
                    sa.select(api.datamodel.obj.id).limit(40))] for api in apis(app)} | {"tenants": to_suspend}
        yield app


def few_people():
    return Organisation("acme").emails, PASSWORD, "acme"


def planted_demo():
    plant(DEMOCORP)
    known = HashedPassword(generate_password_hash(DEMO_PASSWORD))
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="operator@democorp.local", first_name="O", last_name="O",
                              roles=[OPERATOR], password=known)
    return {who: f"{who}@democorp.local" for who in WHO}, DEMO_PASSWORD, "democorp"


def test_every_route_for_programs_is_described(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    served = {(re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule), route.method) for route in routes(app)
              if route.is_api and route.view is not None}
    assert served - described == set()
    names = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert len(names) == len(described)


def test_every_answer_and_every_body_has_its_shape(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    shapeless = [(one["operationId"], status) for methods in document["paths"].values() for one in methods.values()
                 for status, answer in one["responses"].items() if status[0] == "2"
                 and not all(content["schema"] for content in answer["content"].values())]
    assert shapeless == []
    approve = document["paths"]["/api/v1/renewal-requests/{pk}/approve"]["post"]
    assert "comment" in approve["requestBody"]["content"]["application/json"]["schema"]["properties"]
    upload = document["paths"]["/api/v1/imports/"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert upload["required"] == ["file", "kind"]
    assert upload["properties"]["sheet"]["description"] == "Which sheet, from 0"
    answer = approve["responses"]["200"]["content"]["application/json"]["schema"]
    assert "status" in answer["properties"]["result"]["properties"]


def test_every_code_of_a_refusal_is_listed(app):
    assert {"code_taken", "sign_in_refused", "changed_meanwhile", "idempotency_key_reused", "forbidden",
            "already_decided", "password_too_short", "refused", "validity_twice", "window_too_long"} <= set(codes())
    assert re.fullmatch(FAMILIES, "person_1_id_unknown")
    assert "code_taken" in app.test_client().get("/api/docs").text


def test_the_page_needs_nothing_from_elsewhere(app):
    answer = app.test_client().get("/api/docs")
    assert answer.status_code == 200
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert " style=" not in answer.text


def test_every_answer_is_one_that_the_document_describes(program, say):
    schemathesis = import_module("schemathesis")  # takes a second, so not before it is needed
    places = [import_module(name) for name in ("schemathesis.checks", "schemathesis.specs.openapi.checks")]
    checks = [getattr(place, name) for name in CHECKS for place in places if hasattr(place, name)]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", program)
    # Signing out would end the test's own token; without a worker the health of the parts is 503, and true.
    schema = schema.exclude(path_regex="/api/auth/logout|/api/auth/sign-out-everywhere|/api/health/detailed")
    told, sent = {}, Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, database=None, deadline=None, derandomize=not IS_LONG,
                  suppress_health_check=list(HealthCheck), phases=[Phase.generate])
        @given(case=operation.as_strategy(), own=strategies.booleans())
        def ask(case, own):
            if own:
                name_own_rows(program, case)
            for who in WHO:  # making a case takes longer than sending it
                response = case.call(headers=bearer(program, who))
                sent[response.status_code] += 1
                case.validate_response(response, checks=checks)

        try:
            ask()
        except BaseException as problem:
            told[operation.label] = str(problem)[:1500]
    say(f"{sent.total()} generated requests as {', '.join(WHO)}: {dict(sent)}")
    still_in = [program.test_client().get("/api/auth/me", headers=bearer(program, who)).status_code for who in WHO]
    assert told == {}, "\n\n".join(f"{label}: {problem}" for label, problem in told.items())
    assert still_in == [200] * len(WHO)  # else most of it was told that nobody is signed in


def name_own_rows(app, case):
    """Put ids of rows that there are in the place of made-up ones."""
    known = app.ids_of_rows
    for name in case.path_parameters or ():
        resource = case.path.split("/")[3]
        if name in ("pk", "employee_id") and known.get(resource):
            case.path_parameters[name] = known[resource][len(str(case.body)) % len(known[resource])]
    if isinstance(case.body, dict):
        case.body |= {name: known[of][0] for name in case.body if (of := REFERENCES.get(name)) and known.get(of)}


def bearer(app, who):
    known = app.extensions.setdefault("tokens of the test", {})
    if who not in known:
        login = {"email": app.emails[who], "password": app.password}
        known[who] = app.test_client().post("/api/auth/login", json=login).json["accessToken"]
    return {"Authorization": f"Bearer {known[who]}"}
