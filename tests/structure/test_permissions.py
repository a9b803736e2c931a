"""Every route, with every method, for every role, with an id of one's own tenant and of another's: as the table says.

Generated from the URL map and the permission table: a new route, role or table is covered by existing. An own id
opens, or is refused, as the table says for the role; another tenant's answers, to the letter, as one that nobody has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask_appbuilder.api import BaseApi

from app.accounts import keys
from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.accounts.permissions import PERMISSIONS, ROLES
from app.audit.models import OperatorEntry
from app.platform.db import db
from app.platform.fab import OperationApi, OperationView
from app.platform.scope import across_tenants, platform_scope
from app.platform.unit_of_work import unit_of_work
from app.wiring import menu_resources
from tests.conftest import PASSWORD
from tests.structure.routes import LAST, OWN_KIND, PUBLIC, Route, routes, tables_of
from tests.structure.rows import rows_of
from tests.structure.test_isolation import AS_SCRIPT, said

PEOPLE = {"E": "employee", "F": "foreman", "M": "manager", "T": "officer", "A": "admin"}
OPERATOR = "operator@trainflow.example"

# Rows of one person, which colleagues do not find, whatever their role may do to their own.
PRIVATE = {"notifications", "api_keys", "report_runs", "report_schedules", "workflow_decisions"}

# An operator sees all of these, and nobody else any.
OPERATORS = {"tenants", "operator_keys", "operator_audit_logs"}

# Pages that a made-up row does not have, though one may ask for them.
EMPTY = {
    "EnrollmentView.evidence": "no such file was kept", "MyRenewalsView.evidence": "the same",
    "EnrollmentApi.evidence_file": "the same", "RenewalRequestApi.evidence_file": "the same",
    "CertificateView.pdf": "nothing was completed", "CertificateApi.get_pdf": "the same",
    "ImportView.show": "the import is of no kind",
    "ImportView.file": "no file was uploaded", "ImportApi.get_file": "the same",
    "ReportView.file": "no file was made", "ReportApi.get_file": "the same",
    "ApprovalsView.show": "nobody waits for a decision", "MatrixView.cell": "the course is not required",
    "MatrixApi.get_cell": "the same",
}


@pytest.fixture
def doors(context, estate):
    """Letter of the permission table (or '' for a visitor) to a client and the headers of a token."""
    acme, _globex = estate
    with platform_scope(), unit_of_work():
        operator = accounts.create_login(SYSTEM, email=OPERATOR, first_name="O", last_name="O", roles=[ROLES["O"]],
                                         password=PASSWORD)
        acme.rows["operator_keys"] = keys.create_api_key(operator, name="Fleet").id
    with platform_scope():
        acme.rows["operator_audit_logs"] = db.session.scalars(sa.select(OperatorEntry.id)).first()
    emails = {letter: acme.emails[name] for letter, name in PEOPLE.items()} | {"O": OPERATOR}
    found = {"": (context.test_client(), {})}
    for letter, email in emails.items():
        client = context.test_client()
        assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 302
        answer = context.test_client().post("/api/auth/login", json={"email": email, "password": PASSWORD})
        found[letter] = (client, {"Authorization": f"Bearer {answer.json['accessToken']}"})
    return found


def test_every_route_answers_every_role_as_the_table_says(context, estate, doors, say):
    acme, globex = estate
    with across_tenants("what globex has before"):
        before = rows_of(globex.id)
    wrong, cells, opened = [], 0, 0
    for route, letter in every_route_and_role(context, doors):
        for whose, ids in ids_to_try(route, acme, globex).items():
            answer = knock(context, route, doors[letter], ids, takes_back=whose != "foreign")
            problem = problem_with(route, letter, whose, answer)
            if whose == "foreign" and not problem and expected(route, letter) == "opened":
                problem = difference_to_an_unknown_id(context, route, doors[letter], answer, ids)
            if problem:
                wrong.append(f"{route} for {letter or 'a visitor'}, {whose} id: {answer.status_code}, {problem}")
            cells, opened = cells + 1, opened + (whose == "own" and answer.status_code < 400)
    say(f"{cells} cells of routes, methods, roles and ids; {opened} of one's own opened")
    assert wrong == [], "\n".join(wrong)
    assert cells > 3500
    assert opened > 450
    with across_tenants("what globex has after"):
        assert rows_of(globex.id) == before


def every_route_and_role(app: Any, letters: Iterable[str]) -> Iterator[tuple[Route, str]]:
    """Each route that is not public with each letter, those last that end what the test asks with."""
    found = [route for route in routes(app) if route.endpoint not in PUBLIC]
    return product(sorted(found, key=lambda route: route.endpoint in LAST), letters)


def difference_to_an_unknown_id(app: Any, route: Route, door: Any, answer: Any, ids: dict[str, Any]) -> str:
    """What the answer to another tenant's ids tells; nothing when it is the one to ids that nobody has."""
    unknown = dict.fromkeys(ids, uuid4())
    nothing = said(knock(app, route, door, unknown, takes_back=False), *unknown.values())
    return "" if said(answer, *ids.values()) == nothing else f"and {nothing[0]} for an unknown id, or in other words"


def ids_to_try(route: Route, acme: Any, globex: Any) -> dict[str, dict[str, Any]]:
    """Whose ids to what stands in the address instead of each of its arguments."""
    if not route.ids:
        return {"no": {}}
    tables = tables_of(route)
    found = {"own": {name: acme.rows[table] for name, table in tables.items()}}
    if OPERATORS.isdisjoint(tables.values()):
        found["foreign"] = {name: globex.rows[table] for name, table in tables.items()}
    return found


