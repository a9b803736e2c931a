"""What attackers send, into every field of every resource. Generated from the schemas: a new field is tried as well."""

from __future__ import annotations

from uuid import uuid4

import pytest
from marshmallow import fields

from app.platform.fab import OperationApi, OperationView
from app.platform.fab.fields import Choice, Reference
from tests.conftest import PASSWORD

SCRIPT = "<script>alert(1)</script>"
PAYLOADS = (
    "' OR '1'='1' --", "'; DROP TABLE employees; --", '" UNION SELECT password FROM ab_user --', "%' ESCAPE '!",
    "{{ 7*7 }}{{ config }}", "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}", "${7*7}",
    "%(name)s %s", SCRIPT, '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\u202egnp.exe",
    "a\r\nBcc: victim@example.com",
    "../../etc/passwd", "=cmd|' /C calc'!A0", "\\x00\\", "\U0001f4a3" * 20,
)


@pytest.fixture
def admin(context, acme):
    """ask(method, path, body) with a token of acme's administrator."""
    login = {"email": acme.emails["admin"], "password": PASSWORD}
    token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]
    return lambda method, path, body=None: context.test_client().open(
        path, method=method, json=body, headers={"Authorization": f"Bearer {token}"})


def resources(app):
    return [view for view in app.appbuilder.baseviews
            if isinstance(view, OperationApi) and view.add_operation is not None and view.add_schema is not None]


def text_fields(schema):
    return [name for name, field in schema().load_fields.items()
            if isinstance(field, fields.String) and not isinstance(field, (Choice, Reference))]


def body_of(schema, number, more):
    filled = {}
    for name, field in schema().load_fields.items():
        if field.required and not isinstance(field, Reference):
            filled[name] = (next(iter(field.labels)) if isinstance(field, Choice) else number
                            if isinstance(field, fields.Number) else "2026-02-01" if isinstance(field, fields.Date)
                            else f"A{number}")
    return filled | more


def test_nothing_that_is_typed_is_run(context, acme, admin, sign_in, say):
    client, sent, number = sign_in(acme, "admin"), 0, 0
    for view in resources(context):
        for name in text_fields(view.add_schema):
            for payload in (PAYLOADS[(number + n * 4) % len(PAYLOADS)] for n in range(4)):
                number += 1
                answer = admin("POST", f"{view.route_base}/", body_of(view.add_schema, number, {name: payload}))
                sent += 1
                assert answer.status_code in (201, 403, 404, 409, 422), (view, name, payload, answer.json)
                if answer.status_code == 201 and name in answer.json["result"]:
                    assert answer.json["result"][name] in (payload, payload.strip(), payload.upper()), (view, name)
    for screen in context.appbuilder.baseviews:
        if isinstance(screen, OperationView):
            page = client.get(screen.route_base).text
            assert SCRIPT not in page, screen
            assert "<img src=x" not in page, screen
            assert "<Config " not in page, screen
    say(f"{sent} payloads in text fields")
    assert sent > 60


def test_nothing_that_is_searched_for_is_run(context, acme, sign_in):
    client = sign_in(acme, "admin")
    for screen in context.appbuilder.baseviews:
        if isinstance(screen, OperationView):
            for payload in PAYLOADS[::4]:
                asked = {"q": payload, "order": payload, "_flt_0_name": payload}
                answer = client.get(screen.route_base, query_string=asked)
                assert answer.status_code in (200, 302, 400, 403, 404), (screen, payload)
                assert SCRIPT not in answer.text, screen


@pytest.mark.parametrize("stolen", ["tenant_id", "id", "created_at", "deleted_at", "password", "session_epoch"])
def test_no_field_is_set_that_is_not_offered(context, admin, stolen):
    for number, view in enumerate(resources(context)):
        if stolen not in view.add_schema().load_fields:
            body = body_of(view.add_schema, number, {stolen: str(uuid4())})
            answer = admin("POST", f"{view.route_base}/", body)
            assert answer.status_code in (403, 409, 422), (view, stolen, answer.json)
            named = {one["field"] for one in answer.json["details"]}
            assert answer.status_code != 422 or stolen in named, (view, stolen)


def test_no_download_leaves_its_folder(context, acme, sign_in):
    client = sign_in(acme, "admin")
    for path in ("../config.py", "..%2fconfig.py", "%2e%2e/config.py", "....//config.py", "/etc/passwd"):
        for folder in ("/static/", "/static/css/", "/imports/", "/enrollments/evidence/"):
            answer = client.get(folder + path)
            assert answer.status_code in (301, 302, 308, 404, 405), folder + path
            assert "SECRET_KEY" not in answer.text
            assert "root:" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example"])
def test_a_foreign_host_is_refused_where_hosts_are_named(context, monkeypatch, host):
    monkeypatch.setitem(context.config, "TRUSTED_HOSTS", ["localhost"])
    assert context.test_client().get("/login").status_code == 200
    answer = context.test_client().get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
