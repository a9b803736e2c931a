"""Each trap of Flask-AppBuilder: shown on stock Flask-AppBuilder, and absent here.

What stock does is asked in a process of its own (tests/stock_fab.py), so that each test proves itself.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import g
from flask_appbuilder import action

from app.accounts.models import Role
from app.organisation.models import Department, Employee, Grade
from app.organisation.views import EmployeeView
from app.platform.db import db
from app.platform.fab import TenantInterface
from app.platform.fab.forms import form_for
from app.platform.scope import across_tenants, tenant_scope
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app
from tests.structure.routes import ID, routes
from tests.structure.test_isolation import AS_SCRIPT, apis, screens


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """What stock Flask-AppBuilder does, by the name of the trap."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.stock_fab", str(tmp_path_factory.mktemp("stock"))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def token(context, acme):
    """token('officer') -> the header of a bearer token."""
    def _token(name):
        answer = context.test_client().post("/api/auth/login", json={"email": acme.emails[name], "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json['accessToken']}"}
    return _token


@pytest.fixture
def api(context, acme, token):
    """api(method, path, body, as) -> the answer of the REST edge."""
    def _api(method, path, body=None, who="admin"):
        return context.test_client().open(f"/api/v1/{path}", method=method, json=body, headers=token(who))
    return _api


def number_of(acme, model):
    with tenant_scope(acme.id):
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# -- ids -------------------------------------------------------------------------------------------------


def test_a_malformed_id_is_an_unknown_one_everywhere(stock, context, acme, sign_in, program, operator_program):
    assert stock["malformed id"] == stock["good id"] == 500
    operator = context.test_client()
    operator.post("/login", data={"email": "op@trainflow.example", "password": PASSWORD})
    of_operators, of_tenants = (operator, operator_program), (sign_in(acme, "admin"), program(acme, "admin"))
    for route in routes(context):
        if not route.ids or route.resource is None or not hasattr(route.view, "datamodel"):
            continue
        is_operators = route.resource in ("tenants", "operator-keys", "operator-trail")
        client, caller = of_operators if is_operators else of_tenants
        for garbage in ("nonsense", "-1", "%00", ID[:-1]):
            caller, headers = (caller, None) if route.is_api else (client, AS_SCRIPT)
            answer = caller.open(route.address(garbage), method=route.method, headers=headers)
            assert answer.status_code == 404, (route, garbage)


def test_rest_reads_a_row_by_its_uuid(stock, acme, api):
    assert stock["rest get by uuid"] == 405
    assert api("GET", f"users/{acme.employees['officer']}").json["result"]["name"] == "Officer Acme"


def test_columns_of_ids_can_be_filtered(stock, app):
    assert stock["filters of a uuid column"] == ["name"]
    offered = TenantInterface(Department).get_filters(["parent_id", "name"]).get_search_filters()
    assert set(offered) == {"parent_id", "name"}


def test_an_unknown_related_id_matches_nothing(stock, acme, api, sign_in):
    assert stock["rows of an unknown related id"] == 152
    client = sign_in(acme, "admin")
    for value in (uuid4(), "nonsense", "", 7, "null"):
        filters = f"q=(filters:!((col:department,opr:rel_o_m,value:'{value}')))"
        assert api("GET", f"users/?{filters}").json["count"] == 0, value
        if value:
            assert ">E1<" not in client.get(f"/users?_flt_0_department={value}").text


def test_an_unknown_reference_makes_no_row(stock, acme, api):
    assert stock["unknown reference"] == 201
    assert stock["rows an unknown reference made"] == 1
    before = number_of(acme, Grade), number_of(acme, Employee)
    for value in (str(uuid4()), "nonsense", 99, {}, [], True):
        answer = api("POST", "users/", {"number": "N1", "name": "New", "grade_id": value})
        assert answer.status_code == 422, value
        assert answer.json["details"][0]["field"] == "grade_id"
    assert (number_of(acme, Grade), number_of(acme, Employee)) == before


# -- what comes out --------------------------------------------------------------------------------------


def test_no_answer_holds_a_password_hash(stock, context, acme, token):
    assert stock["rest shows password hash"] is True
    with tenant_scope(acme.id):
        hashes = {acme.actor(name).password for name in acme.emails}
        assert all(re.match(r"(scrypt|pbkdf2):", found) for found in hashes)
    for route in routes(context):
        if route.is_api and route.method == "GET":
            own = acme.employees["officer"]
            for query in ("", "?q=(columns:!(user.password))"):
                text = context.test_client().get(route.address(own) + query, headers=token("admin")).text
                describes = route.endpoint.startswith("api_pages.")  # fields that requests have, no row's values
                assert not re.search('scrypt:|pbkdf2:' if describes else 'scrypt:|pbkdf2:|"password"', text), route


def test_output_columns_are_declared(app):
    for resource in apis(app):
        assert set(resource.list_columns) == set(resource.output_schema().dump_fields), resource
        assert not any("password" in name or name == "search_key" for name in resource.list_columns)


def test_a_foreign_key_can_stand_in_an_answer(stock, acme, api):
    assert stock["foreign key column"] == "KeyError"
    assert "department_id" in api("GET", f"users/{acme.employees['officer']}").json["result"]


def test_no_subclass_of_the_login_leaks_through_roles(stock, acme, globex):
    assert stock["logins of a role, by subclass"] == ["m1", "m2"]
    with tenant_scope(acme.id):
        role = db.session.scalars(sa.select(Role).where(Role.name == "Manager")).one()
        assert [user.email for user in role.user] == [acme.emails["manager"]]


# -- what goes in ----------------------------------------------------------------------------------------


def test_a_duplicate_key_is_a_conflict_in_words(stock, acme, api, sign_in):
    assert stock["duplicate key"] == 500
    assert api("POST", "departments/", {"code": "HSE", "name": "Safety"}).status_code == 201
    answer = api("POST", "departments/", {"code": "HSE", "name": "Other"})
    assert (answer.status_code, answer.json["code"]) == (409, "code_taken")
    page = sign_in(acme, "admin").post("/departments/add", data={"code": "HSE", "name": "Other"})
    assert page.status_code == 422
    assert "There is a department HSE already." in page.text


@pytest.mark.parametrize("body", [None, [], "x", 1, {"name": "Without a code"}, {"code": "A", "name": "B", "odd": 1},
                                  {"code": None, "name": None}, {"code": {"a": 1}, "name": ["b"]},
                                  {"code": "A" * 41, "name": "B"}, {"code": "A\0", "name": "B\0"},
                                  {"code": "A", "name": "B", "parent_id": "x", "is_active": "perhaps"}], ids=repr)
def test_a_body_that_can_not_be_taken_is_refused_in_the_envelope(acme, api, body):
    answer = api("POST", "departments/", body)
    assert answer.status_code in (400, 422)
    assert set(answer.json) == {"code", "message", "details", "traceId"}
    assert number_of(acme, Department) == 0


def test_every_schema_field_can_be_drawn(app):
    for view in screens(app):
        for schema in filter(None, (view.add_schema, view.edit_schema)):
            wanted = {name for name, field in schema().load_fields.items() if not field.metadata.get("hidden")}
            with app.test_request_context():
                assert set(form_for(schema)()._fields) - {"csrf_token"} == wanted


# -- lists -----------------------------------------------------------------------------------------------


@pytest.fixture
def many(acme):
    """acme with 130 departments."""
    with tenant_scope(acme.id):
        db.session.add_all(Department(code=f"D{n}", name=f"Department {n}") for n in range(130))
        db.session.commit()
    return acme


def test_a_page_has_its_size_whatever_the_address_asks_for(stock, many, api, sign_in):
    assert stock["page size"] == 152
    client = sign_in(many, "admin")
    for query in ("psize_DepartmentView=1000000", "size=1000000", "size=-1", "size=abc", "page_size=1000"):
        assert client.get(f"/departments?{query}").text.count("/edit\"") <= 100, query
        assert len(set(re.findall(r">(D\d+)<", client.get(f"/departments?{query}").text))) == 25, query
    for size, rows in ((1_000_000, 100), (-1, 100), (0, 25), (7, 7)):
        assert len(api("GET", f"departments/?q=(page_size:{size})").json["result"]) == rows


def test_a_page_that_is_no_number_is_no_error(stock, many, api, sign_in):
    assert stock["page abc"] == 500
    client = sign_in(many, "admin")
    for query in ("page_DepartmentView=abc", "page=abc", "page=-1", "after=abc", "before=abc", "after=&before=",
                  "order=abc", "order=-", "_flt_9_name=x", "_flt_0_nothing=x", "_oc_DepartmentView=abc", "q=%00"):
        answer = client.get(f"/departments?{query}", follow_redirects=True)
        assert answer.status_code in (200, 400), query
    for query in ("(page:abc)", "(page:-1)", "(page:99999999999999999999999)", "(order_column:search_key)", "(",
                  "(order_column:code,order_direction:sideways)", "(columns:!(nothing))", "!n", "(filters:!(a))",
                  "(filters:!((col:nothing,opr:eq,value:1)))", "(filters:!((col:name,opr:nothing,value:1)))",
                  "(filters:!((col:name,opr:eq,value:!n)))", "(filters:!((col:name,opr:sw,value:(a:1))))",
                  "(filters:!((col:is_active,opr:eq,value:perhaps)))", "(page_size:abc)"):
        answer = api("GET", f"departments/?q={query}")
        assert answer.status_code < 500, (query, answer.json)
    for page in ("abc", "-1", "0", "99999999999999999999999"):
        assert client.get(f"/departments/lookup?page={page}").status_code == 200, page


def test_an_order_that_there_is_not_is_refused_in_words_by_page_and_by_cursor(acme, api):
    for way in ("", "&cursor="):
        answer = api("GET", f"departments/?q=(order_column:search_key){way}")
        assert (answer.status_code, answer.json["code"]) == (422, "order_unknown"), way


def test_each_column_is_compared_as_its_own_kind(many, api):
    """Stock finds an operator in one table for all columns, where the last filter that was made wins."""
    for query, count in (("(col:code,opr:eq,value:D7)", 1), ("(col:code,opr:neq,value:D7)", 129),
                         ("(col:name,opr:sw,value:Department)", 130), ("(col:is_active,opr:eq,value:!t)", 130),
                         ("(col:is_active,opr:eq,value:!f)", 0)):
        answer = api("GET", f"departments/?q=(filters:!({query}))")
        assert answer.json["count"] == count, query
    for query in ("(col:name_ar,opr:eq,value:x)", "(col:nothing,opr:eq,value:x)", "(col:code,opr:gt,value:x)"):
        answer = api("GET", f"departments/?q=(filters:!({query}))")
        assert (answer.status_code, answer.json["code"]) == (422, "filter_unknown"), query


JUNK = ("x", "-1", "2026-13-45", "99999999999999999999", "%00")


def test_no_filter_of_any_list_fails_on_junk(context, acme, sign_in):
    client, tried = sign_in(acme, "admin"), 0
    for view in screens(context):
        if "list" in view.exclude_route_methods:  # a choice for other screens' pickers, no page
            continue
        offered = view._filters.get_search_filters()
        for junk in JUNK:
            each = ["&".join(f"_flt_{index}_{column}={junk}" for index in range(len(filters)))
                    for column, filters in offered.items()]
            together = client.get(f"{view.route_base}?{'&'.join(each)}").status_code
            # What one filter refuses, the others never get to see.
            for asked in each if together != 200 else []:
                assert client.get(f"{view.route_base}?{asked}").status_code in (200, 400, 403), (view, asked)
            tried += sum(map(len, offered.values()))
    assert tried > 200


def test_no_rest_filter_fails_on_junk(context, acme, token):
    client, bearer = context.test_client(), token("admin")
    for resource in apis(context):
        for junk in ("x", "!t", "!(x)", "99999999999999999999"):
            each = [",".join(f"(col:{column},opr:{filter_.arg_name},value:{junk})" for filter_ in filters)
                    for column, filters in resource._filters.get_search_filters().items()]
            asked = [f"{resource.route_base}/?q=(filters:!({part}))" for part in (",".join(each), *each)]
            if client.get(asked[0], headers=bearer).status_code == 200:
                continue
            for address in asked[1:]:  # what one filter refuses, the others never get to see
                assert client.get(address, headers=bearer).status_code < 500, address


# -- requests side by side -------------------------------------------------------------------------------


def test_each_request_has_filters_of_its_own(stock, context, many, sign_in):
    assert stock["filter left for the next request"] == [["visible"]]
    client = sign_in(many, "admin")
    assert "D7" in client.get("/departments?_flt_3_code=D7").text
    for view in (*screens(context), *apis(context)):
        shared = view.__dict__["_shared_filters"]
        assert not any(shared.values), view
        with context.test_request_context():
            mine = view._filters
            assert mine is view._filters
            assert mine is not shared
            assert mine.values is not shared.values


# -- actions ---------------------------------------------------------------------------------------------


class TouchableView(EmployeeView):
    """The people, with an action, as a later context would add one."""

    route_base = "/touchable"
    method_permission_name = EmployeeView.method_permission_name | {"touch": "read"}
    touched: list = []  # noqa: RUF012

    @action("touch", "Touch", single=True, multiple=True)
    def touch(self, items):
        self.touched += [row.name for row in items]
        return "touched"


@pytest.fixture(scope="module")
def touchable(tmp_path_factory):
    with served_app(tmp_path_factory.mktemp("touchable"), before_first=_add_touchable) as app:
        with app.app_context():
            app.acme = Organisation("acme")
        yield app


def _add_touchable(app):
    app.appbuilder.add_view_no_menu(TouchableView)


def test_an_action_reaches_no_row_that_its_user_does_not_see(stock, touchable):
    assert stock["hidden row shown"] == 404
    assert stock["hidden row acted on"] == ["hidden"]
    acme, client = touchable.acme, touchable.test_client()
    client.post("/login", data={"email": acme.emails["foreman"], "password": PASSWORD})
    hidden, seen = acme.employees["outsider"], acme.employees["employee"]
    assert client.post(f"/touchable/action/touch/{hidden}").status_code == 404
    assert client.post("/touchable/action_post", data={"action": "touch", "rowid": [seen, hidden]}).status_code == 404
    assert client.post("/touchable/action_post", data={"action": "touch", "rowid": ["nonsense"]}).status_code == 404
    assert TouchableView.touched == []
    assert client.post(f"/touchable/action/touch/{seen}").text == "touched"
    assert TouchableView.touched == ["Employee Acme"]
    assert client.get(f"/touchable/action/touch/{seen}").status_code == 405


# -- other sites, other screens --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """The application with its protection against forged requests and few sign-ins a minute."""
    with served_app(tmp_path_factory.mktemp("guarded"), WTF_CSRF_ENABLED=True, SIGN_IN_LIMIT="3 per minute") as app:
        with app.app_context():
            app.acme = Organisation("acme")
        yield app


@pytest.fixture
def insider(guarded):
    """A signed-in browser of `guarded` and the token of its pages."""
    guarded.appbuilder.sm.limiter.reset()
    client = guarded.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    answer = client.post("/login", data={"email": guarded.acme.emails["admin"], "password": PASSWORD,
                                         "csrf_token": found})
    assert answer.status_code == 302
    return client, re.search(r'name="csrf_token" value="([^"]+)"', client.get("/departments/add").text)[1]


def test_another_site_can_not_send_what_the_cookie_allows(stock, guarded, insider):
    assert stock["cookie without token"] == 201
    client, own = insider
    body = {"code": "HSE", "name": "Safety"}
    refused = client.post("/api/v1/departments/", json=body)
    assert (refused.status_code, refused.json["code"]) == (400, "csrf")
    assert client.post("/api/v1/departments/", json=body, headers={"X-CSRFToken": "forged"}).status_code == 400
    made = client.post("/api/v1/departments/", json=body, headers={"X-CSRFToken": own})
    assert made.status_code == 201
    row = made.json["id"]
    for method in ("PUT", "DELETE"):
        assert client.open(f"/api/v1/departments/{row}", method=method, json=body).status_code == 400
    for path in ("departments/add", f"departments/{row}/edit", f"departments/{row}/delete", "logout",
                 "account/password", "departments/action_post"):
        assert client.post(f"/{path}", data=body).status_code == 400, path
    assert client.get("/departments").status_code == 200


def test_a_bearer_token_needs_no_token_of_a_page(guarded):
    guarded.appbuilder.sm.limiter.reset()
    client = guarded.test_client()
    answer = client.post("/api/auth/login", json={"email": guarded.acme.emails["admin"], "password": PASSWORD})
    header = {"Authorization": f"Bearer {answer.json['accessToken']}"}
    assert client.post("/api/v1/grades/", json={"code": "G4", "name": "Four", "rank": 4},
                       headers=header).status_code == 201


def test_a_bearer_header_does_not_open_the_cookies_door(guarded, insider):
    client, _own = insider
    forged = {"Authorization": "Bearer nonsense"}
    answer = client.post("/api/v1/grades/", json={"code": "G9", "name": "Nine", "rank": 9}, headers=forged)
    assert (answer.status_code, answer.json["code"]) == (400, "csrf")


def test_signing_in_is_limited_by_form_and_over_rest(stock, guarded):
    assert stock["form logins"] == [302] * 6
    assert stock["rest logins"] == [401] * 6
    guarded.appbuilder.sm.limiter.reset()
    guess = {"email": "nobody@acme.example", "password": "guess"}
    answers = [guarded.test_client().post("/api/auth/login", json=guess) for _ in range(5)]
    assert [a.status_code for a in answers] == [403, 403, 403, 429, 429]
    assert answers[-1].json["code"] == "too_many_requests"
    guarded.appbuilder.sm.limiter.reset()
    client = guarded.test_client()
    own = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)[1]
    codes = [client.post("/login", data=guess | {"csrf_token": own}).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    assert client.get("/login").status_code == 200
    guarded.appbuilder.sm.limiter.reset()


def test_flask_appbuilders_security_screens_are_absent(stock, context, acme, sign_in):
    assert set(stock["security screens"].values()) == {200}
    client = sign_in(acme, "admin")
    more = ("/api/v1/security/users/", "/api/v1/security/login", "/api/v1/security/roles/", "/registeruser/form",
            "/permissions/list/", "/viewmenus/list/", "/permissionviews/list/", "/apikeys/list/", "/api/v1/menu/",
            "/api/v1/_openapi", "/users/add/")
    for path in (*stock["security screens"], *more):
        assert client.get(path).status_code == 404, path
        assert context.test_client().post(path).status_code in (404, 405), path


def test_a_get_deletes_nothing(stock, context, many, sign_in):
    assert stock["deleted by get"] is True
    client = sign_in(many, "admin")
    with across_tenants("the test picks a row"):
        row = db.session.scalar(sa.select(Department.id).limit(1))
    for route in routes(context):
        if route.method == "POST" and route.ids and route.resource == "departments" and route.action != "edit":
            assert client.get(route.address(row)).status_code == 405, route
    assert number_of(many, Department) == 130
    assert g.get("work") is None


def test_an_argument_that_can_not_be_read_is_refused_in_our_words(many, api):
    for query, words in (("(", "The argument q can not be read. Write it in Rison or as JSON."),
                         ("(page:abc)", "The argument q does not have the form that this address takes.")):
        answer = api("GET", f"departments/?q={query}")
        assert (answer.status_code, answer.json["message"]) == (400, words)
