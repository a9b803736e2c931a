"""What an attacker writes into fields and addresses stays text. A new table or page is covered by existing."""

from __future__ import annotations

import base64
import io
import re
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform import documents
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.structure.routes import FILLING, Route, routes
from tests.structure.rows import fill_every_table

# closes an attribute and a text, is a script, is a template, and ends a statement
HOSTILE = "\"'><script>x</script>{{7*191}}'; --"
BROKEN_OUT = re.compile(r"<script>x|[\"']><script|\b1337\b")
FILES = ("static", "appbuilder.static")


@pytest.fixture
def rows(context, acme):
    """acme with a row in every table, whose every text is hostile."""
    with tenant_scope(acme.id), unit_of_work():
        found = fill_every_table(acme.id, HOSTILE)
        db.session.get_one(Employee, acme.employees["employee"]).name = HOSTILE
    return found


def pages(app, rows):
    """The address of every page: those of ids with the ids of the view's own rows."""
    for route in routes(app):
        if route.method == "GET" and route.endpoint not in FILES:
            table = getattr(getattr(getattr(route.view, "datamodel", None), "obj", None), "__tablename__", None)
            if not route.ids or table in rows:
                yield route.address(rows.get(table))


def test_what_is_stored_or_asked_for_never_becomes_markup_or_a_template(context, acme, rows, sign_in, say):
    admin, opened = sign_in(acme, "admin"), 0
    for address in sorted(set(pages(context, rows))):
        for asked in ("", f"?q={quote(HOSTILE)}&next={quote(HOSTILE)}&_flt_0_name={quote(HOSTILE)}"):
            answer = admin.get(address + asked)
            assert answer.status_code != 500, address + asked
            if answer.mimetype == "text/html":
                opened += answer.status_code == 200
                assert not BROKEN_OUT.search(answer.text), address + asked
    say(f"{opened} pages with hostile texts")
    assert opened > 80


@pytest.mark.parametrize("path", [
    "../config.py", "..%2f..%2fconfig.py", "%2e%2e/%2e%2e/config.py", "....//config.py", "..\\config.py",
    "css/../../../config.py", "css/%00.css",
])
def test_no_address_leads_out_of_the_files_that_are_served(context, path):
    for address in (f"/static/{path}", f"/static/appbuilder/{path}"):
        answer = context.test_client().get(address)
        assert answer.status_code in (400, 404), address
        assert b"SECRET_KEY" not in answer.data and b"root:" not in answer.data


@pytest.mark.parametrize("name", [
    "../../../etc/passwd.pdf", "..\\..\\boot.pdf", "a\r\nSet-Cookie: x=y.pdf", "\0.pdf", "/",
])
def test_the_name_of_an_upload_is_a_name_and_nothing_else(inside, name):
    kept = documents.keep_document(io.BytesIO(b"%PDF-1.7"), name)
    assert not set("/\\\r\n\0") & set(kept["file_name"])
    assert kept["file_name"] and kept["file_key"].isalnum()


FOREIGN = {"id": "1", "tenant_id": "00000000-0000-7000-8000-000000000000", "role": "Administrator", "roles": "1",
           "is_admin": "y", "user_id": "1", "status": "completed", "created_at": "2000-01-01",
           "deleted_at": "2000-01-01", "certificate_number": "C-1", "source": "import"}


def test_a_form_takes_the_fields_it_shows_and_no_other(acme, globex, sign_in):
    officer, person = sign_in(acme, "officer"), acme.employees["employee"]
    page = officer.get(f"/users/{person}/edit").text
    shown = dict(re.findall(r'<input[^>]*name="(number|name)"[^>]*value="([^"]*)"', page))
    foreign = FOREIGN | {"tenant_id": str(globex.id)}
    assert officer.post(f"/users/{person}/edit", data=shown | foreign | {"name": "Ada", "is_active": "y"},
                        query_string=foreign).status_code == 302
    made = officer.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"} | foreign)
    assert made.status_code == 302 and foreign["id"] != made.location.rsplit("/", 1)[1]
    with tenant_scope(acme.id):
        row = acme.employee("employee")
        assert (row.name, row.tenant_id, row.deleted_at) == ("Ada", acme.id, None)
        assert [role.name for role in acme.actor("employee").roles] == ["Employee"]
        assert db.session.scalar(sa.select(sa.func.count(User.id))) == len(acme.ROLES)
        assert db.session.scalar(sa.select(sa.func.count(Enrollment.id))) == 0


