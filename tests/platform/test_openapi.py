"""The OpenAPI document is true: whatever it describes is sent, and every answer is one that it describes.

A few hundred generated requests by default; TRAINFLOW_LONG=1 sends more than ten thousand, as each role.
"""

from __future__ import annotations

import os
import re
from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings

from app.platform.openapi import codes
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app
from tests.structure.routes import routes

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
IS_LONG = "TRAINFLOW_LONG" in os.environ
WHO = ("admin", "officer", "manager", "foreman", "employee") if IS_LONG else ("admin", "employee")
EXAMPLES = 15 if IS_LONG else 1


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """An application of its own with the people of acme."""
    with served_app(tmp_path_factory.mktemp("openapi")) as app:
        with app.app_context():
            app.acme = Organisation("acme")
        yield app


def test_every_route_for_programs_is_described(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    described = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    served = {(re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule), route.method) for route in routes(app)
              if route.is_api and route.view is not None}
    assert served - described == set()
    names = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
    assert len(names) == len(described)


def test_every_code_of_a_refusal_is_listed(app):
    assert {"code_taken", "sign_in_refused", "changed_meanwhile", "idempotency_key_reused"} <= set(codes())
    assert "code_taken" in app.test_client().get("/api/docs").text


def test_the_page_needs_nothing_from_elsewhere(app):
    answer = app.test_client().get("/api/docs")
    assert answer.status_code == 200
    assert "http://" not in answer.text.replace("http://www.w3.org", "")
    assert "https://" not in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize("who", WHO)
def test_every_answer_is_one_that_the_document_describes(program, who, say):
    schemathesis = import_module("schemathesis")  # takes a second, so not before it is needed
    places = [import_module(name) for name in ("schemathesis.checks", "schemathesis.specs.openapi.checks")]
    checks = [getattr(place, name) for name in CHECKS for place in places if hasattr(place, name)]
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", program)
    # Signing out would end the test's own token; without a worker the health of the parts is 503, and true.
    schema = schema.exclude(path_regex="/api/auth/logout|/api/health/detailed")
    told, sent = {}, 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=EXAMPLES, database=None, deadline=None, derandomize=not IS_LONG,
                  suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case):
            nonlocal sent
            sent += 1
            response = case.call(headers=bearer(program, who))
            case.validate_response(response, checks=checks)

        try:
            ask()
        except BaseException as problem:
            told[operation.label] = str(problem)[:600]
    say(f"{sent} generated requests as {who}")
    assert told == {}, "\n\n".join(f"{label}: {problem}" for label, problem in told.items())


def bearer(app, who):
    known = app.extensions.setdefault("tokens of the test", {})
    if who not in known:
        login = {"email": app.acme.emails[who], "password": PASSWORD}
        known[who] = app.test_client().post("/api/auth/login", json=login).json["accessToken"]
    return {"Authorization": f"Bearer {known[who]}"}
