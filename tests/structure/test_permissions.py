"""Every route answers each role as the permission table says. Generated: a new route is covered by existing."""

from __future__ import annotations

import pytest
from flask_appbuilder.api import BaseApi

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.accounts.permissions import PERMISSIONS, ROLES
from app.platform.fab import OperationApi, OperationView
from app.platform.scope import platform_scope
from app.platform.unit_of_work import unit_of_work
from app.wiring import menu_resources
from tests.conftest import PASSWORD
from tests.structure.routes import LAST, OWN_KIND, PUBLIC, Route, routes

PEOPLE = {"E": "employee", "F": "foreman", "M": "manager", "T": "officer", "A": "admin"}
OPERATOR = "operator@trainflow.example"


@pytest.fixture
def doors(context, acme):
    """Letter of the permission table (or '' for a visitor) to a client and the headers of a token."""
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email=OPERATOR, first_name="O", last_name="O", roles=[ROLES["O"]],
                              password=PASSWORD)
    emails = {letter: acme.emails[name] for letter, name in PEOPLE.items()} | {"O": OPERATOR}
    found = {"": (context.test_client(), {})}
    for letter, email in emails.items():
        client = context.test_client()
        assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 302
        answer = context.test_client().post("/api/auth/login", json={"email": email, "password": PASSWORD})
        found[letter] = (client, {"Authorization": f"Bearer {answer.json['accessToken']}"})
    return found


def knock(app, route: Route, client, headers):
    if route.is_api:
        return app.test_client().open(route.address(), method=route.method, headers=headers, json={})
    # As a page's script, so that a refusal comes without the page around it, which other tests look at.
    return client.open(route.address(), method=route.method, headers={"Accept": "application/json"})


def verdict(answer) -> str:
    """What an answer amounts to: sign in first, not allowed, or opened (whatever came of it)."""
    if answer.status_code == 401 or (answer.status_code == 302 and answer.location.startswith("/login")):
        return "sign in"
    return "refused" if answer.status_code == 403 else "opened"


def expected(route: Route, letter: str) -> str:
    if not letter:
        return "sign in"
    return "opened" if letter in PERMISSIONS.get(route.resource, {}).get(route.action, "") else "refused"


def test_every_route_answers_every_role_as_the_table_says(context, doors, say):
    wrong, cells = [], 0
    for route in sorted(routes(context), key=lambda route: route.endpoint in LAST):
        if route.endpoint in PUBLIC:
            continue
        for letter, (client, headers) in doors.items():
            answer = knock(context, route, client, headers)
            cells += 1
            if answer.status_code == 500 or verdict(answer) != expected(route, letter):
                wrong.append(f"{route} for {letter or 'a visitor'}: {answer.status_code}, "
                             f"not {expected(route, letter)}")
    say(f"{cells} cells of routes and roles")
    assert wrong == [], "\n".join(wrong)
    assert cells > 300


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
