"""Arranging the organisation: what goes through, each refusal by its code, what is recorded."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.audit.models import AuditEntry
from app.organisation import operations, queries
from app.organisation.models import Department, Employee, Grade, JobRole
from app.organisation.rules import keys_in_cycles
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.errors import DomainError
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD


@pytest.fixture
def work(inside):
    """acme with its scope entered and a unit of work open, taken back afterwards."""
    with pytest.raises(_Done), unit_of_work():
        yield inside
        raise _Done


class _Done(Exception):
    pass


def refusal(call, *args, **values):
    with pytest.raises(DomainError) as caught:
        call(*args, **values)
    return [(error.code, error.field) for error in caught.value.errors]


NAMED = pytest.mark.parametrize(("kind", "model", "more", "column"), [
    ("department", Department, {}, "department_id"), ("grade", Grade, {"rank": 1}, "grade_id"),
    ("job_role", JobRole, {}, "job_role_id"),
], ids=["department", "grade", "job role"])


def do(verb, kind, *args, **values):
    return getattr(operations, f"{verb}_{kind}")(SYSTEM, *args, **values)


@NAMED
def test_a_code_is_taken_until_its_row_is_deleted(work, kind, model, more, column):
    first = do("create", kind, code="C1", name="One", **more)
    assert refusal(do, "create", kind, code="C1", name="Two", **more) == [("code_taken", "code")]
    other = do("create", kind, code="C2", name="Two", **more)
    assert refusal(do, "update", kind, other.id, code="C1") == [("code_taken", "code")]
    do("archive", kind, first.id)
    assert queries.named(model, first.id) is None
    assert queries.named(model, first.id, include_deleted=True) is first
    do("update", kind, other.id, code="C1")
    assert refusal(do, "restore", kind, first.id) == [("code_taken", None)]
    do("update", kind, other.id, code="C2")
    do("restore", kind, first.id)
    assert queries.named(model, first.id) is first and first.code == "C1"


@NAMED
def test_what_people_have_is_not_put_away(work, kind, model, more, column):
    row = do("create", kind, code="C1", name="One", **more)
    person = operations.create_employee(SYSTEM, number="N1", name="New", **{column: row.id})
    assert refusal(do, "archive", kind, row.id) == [("in_use", None)]
    operations.update_employee(SYSTEM, person.id, is_active=False)
    do("archive", kind, row.id)
    assert getattr(person, column.removesuffix("_id")) is row  # it was theirs, and still shows


@NAMED
def test_what_is_not_there_can_not_be_changed(globex, work, kind, model, more, column):
    for verb, values in (("update", {"name": "X"}), ("archive", {}), ("restore", {})):
        assert refusal(do, verb, kind, uuid4(), **values) == [("not_found", None)]
    row = do("create", kind, code="C1", name="One", **more)
    assert refusal(do, "restore", kind, row.id) == [("not_found", None)]  # it is not deleted
    do("archive", kind, row.id)
    for verb, values in (("update", {"name": "X"}), ("archive", {})):
        assert refusal(do, verb, kind, row.id, **values) == [("not_found", None)]


def test_a_department_is_part_of_one_that_is_there(work):
    assert refusal(do, "create", "department", code="A", name="A", parent_id=uuid4()) == [
        ("parent_id_unknown", "parent_id")]
    top = do("create", "department", code="TOP", name="Top")
    low = do("create", "department", code="LOW", name="Low", parent_id=top.id)
    assert refusal(do, "archive", "department", top.id) == [("in_use", None)]
    do("archive", "department", low.id)
    do("archive", "department", top.id)


def test_departments_make_no_circle(work):
    rows = [do("create", "department", code="0", name="0")]
    for n in range(1, 4):
        rows.append(do("create", "department", code=str(n), name=str(n), parent_id=rows[-1].id))
    for row in rows:
        assert refusal(do, "update", "department", rows[0].id, parent_id=row.id) == [
            ("department_cycle", "parent_id")]
    do("update", "department", rows[3].id, parent_id=rows[0].id)


# -- people ----------------------------------------------------------------------------------------------


def employ(**values):
    return operations.create_employee(SYSTEM, **({"number": "N1", "name": "New Person"} | values))


def test_each_thing_that_is_wrong_with_a_person_is_said_at_once(work):
    unknown = uuid4()
    assert set(refusal(employ, number="E1", department_id=unknown, grade_id=unknown, job_role_id=unknown,
                       foreman_id=unknown, manager_id=unknown, hired_on=dt.date(2026, 2, 1),
                       left_on=dt.date(2026, 1, 1))) == {
        ("number_taken", "number"), ("department_id_unknown", "department_id"), ("grade_id_unknown", "grade_id"),
        ("job_role_id_unknown", "job_role_id"), ("foreman_id_unknown", "foreman_id"),
        ("manager_id_unknown", "manager_id"), ("left_before_hired", "left_on")}


def test_leaving_is_compared_with_the_day_of_hiring_that_is_there(work):
    person = employ(hired_on=dt.date(2026, 2, 1))
    assert refusal(operations.update_employee, SYSTEM, person.id, left_on=dt.date(2026, 1, 31)) == [
        ("left_before_hired", "left_on")]
    operations.update_employee(SYSTEM, person.id, left_on=dt.date(2026, 2, 1))


@pytest.mark.parametrize(("line", "code"), [("foreman_id", "foreman_cycle"), ("manager_id", "manager_cycle")])
def test_nobody_leads_themselves(work, line, code):
    a = employ(number="A")
    b = employ(number="B", **{line: a.id})
    c = employ(number="C", **{line: b.id})
    for boss in (a, b, c):
        assert refusal(operations.update_employee, SYSTEM, a.id, **{line: boss.id}) == [(code, line)]
    operations.update_employee(SYSTEM, b.id, **{line: None})
    operations.update_employee(SYSTEM, a.id, **{line: c.id})


def test_a_circle_within_one_batch_is_refused_on_the_rows_that_make_it(work):
    a, b, c = (Draft.new({"number": n, "name": n}) for n in "ABC")
    for below, above in ((a, b), (b, a), (c, a)):
        below.values["manager_id"] = above.id
    operations.plan_employees(SYSTEM, [a, b, c], coming={a.id, b.id, c.id})
    assert [[error.code for error in draft.errors] for draft in (a, b, c)] == [["manager_cycle"]] * 2 + [[]]


def test_who_leaves_can_no_longer_sign_in_and_may_again_on_return(work):
    officer = work.employee("officer")
    operations.update_employee(SYSTEM, officer.id, is_active=False)
    assert officer.may_sign_in is False
    operations.update_employee(SYSTEM, officer.id, is_active=True)
    assert officer.may_sign_in is True
    operations.archive_employee(SYSTEM, officer.id)
    operations.restore_employee(SYSTEM, officer.id)
    assert officer.may_sign_in is False  # somebody has to allow it again


def test_nobody_removes_or_locks_out_themselves(work):
    admin = work.actor("admin")
    own = work.employees["admin"]
    assert refusal(operations.archive_employee, admin, own) == [("employee_is_self", None)]
    assert refusal(operations.update_employee, admin, own, is_active=False) == [("login_is_self", "active")]
    assert refusal(operations.edit_login, admin, own, role="Employee", active=True) == [("login_is_self", "roles")]
    assert refusal(accounts.update_login, admin, admin.id, active=False) == [("login_is_self", "active")]


def test_a_login_is_given_once_and_to_one_address(work):
    person = employ()
    assert refusal(operations.edit_login, SYSTEM, person.id, role="Employee", active=True) == [("login_missing", None)]
    given = {"email": work.emails["officer"].upper(), "role": "Employee", "password": PASSWORD}
    assert refusal(operations.grant_login, SYSTEM, person.id, **given) == [("email_taken", "email")]
    given["email"] = "new@acme.example"
    for password, code in (("short", "password_too_short"), ("1234567890", "password_well_known"),
                           ("new@acme.example", "password_is_email")):
        assert refusal(operations.grant_login, SYSTEM, person.id, **given | {"password": password}) == [
            (code, "password")]
    assert refusal(operations.grant_login, SYSTEM, person.id, **given | {"role": "Platform Operator"}) == [
        ("role_unknown", "roles")]
    operations.grant_login(SYSTEM, person.id, **given)
    assert (person.role, person.user.email, person.email) == ("Employee", "new@acme.example", "new@acme.example")
    assert refusal(operations.grant_login, SYSTEM, person.id, **given) == [("login_exists", None)]


def test_another_tenants_rows_are_not_there(globex, work):
    theirs = globex.employees["officer"]
    assert refusal(operations.update_employee, SYSTEM, theirs, name="X") == [("not_found", None)]
    assert refusal(operations.archive_employee, SYSTEM, theirs) == [("not_found", None)]
    assert refusal(operations.restore_employee, SYSTEM, theirs) == [("not_found", None)]
    assert refusal(operations.grant_login, SYSTEM, theirs, email="x@y.example", role="Employee",
                   password=PASSWORD) == [("not_found", None)]
    assert refusal(employ, foreman_id=theirs) == [("foreman_id_unknown", "foreman_id")]


def test_planning_writes_nothing(work, statements):
    drafts = [Draft.new({"number": f"X{n}", "name": "X"}) for n in range(50)]
    with statements() as found:
        operations.plan_employees(SYSTEM, drafts, lock=False)
    assert {draft.outcome for draft in drafts} == {"create"}
    assert not any(sql.startswith(("INSERT", "UPDATE", "DELETE")) for sql in found)
    assert len(found) <= 3


def test_a_record_is_found_by_any_spelling_of_its_name(work):
    person = employ(name="Émile Haddad", name_ar="إيمان حدّاد")
    assert person.search_key == " n1 emile haddad ايمان حداد"
    operations.update_employee(SYSTEM, person.id, name="Emil Haddad")
    assert person.search_key == " n1 emil haddad ايمان حداد"


def test_what_changed_is_recorded_with_old_and_new(inside):
    with unit_of_work():
        person = employ(phone="1")
        operations.update_employee(inside.actor("officer"), person.id, phone="2", name="New Person")
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "EmployeeUpdated")).one()
    assert entry.data["changes"] == {"phone": ["1", "2"]}


# -- the pure part ---------------------------------------------------------------------------------------


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)))
def test_exactly_the_keys_on_a_loop_are_found(parents):
    def comes_back(start):
        here = parents.get(start)
        for _ in parents:
            if here is None or here == start:
                break
            here = parents.get(here)
        return here == start

    assert keys_in_cycles(parents) == {key for key in parents if comes_back(key)}


def test_a_whole_organisation_is_checked_in_one_walk():
    chain = {n: n + 1 for n in range(200_000)}
    assert keys_in_cycles(chain) == set()
    assert keys_in_cycles(chain | {200_000: 199_999}) == {199_999, 200_000}


def test_people_are_ordered_in_one_direction_only(inside):
    assert sorted(db.session.scalars(sa.select(Employee.number))) == [f"E{n}" for n in range(1, 7)]
