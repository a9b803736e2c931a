"""Bodies of REST: the document says of each what it takes, and what it does not say is refused, field by field.

Generated from the document: an address that reads a body is covered by existing.
"""

from __future__ import annotations

import inspect
import re

import jsonschema
import pytest

from app.accounts.permissions import PERMISSIONS
from tests.structure.routes import routes

READS = re.compile(r"get_json|\b(read_body|sent_file)\(|request\.(form|files)")
WRONG = {"array": "text", "object": "text"}  # instead of every other: a list


@pytest.fixture
def document(app):
    return app.test_client().get("/api/v1/openapi.json").json


def bodies(app, document):
    """(route, what the document says of its body, or None) of everything that a program may send something to."""
    for route in routes(app):
        if route.is_api and route.view is not None and route.method in ("POST", "PUT", "PATCH"):
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule)
            body = document["paths"][path][route.method.lower()].get("requestBody")
            yield route, resolved(document, body["content"].get("application/json")) if body else None


def resolved(document, content):
    name = content["schema"].get("$ref", "").rpartition("/")[2] if content else ""
    return content | {"schema": document["components"]["schemas"][name]} if name else content


def test_whatever_reads_a_body_says_so(app, document):
    silent = [route for route, body in bodies(app, document) if body is None and READS.search(
        inspect.getsource(inspect.unwrap(getattr(route.view, route.endpoint.partition(".")[2]))))]
    assert [str(route) for route in silent if "multipart" not in str(described(document, route))] == []


def described(document, route):
    return document["paths"][re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", route.rule)][route.method.lower()]


def examples(node):
    """(schema, example) of every example of the document that stands beside a schema, or in one."""
    if isinstance(node, dict):
        if "example" in node:
            yield node.get("schema", node), node["example"]
        for value in node.values():
            yield from examples(value)
    elif isinstance(node, list):
        for value in node:
            yield from examples(value)


def test_every_body_has_an_example_and_every_example_is_one(app, document, say):
    without = [str(route) for route, body in bodies(app, document)
               if body is not None and "example" not in body and "example" not in body["schema"]]
    assert without == []
    found = list(examples(document))
    for schema, example in found:
        jsonschema.validate(example, schema, format_checker=jsonschema.FormatChecker())
    say(f"{len(found)} examples")
    assert len(found) > 60


def test_every_example_is_read_by_the_schema_that_it_is_an_example_of(context, document, say):
    wrong, read = [], 0
    for route, body in bodies(context, document):
        schema, partial = schema_of(route)
        if schema is not None and body is not None and "example" in body:
            refused = schema(partial=partial).validate(body["example"])
            read += 1
            wrong += [f"{route}: {refused}"] if refused else []
    say(f"{read} examples read")
    assert wrong == [], "\n".join(wrong)
    assert read > 40


def schema_of(route):
    """The schema that reads the body, and whether all of it may be left out."""
    name = route.endpoint.partition(".")[2]
    generated = {"post": ("add_schema", False), "put": ("edit_schema", True)}
    attribute, partial = generated.get(name, ("", False))
    return getattr(getattr(route.view, name), "_takes", (getattr(route.view, attribute, None), partial))


def test_a_body_that_is_not_as_described_is_refused_field_by_field(context, estate, document, program, say):
    acme, _globex = estate
    admin, wrong, sent = program(acme, "admin"), [], 0
    for route, body in bodies(context, document):
        is_admins = "A" in PERMISSIONS.get(route.resource, {}).get(route.action, "")
        if body is None or "properties" not in body["schema"] or not is_admins:
            continue
        for problem, expected in refusals(body["schema"]):
            address = route.address(own_id(route, acme), kind="password-reset")
            answer = admin.open(address, method=route.method, json=problem)
            told = {detail["field"] for detail in answer.json.get("details", [])}
            sent += 1
            if answer.status_code != 422 or not expected <= told:
                wrong.append(f"{route} {problem}: {answer.status_code}, {told} and not {expected}")
    say(f"{sent} bodies that are not as described")
    assert wrong == [], "\n".join(wrong)


def test_a_form_without_its_file_is_told_which_field_it_lacks(context, estate, document, program):
    acme, _globex = estate
    admin, sent = program(acme, "admin"), []
    for route in routes(context):
        body = described(document, route).get("requestBody", {}) if route.is_api and route.view is not None else {}
        if form := body.get("content", {}).get("multipart/form-data"):
            assert form["schema"]["required"][0] == "file"
            answer = admin.open(route.address(own_id(route, acme)), method=route.method, data={})
            assert (answer.status_code, answer.json["code"]) == (422, "file_missing"), route
            sent.append(route.rule)
    assert {"/api/v1/imports/", "/api/v1/settings/logo"} < set(sent)


@pytest.mark.parametrize("character", ["\0", "\ud800"], ids=["NUL", "half a character"])
def test_a_character_that_no_database_stores_is_refused_inside_of_lists_too(context, estate, document, program,
                                                                            character, say):
    acme, _globex = estate
    admin, wrong, sent = program(acme, "admin"), [], []
    for route, body in bodies(context, document):
        is_admins = "A" in PERMISSIONS.get(route.resource, {}).get(route.action, "")
        for name, told in with_it(body, character) if is_admins and body else ():
            example = body.get("example") or body["schema"]["example"]
            answer = admin.open(route.address(own_id(route, acme)), method=route.method, json=example | {name: told})
            sent.append(f"{route} {name}")
            refused = {one["field"]: one["message"] for one in answer.json.get("details", [])}
            if answer.status_code != 422 or not set("{[").isdisjoint(refused.get(name, "{")):
                wrong.append(f"{sent[-1]}: {answer.status_code}, {refused}")
    say(f"{len(sent)} lists and objects with a character that no database stores")
    assert wrong == [], "\n".join(wrong)
    assert len(sent) > 5


def with_it(body, character):
    """(name, value) of each list and object that the body may have, with the character in a text inside."""
    for name, shape in body["schema"].get("properties", {}).items():
        if "array" in shape.get("type", "") or "object" in shape.get("type", ""):
            yield name, [f"a{character}"] if "array" in shape["type"] else {"a": f"b{character}"}


def own_id(route, organisation):
    return organisation.rows[route.view.datamodel.obj.__tablename__] if route.ids else None


def refusals(schema):
    """Bodies that the schema does not describe, with the fields that the refusal has to name."""
    kinds = {name: shape.get("type", "") for name, shape in schema["properties"].items()}
    yield {"nonsense": 1}, {"nonsense"}
    if "required" in schema:
        yield {}, set(schema["required"])
    yield {name: next((WRONG[kind] for kind in WRONG if kind in kinds[name]), []) for name in kinds}, set(kinds)
