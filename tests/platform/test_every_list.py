"""Every list of REST pages by number and by cursor and chooses fields, and is ordered and filtered where the document
says by what: generated from the document, a new list is covered by existing."""

from __future__ import annotations

import json
import re

import pytest

from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.reports.models import ReportRun
from tests.conftest import PASSWORD
from tests.structure.routes import FILLING, Route, routes, tables_of
from tests.structure.rows import fill_every_table

OTHERWISE = {"MatrixApi.get_matrix": "people by courses: pages of people by marks of its own, and of courses"}


@pytest.fixture
def ask(context, acme):
    """ask(address, **arguments) as acme's administrator, who has a row in every table."""
    with tenant_scope(acme.id), unit_of_work():
        given = {"employees": acme.employees["admin"], "ab_user": acme.actor("admin").id}
        acme.rows = fill_every_table(acme.id, given=given)
        db.session.get_one(ReportRun, acme.rows["report_runs"]).asked_as = "Administrator"
    login = {"email": acme.emails["admin"], "password": PASSWORD}
    token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]

    def _ask(address, cursor=None, beside=None, **asked):
        arguments = {"q": json.dumps(asked)} | ({} if cursor is None else {"cursor": cursor}) | (beside or {})
        answer = context.test_client().get(address, query_string=arguments,
                                           headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json
    return _ask


def lists(app):
    """(route, what the document says of it) of every address that answers with a list."""
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    for route in routes(app):
        if route.method == "GET" and route.rule.startswith("/api/v1/") and route.view is not None:
            described = paths[re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule)]["get"]
            shape = described["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
            if shape.get("properties", {}).get("result", {}).get("type") == "array":
                yield route, described


def arguments(described):
    return {one["name"]: one for one in described["parameters"]}


def order_of(described):
    found = re.search(r"order_column \(([^)]*)\)", arguments(described)["q"]["description"])
    return found[1].split(", ") if found else []


def test_every_list_says_that_it_pages(app):
    silent = {route.endpoint for route, described in lists(app) if not {"q", "cursor"} <= arguments(described).keys()}
    assert silent == set(OTHERWISE)
    for route, described in lists(app):
        if route.endpoint not in OTHERWISE:
            assert "next" in described["responses"]["200"]["content"]["application/json"]["schema"]["properties"]


def test_every_list_does_what_it_says(context, acme, ask, say):
    tried, rows = 0, 0
    for route, described in lists(context):
        if route.endpoint not in OTHERWISE:
            address = address_of(route, acme)
            status, whole = ask(address, page_size=100)
            if status == 403:
                continue
            assert status == 200, (route, whole)
            tried, rows = tried + 1, rows + len(whole["result"])
            pages_meet_every_row(ask, address, whole)
            fields_are_chosen(ask, address, whole)
            order_is_as_asked(ask, address, order_of(described))
            filters_hold(ask, address, order_of(described), whole)
            a_page_beside_the_question_is_refused(ask, address)
    say(f"{tried} lists with {rows} rows")
    assert tried > 40
    assert rows > 120


def address_of(route: Route, acme):
    rows = {name: acme.rows[table] for name, table in tables_of(route).items()} if route.ids else {}
    return route.address(**(FILLING | {"name": "compliance"} | rows))


def pages_meet_every_row(ask, address, whole):
    found, mark = [], ""
    for _turn in range(3):
        _status, page = ask(address, cursor=mark, page_size=1)
        found += page["result"]
        assert len(page["result"]) <= 1, address
        mark = page["next"]
        if mark is None:
            break
    met = [whole["result"].index(row) for row in found]
    assert len(met) == len(set(met)), address
    assert mark is not None or len(found) == whole["count"], address
    second = ask(address, page=1, page_size=1)[1]["result"]
    assert second == whole["result"][1:2], address


def fields_are_chosen(ask, address, whole):
    if whole["result"]:
        name = next(iter(whole["result"][0]))
        assert ask(address, columns=[name], page_size=100)[1]["result"] == [
            {name: row[name]} for row in whole["result"]], address


def order_is_as_asked(ask, address, columns):
    status, refused = ask(address, order_column="nonsense")
    assert columns == [] or (status, refused["code"]) == (422, "order_unknown"), address
    for direction in ("asc", "desc") if columns else ():
        status, told = ask(address, order_column=columns[0], order_direction=direction, page_size=100)
        valued = [row[columns[0]] for row in told["result"] if row.get(columns[0]) is not None]
        assert (status, valued) == (200, sorted(valued, reverse=direction == "desc")), address


def a_page_beside_the_question_is_refused(ask, address):
    for name in ("page", "page_size"):
        status, refused = ask(address, beside={name: "2"})
        assert (status, refused["code"], refused["details"][0]["field"]) == (422, "page_unknown", name), address
        assert "q=(page:" in refused["message"], address


def filters_hold(ask, address, columns, whole):
    refused = ask(address, filters=[{"col": "nonsense", "opr": "eq", "value": "1"}])
    assert (refused[0], refused[1]["code"]) == (422, "filter_unknown"), address
    if "ids" in whole or not whole["result"]:  # tables have tests of their own
        return
    row = whole["result"][0]
    for name in (name for name in columns if isinstance(row[name], str)):
        status, found = ask(address, filters=[{"col": name, "opr": "eq", "value": row[name]}], page_size=100)
        assert (status, found["result"]) == (
            200, [one for one in whole["result"] if one[name] == row[name]]), (address, name)
