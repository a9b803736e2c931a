"""Hostile input at every door: each method of each address, as two roles, with texts that are script, template and SQL
at once in its ids, arguments, headers, fields and names of files, and with fields that nobody may set.

Every eighth cell by default; TRAINFLOW_LONG=1 tries all of them.
"""

from __future__ import annotations

import io
import os
import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import assoc_user_role

from app.accounts.models import User
from app.platform.db import db
from app.platform.fence import unfenced
from app.platform.scope import across_tenants
from tests.structure.routes import ID, LAST, PUBLIC, routes, tables_of
from tests.structure.rows import rows_of
from tests.structure.test_attacks import BROKEN_OUT, FILES, FOREIGN, HOSTILE

IS_LONG = "TRAINFLOW_LONG" in os.environ
EVERY = 1 if IS_LONG else 8
ROLES = ("admin", "employee")
ELSEWHERE = "https://evil.example/x"
HEADERS = {"Referer": ELSEWHERE, "Accept-Language": HOSTILE, "traceparent": HOSTILE, "X-Forwarded-Host": "evil.example",
           "If-None-Match": HOSTILE, "X-HTTP-Method-Override": "DELETE"}
NARROWING = ("name", "order", "after", "outcome", "department", "day", "as_of", "part", "change", "cursor")
ARGUMENTS = dict.fromkeys(NARROWING, HOSTILE) | {
    "next": ELSEWHERE, "_flt_0_name": HOSTILE, "size": "-1", "page": "9" * 30, "days": "1e9"}
TEXTS = re.compile(r"(name|comment|reason|question|text|body|title|note|answer)")


def cells(app):
    """(route, role, how) of each request; `how` says whether ids are own, and whether fields are foreign ones too."""
    found = [(route, role, how) for route in routes(app) for role in ROLES
             for how in ("own", "hostile ids" if route.arguments else "arguments", "foreign fields")
             if route.endpoint not in FILES and (how != "foreign fields" or route.method not in ("GET", "DELETE"))]
    chosen = [cell for at, cell in enumerate(found) if at % EVERY == 0]
    return sorted(chosen, key=lambda cell: cell[0].endpoint in LAST or "logout" in cell[0].rule)


@pytest.fixture
def bodies(app):
    """(path, method) to what the document says of the body."""
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    return {(path, method.upper()): one.get("requestBody", {}).get("content", {})
            for path, methods in paths.items() for method, one in methods.items()}


def test_nothing_hostile_comes_through_any_door(context, estate, bodies, sign_in, program, say):
    acme, globex = estate
    doors = {role: (sign_in(acme, role), program(acme, role)) for role in ROLES}
    with across_tenants("what must not change"):
        before = rows_of(globex.id), powers()
    tried, through, wrong = set(), 0, []
    for route, role, how in cells(context):
        problem, opened = attack(route, role, doors[role], how, acme, globex, bodies, before)
        tried.add((str(route), role))
        through += opened
        wrong += [f"{route} as {role}, {how}: {problem}"] if problem else []
    every = {(str(route), role) for route in routes(context) for role in ROLES if route.endpoint not in FILES}
    say(f"{len(tried)} of {len(every)} cells of address, method and role reached, {through} requests opened something")
    assert wrong == [], "\n".join(wrong)
    assert len(tried) == len(every) if IS_LONG else len(tried) > 100


def attack(route, role, door, how, acme, globex, bodies, before):
    """(what is wrong with the answer or '', whether it was answered below 400); what it wrote is undone."""
    ids = own_ids(route, acme.rows) if how != "hostile ids" else {
        name: quote(HOSTILE.replace("/", ""), safe="") for name, _converter in route.arguments}
    asked = ARGUMENTS | ({"q": HOSTILE} if not route.is_api else {"q": f"(order_column:'{HOSTILE[:5]}')"})
    sent = {"query_string": asked if how != "own" or route.method == "GET" else {}, "headers": HEADERS}
    if route.method not in ("GET", "DELETE"):
        sent |= payload(route, how, globex, bodies)
    trial = db.engines[None].begin_nested()
    try:
        answer = door[route.is_api].open(route.address(**ids), method=route.method, **sent)
        changed = ""
        if route.method != "GET" and answer.status_code < 400:
            with across_tenants("what must not have changed"):
                rows, held = rows_of(globex.id), powers()
            is_granted = role == "admin" and route.action in ("grant", "delete")  # who may do that to colleagues
            changed = "" if rows == before[0] and (is_granted or held == before[1]) else "rows or powers changed"
        return problem_with(answer) or changed, answer.status_code < 400
    finally:
        db.session.remove()
        trial.rollback()


def own_ids(route, rows):
    tables = tables_of(route) if route.endpoint not in PUBLIC else {}
    return {name: rows.get(table, ID) for name, table in tables.items()}


def payload(route, how, globex, bodies):
    more = FOREIGN | {"tenant_id": str(globex.id)} if how == "foreign fields" else {}
    if not route.is_api:
        schema = getattr(route.view, "edit_schema", None) or getattr(route.view, "add_schema", None)
        names = list(schema().load_fields) if schema else []
        shown = dict.fromkeys([*names, "reason", "comment", "email", "password", "code", "confirmed"], HOSTILE)
        return {"data": shown | more | {"file": (io.BytesIO(HOSTILE.encode()), f"../{HOSTILE}\r\nX: y.pdf")}}
    content = bodies.get((re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule), route.method), {})
    if "multipart/form-data" in content:
        return {"data": {"kind": HOSTILE, "file": (io.BytesIO(HOSTILE.encode()), f"../{HOSTILE}.pdf")} | more}
    example = content.get("application/json", {}).get("example") or {}
    return {"json": {name: HOSTILE if isinstance(value, str) and (how == "arguments" or TEXTS.search(name)) else value
                     for name, value in example.items()} | more}


def problem_with(answer):
    """What got through, if anything did."""
    if answer.status_code >= 500 and answer.status_code not in (503, 507):
        return answer.status_code
    if answer.mimetype == "text/html" and BROKEN_OUT.search(answer.text):
        return "markup broke out"
    if not re.match(r"(/(?!/)|http://localhost/|$)", answer.location or ""):
        return f"leads to {answer.location}"
    theirs = [f"{name}: {value}" for name, value in answer.headers if name != "Location"
              and ("evil" in value or "<script>" in value)]
    return f"a header of ours is theirs: {theirs}" if theirs else ""


def powers():
    """Who may sign in where, as what."""
    users = sa.select(User.id, User.tenant_id, User.active, User.email).order_by(User.id)
    held = sa.select(assoc_user_role.c.user_id, assoc_user_role.c.role_id).order_by(*assoc_user_role.c)
    return [[tuple(row) for row in db.session.execute(unfenced(statement))] for statement in (users, held)]