def knock(app: Any, route: Route, door: Any, ids: dict[str, Any], takes_back: bool) -> Any:
    """What is answered; `takes_back`: a write is undone, so that every cell finds the rows as they were."""
    client, headers = door
    asked = client.open if not route.is_api else app.test_client().open
    sent: dict[str, Any] = {"headers": headers, "json": {}} if route.is_api else {"headers": AS_SCRIPT}
    if route.method == "GET" or not takes_back:
        return asked(route.address(**ids), method=route.method, **sent)
    trial = db.engines[None].begin_nested()
    try:
        return asked(route.address(**ids), method=route.method, **sent)
    finally:
        db.session.remove()
        trial.rollback()


def expected(route: Route, letter: str) -> str:
    """What the table says: sign in first, not for this role, or open to it."""
    if not letter:
        return "sign in"
    return "opened" if letter in PERMISSIONS.get(route.resource, {}).get(route.action, "") else "refused"


def verdict(answer: Any) -> str:
    """What an answer amounts to: sign in first, not for this role, or opened (whatever came of it)."""
    if answer.status_code == 401 or (answer.status_code == 302 and answer.location.startswith("/login")):
        return "sign in"
    # What is not for somebody's role is told by the table; what is not for a person has a code of its own.
    is_refused = answer.status_code == 403 and (answer.json or {}).get("code") in ("not_allowed", "forbidden")
    return "refused" if is_refused else "opened"


def problem_with(route: Route, letter: str, whose: str, answer: Any) -> str:
    """What is wrong with an answer, if anything is."""
    if answer.status_code == 500 or verdict(answer) != expected(route, letter):
        return f"not {expected(route, letter)}"
    if whose == "foreign" and expected(route, letter) == "opened" and answer.status_code not in (403, 404, 409, 422):
        return "another tenant's row"
    return "does not open" if whose == "own" and answer.status_code >= 400 and should_open(route, letter) else ""


def should_open(route: Route, letter: str) -> bool:
    """Whether a page of the row is there for this role: the employee's own, or of all but what is private."""
    is_page = route.method == "GET" and expected(route, letter) == "opened" and route.endpoint not in EMPTY
    return is_page and (letter == "E" or PRIVATE.isdisjoint(tables_of(route).values()))


# -- what is declared -------------------------------------------------------------------------------------


def test_a_route_declares_its_permission_or_is_public_for_a_reason(app):
    known = list(routes(app))
    assert [str(r) for r in known if r.endpoint not in PUBLIC
            and r.action not in PERMISSIONS.get(r.resource, {})] == []
    assert set(PUBLIC) <= {r.endpoint for r in known}


def test_public_routes_let_visitors_in_and_show_them_no_rows(context, acme):
    for route in routes(context):
        if route.endpoint in PUBLIC and route.endpoint not in ("AuthApi.me", "CodeView.code"):
            answer = context.test_client().open(route.address(), method=route.method)
            assert answer.status_code < 500, route
            assert verdict(answer) == "opened" or route.method == "POST", route
            assert "Acme" not in answer.get_data(as_text=True), route


def test_every_line_of_the_table_opens_some_route_or_menu_entry(app):
    used = {(route.resource, route.action) for route in routes(app)} | {(of, "read") for _name, of in menu_resources()}
    waiting = {(resource, action) for resource, actions in PERMISSIONS.items() for action in actions} - used
    assert waiting == set()


def test_no_get_changes_anything_by_its_name(app):
    writing = {"add", "edit", "delete", "restore", "grant", "confirm", "undo", "post", "put"}
    forms = {r.rule for r in routes(app) if r.method == "GET" and r.action in writing and "POST" not in methods(app, r)}
    assert forms == set()


def methods(app, route):
    return {r.method for r in routes(app) if r.rule == route.rule}


def test_every_view_is_an_operation_view_with_declared_columns(app):
    own_kind = set()
    for view in app.appbuilder.baseviews:
        if not isinstance(view, (OperationView, OperationApi)):
            own_kind.add(type(view).__name__)
            continue
        declared = {name for cls in type(view).__mro__ if cls.__module__.startswith("app.") and
                    not cls.__module__.startswith("app.platform") for name in vars(cls)}
        wanted = {"class_permission_name", "datamodel", "search_columns"}
        wanted |= {"output_schema"} if isinstance(view, BaseApi) else {"list_columns", "show_columns", "route_base"}
        assert wanted - declared == set(), f"{type(view).__name__} leaves {wanted - declared} to Flask-AppBuilder"
    assert own_kind == set(OWN_KIND)


def test_a_method_that_is_not_declared_is_answered_405(context, acme, say):
    declared = {}
    for route in routes(context):
        declared.setdefault(route.address(), (set(), route))[0].add(route.method)
    client, cells, wrong, known = context.test_client(), 0, [], context.url_map.bind("localhost")
    for address, (methods_there, route) in declared.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods_there:
            if known.test(address, method):  # /courses/<pk> shows what /courses/action_post takes: nothing
                continue
            answer = client.open(address, method=method, headers={"Accept": "application/json"})
            cells += 1
            if answer.status_code != 405 or not set(answer.headers["Allow"].split(", ")) >= methods_there:
                wrong.append(f"{method} {route.rule}: {answer.status_code}")
    say(f"{cells} methods that no route declares")
    assert wrong == []
    assert cells > 500
