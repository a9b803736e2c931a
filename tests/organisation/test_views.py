"""The organisation on screen and over REST: the same rules, few statements."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.organisation import operations
from app.organisation.models import Department, Employee
from app.platform import clock
from app.platform.db import db
from app.platform.fence import unfenced
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, PASSWORD
from tests.databases import as_owner

MOST_STATEMENTS = 8
MANY = 20_000


@pytest.fixture
def rest(context, acme):
    """rest(method, path, body, as) -> the answer, by bearer token."""
    def _rest(method, path, body=None, who="admin"):
        login = {"email": acme.emails[who], "password": PASSWORD}
        token = context.test_client().post("/api/auth/login", json=login).json["accessToken"]
        return context.test_client().open(f"/api/v1/{path}", method=method, json=body,
                                          headers={"Authorization": f"Bearer {token}"})
    return _rest


def add_people(acme, count):
    """Insert people with a department each, as many as a large tenant has."""
    now = clock.now().replace(tzinfo=None)
    stamp = {"tenant_id": acme.id, "created_at": now, "updated_at": now}
    department = uuid4()
    people = [stamp | {"id": uuid4(), "number": f"P{n:05}", "name": f"Person {n:05}", "is_active": True,
                       "search_key": f" p{n:05} person {n:05}", "department_id": department,
                       "foreman_id": acme.employees["foreman"], "manager_id": acme.employees["manager"]}
              for n in range(count)]
    with tenant_scope(acme.id):
        db.session.execute(unfenced(sa.insert(Department.__table__)), [stamp | {
            "id": department, "code": "BIG", "name": "Big", "search_key": " big", "is_active": True}])
        db.session.execute(unfenced(sa.insert(Employee.__table__)), people)
        with as_owner(db.session.connection()) as connection:  # what autovacuum does within a minute
            connection.exec_driver_sql("ANALYZE employees" if connection.dialect.name == "postgresql" else "SELECT 1")
        db.session.commit()


def cost(client, statements, address):
    client.get(address)  # whatever is read once a minute
    with statements() as found:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(found)


@pytest.mark.parametrize("address", ["/users", "/departments", "/grades", "/job-roles", "/audit-logs", "/courses",
                                     "/enrollments"])
def test_a_list_costs_the_same_with_ten_rows_or_twenty_five(acme, sign_in, statements, address):
    client = sign_in(acme, "admin")
    few = cost(client, statements, address)
    add_people(acme, 25)
    assert cost(client, statements, address) <= max(few, MOST_STATEMENTS)
    assert cost(client, statements, f"{address}?size=100") <= MOST_STATEMENTS


def test_lists_and_look_ups_stay_small_with_twenty_thousand_people(acme, sign_in, statements, rest):
    add_people(acme, MANY)
    client = sign_in(acme, "admin")
    for address in ("/users", "/users?order=-number", "/users?q=person+0042", "/users?_flt_0_name=Person+1",
                    "/users?order=hired_on", "/users/add", f"/users/{acme.employees['officer']}/edit"):
        assert cost(client, statements, address) <= MOST_STATEMENTS, address
        assert len(client.get(address).data) < 300_000, address
    with statements() as found:
        choices = client.get("/users/lookup?q=person").json
    assert len(found) <= 4
    assert (len(choices["results"]), choices["pagination"]) == (20, {"more": True})
    assert "More than 1,000 entries" in client.get("/users").text
    assert f"{MANY + len(acme.employees):,} entries" in client.get("/users?count=all").text
    for who in ("manager", "foreman"):
        assert cost(sign_in(acme, who), statements, "/users") <= MOST_STATEMENTS
    assert len(rest("GET", "users/?q=(page_size:100)").json["result"]) == 100


def test_fifty_menu_entries_cost_no_statement(context, acme, sign_in, statements):
    client = sign_in(acme, "admin")
    before = cost(client, statements, "/users")
    menu = context.appbuilder.menu
    try:
        for number in range(50):
            menu.add_link(f"Extra {number}", href="/users", category="Organisation")
        assert cost(client, statements, "/users") == before
    finally:
        group = menu.find("Organisation")
        group.childs = [item for item in group.childs if not item.name.startswith("Extra ")]


def test_pages_follow_each_other_and_back(acme, sign_in):
    add_people(acme, 60)
    client = sign_in(acme, "officer")
    seen, address = [], "/users?order=number&q=person"
    while address:
        page = client.get(address).text
        seen.append(re.findall(r">(P\d{5})<", page))
        following = re.search(r'href="([^"]*[?&](?:amp;)?after=[^"]*)"', page)
        address = following and following[1].replace("&amp;", "&")
    assert [len(set(part)) for part in seen] == [25, 25, 10]
    assert sorted({number for part in seen for number in part}) == [f"P{n:05}" for n in range(60)]


def test_a_person_is_shown_with_their_login(acme, sign_in, rest):
    client = sign_in(acme, "admin")
    listed, shown = client.get("/users").text, client.get(f"/users/{acme.employees['foreman']}").text
    for page in (listed, shown):
        assert acme.emails["foreman"] in page
        assert "Foreman" in page
    row = rest("GET", f"users/{acme.employees['foreman']}").json["result"]
    assert (row["sign_in"], row["role"], row["may_sign_in"]) == (acme.emails["foreman"], "Foreman", True)


# -- the same over both edges ----------------------------------------------------------------------------

REFUSED = [
    ("departments", {"code": "HSE", "name": "Again"}, "code", "There is a department HSE already."),
    ("departments", {"code": "X", "name": "X", "parent_id": str(uuid4())}, "parent_id", "There is no such department."),
    ("departments", {"name": "No code"}, "code", "Fill this in."),
    ("users", {"number": "E1", "name": "Again"}, "number", "There is an employee E1 already."),
    ("users", {"number": "N", "name": "N", "manager_id": str(uuid4())}, "manager_id", "There is no such employee."),
    ("users", {"number": "N", "name": "N", "hired_on": "2026-02-02", "left_on": "2026-02-01"}, "left_on",
     "The day of leaving is before the day of hiring."),
]


@pytest.mark.parametrize(("resource", "body", "field", "sentence"), REFUSED,
                         ids=[f"{row[0]}-{row[2]}" for row in REFUSED])
def test_screen_and_rest_refuse_the_same_in_the_same_words(acme, sign_in, rest, resource, body, field, sentence):
    assert rest("POST", "departments/", {"code": "HSE", "name": "Safety"}).status_code == 201
    answer = rest("POST", f"{resource}/", body)
    assert answer.status_code in (409, 422)
    assert [(e["field"], e["message"]) for e in answer.json["details"]] == [(field, sentence)]
    page = sign_in(acme, "admin").post(f"/{resource}/add", data=body)
    assert page.status_code == 422
    assert sentence in page.text


def test_screen_and_rest_make_the_same_row(acme, sign_in, rest):
    body = {"number": "N1", "name": "New Person", "name_ar": "شخص", "email": "n@x.example", "phone": "1",
            "hired_on": "2026-02-01", "manager_id": str(acme.employees["manager"])}
    by_rest = rest("POST", "users/", body | {"is_active": True}).json["result"]
    sign_in(acme, "admin").post("/users/add", data=body | {"number": "N2", "is_active": "y"})
    with tenant_scope(acme.id):
        first, second = db.session.scalars(sa.select(Employee).where(Employee.number.in_(["N1", "N2"]))
                                           .order_by(Employee.number))
        for column in ("name", "name_ar", "email", "phone", "hired_on", "left_on", "manager_id", "is_active"):
            assert getattr(first, column) == getattr(second, column), column
        assert first.search_key.replace("n1", "n2") == second.search_key
        assert by_rest["id"] == str(first.id)


def test_rest_changes_only_what_is_sent(acme, rest):
    path = f"users/{acme.employees['officer']}"
    assert rest("PUT", path, {"phone": "42"}).json["result"]["phone"] == "42"
    row = rest("PUT", path, {"name": "New Name"}).json["result"]
    assert (row["phone"], row["name"], row["is_active"], row["number"]) == ("42", "New Name", True, "E2")
    assert rest("PUT", path, {"phone": None}).json["result"]["phone"] is None
    assert rest("PUT", path, {"unknown": 1}).json["details"][0]["field"] == "unknown"


def test_rest_deletes_restores_and_sets_a_login(context, acme, rest):
    made = rest("POST", "users/", {"number": "N1", "name": "New Person"}).json["id"]
    login = {"email": "new@acme.example", "role": "Employee", "password": "a good password"}
    assert rest("PUT", f"users/{made}/login", {"role": "Employee"}).status_code == 422
    granted = rest("PUT", f"users/{made}/login", login)
    assert (granted.status_code, granted.json["result"]["role"]) == (200, "Employee")
    changed = rest("PUT", f"users/{made}/login", {"role": "Foreman", "active": True})
    assert changed.json["result"]["role"] == "Foreman"
    assert rest("PUT", f"users/{made}/login", {"role": "Platform Operator", "active": True}).status_code == 422
    assert rest("PUT", f"users/{made}/login", login, who="officer").status_code == 403
    assert rest("DELETE", f"users/{made}").status_code == 200
    assert rest("GET", f"users/{made}").status_code == 404
    assert rest("POST", f"users/{made}/restore", who="officer").status_code == 403
    assert rest("POST", f"users/{made}/restore").status_code == 200
    assert rest("GET", f"users/{made}").json["result"]["may_sign_in"] is False
    assert rest("POST", f"users/{made}/restore").status_code == 404


def test_nobody_overwrites_what_somebody_else_changed_meanwhile(acme, sign_in, time_machine):
    mine, theirs = sign_in(acme, "admin"), sign_in(acme, "officer")
    address = mine.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"}).location
    version = re.search(r'name="_version" value="([^"]+)"', mine.get(f"{address}/edit").text)[1]
    time_machine.move_to(NOW + dt.timedelta(minutes=1))
    form = {"code": "HSE", "is_active": "y", "_version": version}
    assert theirs.post(f"{address}/edit", data=form | {"name": "Theirs"}).status_code == 302
    refused = mine.post(f"{address}/edit", data=form | {"name": "Mine"})
    assert refused.status_code == 422
    assert "Somebody else changed this" in refused.text
    assert 'value="Mine"' in refused.text
    assert "Theirs" in mine.get(address).text


def test_deleted_rows_are_an_administrators_to_see_and_restore(acme, sign_in):
    admin, officer = sign_in(acme, "admin"), sign_in(acme, "officer")
    address = admin.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"}).location
    assert admin.post(f"{address}/delete").location == "/departments"
    assert address not in admin.get("/departments").text
    assert address in admin.get("/departments?deleted=1").text
    assert address not in officer.get("/departments?deleted=1").text
    assert officer.get(address).status_code == 404
    assert admin.get(address).status_code == 200
    assert officer.post(f"{address}/restore").status_code == 403
    assert admin.get(f"{address}/edit").status_code == 404
    admin.post(f"{address}/restore")
    assert officer.get(address).status_code == 200


def test_names_are_shown_as_text(acme, sign_in):
    officer = sign_in(acme, "officer")
    address = officer.post("/departments/add", data={"code": "<b>", "name": "<script>alert(1)</script>"}).location
    for page in (address, "/departments", f"{address}/edit", "/users/add"):
        assert "<script>alert" not in officer.get(page).text


def test_the_page_of_a_department_leads_to_its_people(acme, sign_in):
    officer = sign_in(acme, "officer")
    with tenant_scope(acme.id), unit_of_work():
        department = operations.create_department(acme.actor("admin"), code="OPS", name="Operations").id
        operations.update_employee(acme.actor("admin"), acme.employees["foreman"], department_id=department)
    page = officer.get(f"/departments/{department}").get_data(as_text=True)
    assert f'href="/users?_flt_0_department={department}"' in page
    people = officer.get(f"/users?_flt_0_department={department}").get_data(as_text=True)
    assert "Foreman Acme" in people
    assert "Outsider Acme" not in people
