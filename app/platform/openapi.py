"""The OpenAPI document, made from what answers: routes, permissions, schemas, and the docstrings of the rest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from apispec.yaml_utils import load_operations_from_docstring
from flask import Flask
from flask_appbuilder.api import BaseApi
from werkzeug.exceptions import default_exceptions
from werkzeug.routing import Rule

from app.platform.described import WARNINGS, answer_of, body_of, body_with, said_of
from app.platform.fab import OperationApi
from app.platform.json_schema import output_shape

ERRORS = {
    400: "The request can not be read, or a cookie came without its second half", 401: "Nobody is signed in",
    403: "The role, or the key, does not allow it", 404: "There is no such row, or none that is visible",
    405: "Not at this address", 409: "The state of the data forbids it, or an idempotency key came twice",
    412: "The row is not the version that If-Match names", 413: "Too large",
    415: "Not JSON", 422: "The input can not be taken as it is; details name the fields",
    429: "Too many requests; Retry-After says when", 500: "A bug; traceId finds it in the log",
    503: "The database is away", 507: "There is no room for the file",
}
TAKEN = {"code": "code_taken", "message": "There is a department HSE already."}
TOKENS = {"type": "object", "required": ["expiresIn"], "properties": {
    "accessToken": {"type": "string"}, "refreshToken": {"type": "string"}, "expiresIn": {"type": "integer"}}}
STAYED_IN = {"anyOf": [{"$ref": "#/components/schemas/Tokens"}, {
    "type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}]}
ME = {"type": "object", "required": ["result"], "properties": {"result": {
    "type": "object", "required": ["name", "email", "roles", "tenant"], "properties": {
        "name": {"type": "string"}, "email": {"type": "string"}, "tenant": {"type": ["string", "null"]},
        "roles": {"type": "array", "items": {"type": "string"}}}}}}
SIGN_IN = {"type": "object", "required": ["email", "password"], "properties": {
    "email": {"type": "string"}, "password": {"type": "string"}, "organisation": {"type": "string"},
    "code": {"type": "string"}, "cookies": {"type": "boolean"}},
    "example": {"email": "officer@democorp.local", "password": "TrainFlow123!"}}
CURSOR = {"name": "cursor", "in": "query", "schema": {"type": "string"},
          "description": "Page by marks instead of numbers: empty for the first page, then what `next` said."}
IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"},
            "description": "The ETag that was read: the write holds for that version only (412 otherwise)."}
KEY = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200},
       "description": "Sent again with the same request, the first answer is given again and nothing done twice."}


FAMILIES = "^[a-z0-9_]+_(taken|unknown|ambiguous)$"
# tables of words whose keys are codes, or the end of one
TABLES = {"REFUSALS": "", "PROBLEMS": "", "PASSWORD_PROBLEMS": "password_"}
STATUS_CODES = [(status, default_exceptions[status]().name.lower().replace(" ", "_"))
                for status in ERRORS if status in default_exceptions]


def document(app: Flask) -> dict[str, Any]:
    """The whole document as plain values; what it says follows from the routes that answer."""
    paths: dict[str, dict[str, Any]] = {}
    for rule, view, name in _routes(app):
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(view, name, rule, method)
    return {"openapi": "3.1.0", "info": {"title": "TrainFlow", "version": "v1", "description": INTRODUCTION},
            "servers": [{"url": "/"}], "paths": dict(sorted(paths.items())), "components": _components()}


INTRODUCTION = (
    "Sign in at /api/auth/login, or with an API key, and send what you got as a bearer. Every error has the "
    "shape {code, message, details, traceId}; codes are stable, messages are for people."
)


def _routes(app: Flask) -> Iterator[tuple[Rule, Any, str]]:
    appbuilder: Any = app.appbuilder  # type: ignore[attr-defined]
    views = {view.blueprint.name: view for view in appbuilder.baseviews if isinstance(view, BaseApi) and view.blueprint}
    for rule in app.url_map.iter_rules():
        blueprint, _dot, name = rule.endpoint.partition(".")
        if blueprint in views and rule.rule.startswith("/api/"):
            yield rule, views[blueprint], name


def _operation(view: Any, name: str, rule: Rule, method: str) -> dict[str, Any]:
    function = getattr(view, name)
    documented: dict[str, Any] = load_operations_from_docstring(function.__doc__ or "").get(method.lower(), {})
    standard = _standard(view, name) if isinstance(view, OperationApi) else {}
    summary = (function.__doc__ or name).strip().splitlines()[0]
    found: dict[str, Any] = {"operationId": f"{rule.endpoint}.{method.lower()}", "summary": summary,
                             "tags": [view.resource_name or view.__class__.__name__]} | documented | standard
    found["parameters"] = [*_path_arguments(rule), *_others(found.get("parameters", [])), *_paging(function),
                           *_headers(function, rule, method)]
    found |= {"requestBody": body} if (body := body_of(function)) else {}
    found["responses"] = _responses(_with_shape(found.get("responses", {}), view, function), rule, method)
    found["security"] = [{"bearer": []}, {"cookie": []}] if getattr(function, "_permission_name", None) else []
    return found


def _with_shape(declared: dict[Any, Any], view: Any, function: Any) -> dict[Any, Any]:
    """The declared answers, those of success with their shape; an operation on a row answers with the row. Where no
    success is declared, it is what the schema of the answer says of itself."""
    shape, said = answer_of(function), said_of(function)
    if said and not any(int(status) < 300 for status in declared):
        declared = declared | {200: {"description": said}}
    found = {}
    for status, answer in declared.items():
        schema = shape or (_row_of(view, int(status)) if isinstance(view, OperationApi) else None)
        found[status] = answer | {"content": {"application/json": {"schema": schema}}} \
            if int(status) < 300 and schema and "content" not in answer else answer
    return found


def _row_of(view: Any, status: int) -> dict[str, Any]:
    properties = {"id": {"type": "string", "format": "uuid"}, "result": output_shape(view.output_schema)}
    if status == 201 and view.warnings_of is not None:
        properties["warnings"] = WARNINGS
    return {"type": "object", "required": list(properties), "properties": properties}


def _standard(view: Any, name: str) -> dict[str, Any]:
    """What the six generated operations take and give, by the schemas of the resource."""
    answers = {"post": (201, view.add_schema), "put": (200, view.edit_schema), "delete": (200, None),
               "restore": (200, None), "get": (200, None)}
    own = getattr(type(view), name, None)
    if name == "get_list":
        rows = {"type": "object", "required": ["count", "ids", "result"], "properties": {
            "count": {"type": "integer"}, "ids": {"type": "array", "items": {"type": "string"}},
            "next": {"type": ["string", "null"]},
            "result": {"type": "array", "items": output_shape(view.output_schema)}}}
        return {"summary": f"{view.__doc__.strip().splitlines()[0]} List",
                "parameters": _list_arguments(view.order_columns, view.page_size),
                "responses": {200: _json("The rows", rows)}}
    if name not in answers or own is not getattr(OperationApi, name, None):
        return {}
    status, schema = answers[name]
    found: dict[str, Any] = {"responses": {status: _json("The row", _row_of(view, status))}, "parameters": []}
    if schema is not None:
        found["requestBody"] = body_with(schema, partial=name == "put")
    return found


def _list_arguments(order_columns: list[str], size: int) -> list[dict[str, Any]]:
    """What every list takes. `order_columns`: none where its order is fixed, and it takes no filters."""
    ordered = order_columns[:1]
    described = f", order_column ({', '.join(order_columns)}), order_direction, filters." if ordered else \
        ". The order is fixed."
    example = ",".join(["page:0", f"page_size:{size}", *(f"order_column:{name}" for name in ordered)])
    return [{"name": "q", "in": "query", "schema": {"type": "string"}, "example": f"({example})",
             "description": f"Rison or JSON: page, page_size, columns{described}"}, CURSOR]


def _path_arguments(rule: Rule) -> list[dict[str, Any]]:
    kinds = {"pk": {"type": "string", "format": "uuid"}}
    return [{"name": name, "in": "path", "required": True, "schema": kinds.get(name, {"type": "string"})}
            for name in sorted(rule.arguments)]


def _others(declared: list[Any]) -> list[Any]:
    return [one for one in declared if one.get("in") in ("query", "header")]


def _paging(function: Any) -> list[dict[str, Any]]:
    return _list_arguments(*function._lists) if hasattr(function, "_lists") else []


def _headers(function: Any, rule: Rule, method: str) -> list[dict[str, Any]]:
    if method == "GET" or not rule.rule.startswith("/api/v1/"):
        return []
    names_what_is_there = method != "POST" or bool(rule.arguments)
    only_looks = rule.rule.endswith("/preview") or hasattr(function, "_starts_anew")
    return [KEY, IF_MATCH] if names_what_is_there and not only_looks else [KEY]


def _json(description: str, schema: Any) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _responses(declared: dict[Any, Any], rule: Rule, method: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status, answer in declared.items():
        is_error = int(status) >= 400 and int(status) != 503
        found[str(status)] = {"$ref": f"#/components/responses/{status}"} if is_error else (
            answer if "content" in answer else answer | {"content": {"application/json": {"schema": {}}}})
    statuses = [400, 401, 403, 404, 429, 500, 503] + ([409, 412, 413, 415, 422] if method != "GET" else [422])
    for status in statuses:
        found.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    if method == "GET" and ("pk" in rule.arguments or 304 in declared):
        found["304"] = {"description": "Nothing changed since the version that If-None-Match names"}
    return dict(sorted(found.items()))


def _components() -> dict[str, Any]:
    error = {"type": "object", "required": ["code", "message", "details", "traceId"], "properties": {
        "code": {"type": "string", "anyOf": [{"enum": codes()}, {"pattern": FAMILIES}],
                 "description": "Stable. Those of families begin with the name of a field."},
        "message": {"type": "string"},
        "details": {"type": "array", "items": {"type": "object"}}, "traceId": {"type": ["string", "null"]}},
        "example": TAKEN | {"traceId": "0af7651916cd43dd8448eb211c80319c", "details": [TAKEN | {"field": "code"}]}}
    reference = {"$ref": "#/components/schemas/Error"}
    return {
        "schemas": {"Error": error, "Tokens": TOKENS, "StayedIn": STAYED_IN, "Me": ME, "SignIn": SIGN_IN},
        "responses": {str(status): _json(text, reference) for status, text in ERRORS.items()},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "A token, or an API key."},
                            "cookie": {"type": "apiKey", "in": "cookie", "name": "access_token_cookie"}},
    }


@cache
def codes() -> list[str]:
    """Every code that a refusal of the application names, read from its source, so that none is missing.

    Those of `FAMILIES` are made of a field's name, and not among them.
    """
    found = {"unreadable", "csrf", "internal", "database_unavailable", "bad_request", "not_found", "not_allowed",
             "not_signed_in", "too_many_requests", "no_room"} | {code for _status, code in STATUS_CODES}
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= set(_codes_in(node))
    return sorted(code for code in found if re.fullmatch(r"[a-z][a-z_]+", code))


def _codes_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.keyword) and node.arg == "code":
        yield from _texts(node.value)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
        named = node.targets[0] if isinstance(node, ast.Assign) else node.target
        prefix = TABLES.get(getattr(named, "id", ""))
        yield from (f"{prefix}{text}" for key in node.value.keys if prefix is not None for text in _texts(key))
    elif isinstance(node, ast.Assign):
        yield from (text for text, target in zip(*_assigned(node), strict=False) if target == "code")


def _assigned(node: ast.Assign) -> tuple[list[str], list[str]]:
    """The texts of `code, status = "gone", 410` or `code = "gone"`, and what they are called."""
    targets = getattr(node.targets[0], "elts", node.targets)
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return [next(_texts(value), "") for value in values], [getattr(target, "id", "") for target in targets]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
