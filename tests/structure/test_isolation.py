"""Another tenant's id answers exactly as an id that does not exist: in bodies, forms, filters, and on no page.

Generated from the URL map and the schemas: a new route, table or reference field is covered by existing. Ids in
addresses are those of tests/structure/test_permissions.py.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from marshmallow import fields, validate

from app.platform.fab import OperationApi, OperationView
from app.platform.fab.fields import Choice, Reference, References
from app.platform.fab.view import resource_view
from tests.conftest import PASSWORD
from tests.structure.routes import routes
from tests.structure.rows import SECRET


@pytest.fixture
def admin(context, estate, sign_in):
    """Ask as acme's administrator: ask(address, method, body, headers)."""
    acme, _globex = estate
    client = sign_in(acme, "admin")
    answer = context.test_client().post("/api/auth/login", json={"email": acme.emails["admin"], "password": PASSWORD})
    token = {"Authorization": f"Bearer {answer.json['accessToken']}"}

    def ask(address, method="GET", body=None, headers=None):
        if address.startswith("/api/"):
            return context.test_client().open(address, method=method, headers=token, json=body or {})
        return client.open(address, method=method, data=body, headers=headers)

    return ask


# A page's script gets a refusal without the page around it, which is the same whatever was asked for.
AS_SCRIPT = {"Accept": "application/json"}


def said(answer, *ids):
    """What an answer says, without the ids that were asked for and what differs with every request."""
    text = re.sub(r'(csrf_token"[^>]*value="|"traceId":\s*"|id="trace[^>]*>)[^"<]*', "", answer.get_data(as_text=True))
    for row_id in ids:
        text = text.replace(str(row_id), "ID")
    text = re.sub(r"\b[0-9a-f]{32}\b", "TRACE", text)
    return answer.status_code, re.sub(r"ID", "ID", answer.location or "").replace(str(ids[0]), "ID"), text


def test_no_page_without_an_id_shows_another_tenants_texts(context, estate, admin):
    for route in routes(context):
        if route.method == "GET" and not route.ids and route.endpoint not in ("static", "appbuilder.static"):
            for narrowed in narrowings(route.view):
                answer = admin(route.address() + narrowed)
                page = answer.get_data().replace(f"q={SECRET}".encode(), b"").replace(f'"{SECRET}"'.encode(), b"")
                assert answer.status_code != 500, route
                assert f"{SECRET} ".encode() not in page or _is_acmes(page, estate), route


def narrowings(view):
    """What to add to an address: words to search for, and the deleted rows of a list that has them."""
    if isinstance(view, OperationApi):
        return ("",)  # its `q` is an expression, and the filters have a test of their own
    return ("", f"?q={SECRET}", "?deleted=1") if isinstance(view, OperationView) else ("", f"?q={SECRET}")


def _is_acmes(page, estate):
    _acme, globex = estate
    return not any(str(row).encode() in page for row in globex.rows.values() if not isinstance(row, int))


def screens(app):
    return [view for view in app.appbuilder.baseviews if isinstance(view, OperationView)]


def apis(app):
    return [view for view in app.appbuilder.baseviews if isinstance(view, OperationApi)]


def test_every_look_up_offers_ones_own_rows_only(context, estate, admin):
    acme, globex = estate
    for route in routes(context):
        if not route.endpoint.endswith(".lookup"):
            continue
        for query in ("", "?q=", f"?q={SECRET}", f"?q={SECRET.lower()}&page=1"):
            answer = admin(route.address() + query)
            if answer.status_code == 403:
                continue
            offered = {choice["id"] for choice in answer.json["results"]}
            assert offered.isdisjoint({str(row) for row in globex.rows.values()}), route
            assert len(offered) <= 20


def test_every_reference_filter_treats_another_tenants_id_as_an_unknown_one(context, estate, admin):
    _acme, globex = estate
    tried = 0
    for view in screens(context):
        for column, filters in view._filters.get_search_filters().items():
            if not view.datamodel.is_relation(column):
                continue
            foreign = globex.rows.get(view.datamodel.get_related_model(column).__tablename__)
            for index in range(len(filters)):
                answers = [said(admin(f"{view.route_base}?_flt_{index}_{column}={row}"), row)
                           for row in (foreign, uuid4())]
                assert answers[0] == answers[1], (view, column)
                assert answers[0][0] == 200
                tried += 1
    assert tried >= 8


def test_every_rest_filter_treats_another_tenants_id_as_an_unknown_one(context, estate, admin):
    _acme, globex = estate
    tried = 0
    for api in apis(context):
        for column, filters in api._filters.get_search_filters().items():
            if not api.datamodel.is_relation(column):
                continue
            foreign = globex.rows.get(api.datamodel.get_related_model(column).__tablename__)
            for name in {filter_.arg_name for filter_ in filters}:
                answers = [said(admin(f"{api.route_base}/?q=(filters:!((col:{column},opr:{name},value:'{row}')))"), row)
                           for row in (foreign, uuid4())]
                assert answers[0] == answers[1], (api, column, name)
                tried += 1
    assert tried >= 8


# -- references in what is sent --------------------------------------------------------------------------


def body_for(schema, number):
    """Something the schema takes, with the required fields only."""
    return {name: _filling(field, number) for name, field in schema().load_fields.items() if field.required}


def _filling(field, number):
    choices = [rule for rule in field.validators if isinstance(rule, validate.OneOf)]
    if isinstance(field, Choice):
        return next(iter(field.labels))
    if choices:
        return next(iter(choices[0].choices))
    if isinstance(field, (Reference, References)):
        return None
    if isinstance(field, fields.Email):
        return f"new{number}@acme.example"
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Date):
        return "2026-02-01"
    if isinstance(field, fields.Number):
        return 1
    return f"NEW{number}-password"


def references(schema):
    return {name: field for name, field in (schema().load_fields if schema else {}).items()
            if isinstance(field, (Reference, References))}


def ways_in(app):
    """(what it is, address, method, schema, whether a list page's form) of every way to send a reference."""
    for view in screens(app):
        yield view, f"{view.route_base}/add", "POST", view.add_operation and view.add_schema
        yield view, f"{view.route_base}/{{own}}/edit", "POST", view.edit_operation and view.edit_schema
    for api in apis(app):
        yield api, f"{api.route_base}/", "POST", api.add_operation and api.add_schema
        yield api, f"{api.route_base}/{{own}}", "PUT", api.edit_operation and api.edit_schema


def test_every_reference_that_is_sent_refuses_another_tenants_id_as_an_unknown_one(context, estate, admin, say):
    acme, globex = estate
    tried = 0
    for view, address, method, schema in ways_in(context):
        for name, field in references(schema).items():
            target = resource_view(context.appbuilder, field.resource).datamodel.obj.__tablename__
            body = body_for(schema, tried)
            for others in references(schema).items():
                if others[1].required:
                    own = resource_view(context.appbuilder, others[1].resource).datamodel.obj.__tablename__
                    body[others[0]] = _sent(others[1], acme.rows[own])
            own = acme.rows[view.datamodel.obj.__tablename__]
            answers = [said(admin(address.format(own=own), method, body | {name: _sent(field, row)}), row)
                       for row in (globex.rows[target], uuid4())]
            assert answers[0] == answers[1], (view, name)
            assert answers[0][0] in (404, 409, 422), (view, name, answers[0])
            assert method == "PUT" or "no such" in answers[0][2].lower(), (view, name, answers[0][2])
            tried += 1
    say(f"{tried} references sent")
    assert tried >= 20


def _sent(field, row):
    return [str(row)] if isinstance(field, References) else str(row)