@pytest.mark.parametrize("referrer", ["https://evil.example/x", "//evil.example", "javascript:alert(1)"])
def test_no_redirect_leads_elsewhere(acme, sign_in, context, referrer):
    answer = sign_in(acme, "officer").get("/lang/ar", headers={"Referer": referrer})
    assert answer.location == "/"
    for route in _that_take_next(context):
        answer = sign_in(acme, "officer").open(route.address(), method=route.method, query_string={"next": referrer})
        assert re.match(r"(/(?!/)|$)", answer.location or ""), route


def _that_take_next(app) -> list[Route]:
    return [route for route in routes(app) if not route.ids and not set(FILLING) & {n for n, _c in route.arguments}
            and route.endpoint in ("LoginView.login", "CodeView.code", "UtilView.back")]


def test_what_is_nested_beyond_measure_is_unreadable_and_no_fault(acme, program):
    officer, deep = program(acme, "officer"), "[" * 50_000
    for address in ("departments/", "reports/runs"):
        cursor = base64.urlsafe_b64encode(deep[:3_000].encode()).decode()
        answer = officer.get(f"/api/v1/{address}", query_string={"cursor": cursor})
        assert (answer.status_code, answer.json["code"]) == (422, "cursor_unknown")
    for path in ("/api/v1/departments/", "/api/auth/login"):
        assert officer.post(path, data=deep, content_type="application/json").status_code in (400, 422), path
    for asked in ("!(" * 1_500, "(a:" * 1_500, "[" * 3_000):
        assert officer.get("/api/v1/departments/", query_string={"q": asked}).status_code == 400, asked[:9]


@pytest.mark.parametrize("page", ["9" * 30, "-9", "0", "1e9", "\0"])
def test_a_page_that_no_database_counts_to_is_no_fault(acme, rows, sign_in, page):
    admin = sign_in(acme, "admin")
    for path in ("/reports", "/kpi/people", "/kpi/compliance", "/departments/lookup"):
        assert admin.get(path, query_string={"page": page}).status_code in (200, 404), path


@pytest.mark.parametrize("character", [r"\u0000", r"\ud800", r"\udfff\ud800"])
def test_a_character_that_no_database_stores_is_refused_with_its_field(acme, program, character):
    body = f'{{"code": "X", "name": "a{character}b", "is_active": true}}'
    answer = program(acme, "officer").post("/api/v1/departments/", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["details"][0]["field"]) == (422, "name")


@pytest.mark.parametrize("question", ["2026-13-45", "0000-01-01", "!", "-", "1e", "--1", "(page:1-2)", "(a:!", "'!",
                                      "(filters:!((col:name,opr:ct,value:1-2)))", "(page:1E+)"])
def test_a_question_that_can_not_be_read_is_told(acme, program, question):
    for path in ("departments/", f"users/{acme.employees['officer']}", "audit/"):
        answer = program(acme, "admin").get(f"/api/v1/{path}", query_string={"q": question})
        assert (answer.status_code, answer.json["code"]) == (400, "bad_request"), path


@pytest.mark.parametrize("body", [{"name": ["a"], "starts_on": 5, "ends_on": {}}, {"name": "\ud800"}, [1], None])
def test_a_form_takes_nothing_but_forms(acme, sign_in, body):
    for path in ("/holidays/add", "/departments/add", "/settings", "/account/password", "/login"):
        answer = sign_in(acme, "admin").post(path, json=body)
        assert answer.status_code in (302, 400, 422), path
        assert "\ud800" not in answer.text
