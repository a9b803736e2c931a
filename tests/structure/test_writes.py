"""A write over REST on what is there holds for the version that it names: generated from routes and document."""

from __future__ import annotations

import io
import re

import pytest

from app.accounts import keys
from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.accounts.permissions import ADMINISTRATOR, OPERATOR
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.reports.models import ReportRun
from tests.conftest import PASSWORD
from tests.structure.routes import routes, tables_of
from tests.structure.rows import fill_every_table

# Writes whose address names something that they do nothing to.
NOTHING_IS_THERE = {
    "JobApi.run": "a run begins; jobs are declared in code", "ReportApi.post_run": "a run begins",
    "TemplateApi.send_test": "the words of the body are mailed, none are kept",
}
BODIES = {"EmployeeApi.login": {"role": "Foreman"}}  # of who may sign in already
REAL = {"kind": "own", "locale": "en"}  # arguments that are no ids of rows; of templates another kind


@pytest.fixture
def tokens(context, acme):
    """Bearers of acme's administrator and of an operator; acme has a row in each table, private ones the former's."""
    with platform_scope(), unit_of_work():
        operator = accounts.create_login(SYSTEM, email="o@trainflow.example", first_name="O", last_name="O",
                                         roles=[OPERATOR], password=PASSWORD)
        key = keys.create_api_key(operator, name="Fleet").id
    with tenant_scope(acme.id), unit_of_work():
        given = {"employees": acme.employees["employee"], "ab_user": acme.actor("admin").id}
        acme.rows = fill_every_table(acme.id, given=given) | {"tenants": acme.id, "operator_keys": key}
        db.session.get_one(ReportRun, acme.rows["report_runs"]).asked_as = ADMINISTRATOR
    return {email: context.test_client().post("/api/auth/login", json={"email": email, "password": PASSWORD})
            .json["accessToken"] for email in (acme.emails["admin"], "o@trainflow.example")}


def writes(app):
    """(route, what the document says of it) of every write on something that is there."""
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    for route in routes(app):
        on_what_is_there = route.method != "POST" or "<" in route.rule
        if route.method != "GET" and route.rule.startswith("/api/v1/") and on_what_is_there:
            yield route, paths[re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule)][route.method.lower()]


def test_every_write_on_what_is_there_may_name_a_version(app):
    silent = {route.endpoint for route, described in writes(app) if not route.rule.endswith("/preview")
              and "If-Match" not in {one["name"] for one in described["parameters"]}}
    assert silent == set(NOTHING_IS_THERE)


def test_none_is_done_to_another_version(context, acme, tokens, say):
    refused, wrong = 0, []
    for route, described in writes(context):
        if "If-Match" in {one["name"] for one in described["parameters"]}:
            told = {ask(context, route, described, token, acme.rows) for token in tokens.values()}
            refused += (412, "changed_meanwhile") in told
            # what may be closed to both is open to an operator only after signing in anew
            if (412, "changed_meanwhile") not in told or told - {(412, "changed_meanwhile"), (403, "not_allowed"),
                                                                  (404, "not_found")}:
                wrong.append(f"{route}: {told}")
    say(f"{refused} writes refused for another version")
    assert wrong == [], "\n".join(wrong)
    assert refused > 80


def ask(app, route, described, token, rows):
    named = {name: rows[table] for name, table in tables_of(route).items()} if route.ids else {}
    body = described.get("requestBody", {}).get("content", {})
    read = body.get("application/json", {})
    sent = {"data": {"file": (io.BytesIO(b"%PDF-1.7"), "a.pdf")}} if "multipart/form-data" in body else \
        {"json": BODIES.get(route.endpoint) or read["example"]} if read else {}
    real = REAL | ({"kind": "impersonation"} if "locale" in dict(route.arguments) else {})
    answer = app.test_client().open(route.address(**(real | named)), method=route.method, **sent, headers={
        "Authorization": f"Bearer {token}", "If-Match": '"another"'})
    return answer.status_code, (answer.get_json(silent=True) or {}).get("code")
