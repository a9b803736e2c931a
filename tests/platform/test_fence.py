"""No way through the session reaches another tenant's rows.

One test for each way that was measured to leak when the fence only adds a criterion (or none).
"""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import assoc_user_role
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload, subqueryload

from app.accounts.models import Role, User
from app.organisation.models import Department, Employee, Grade
from app.platform import clock
from app.platform.db import db
from app.platform.fence import TenantFenceError, kept, unfenced
from app.platform.scope import (
    Scope,
    across_tenants,
    current_scope,
    current_tenant_id,
    platform_scope,
    tenant_scope,
)

TABLE = Department.__table__


@pytest.fixture
def two(acme, globex):
    """acme and globex, each with two departments: one within the other."""
    for organisation in (acme, globex):
        with tenant_scope(organisation.id):
            top = Department(code="TOP", name=f"Top of {organisation.slug}")
            db.session.add(top)
            db.session.flush()
            low = Department(code="LOW", name=f"Low of {organisation.slug}", parent_id=top.id)
            db.session.add(low)
            db.session.flush()
            person = db.session.get(Employee, organisation.employees["employee"])
            person.department_id = low.id
            organisation.top, organisation.low = top.id, low.id
            db.session.commit()
    return acme, globex


def names(rows):
    return sorted(row.name for row in rows)


ACMES = ["Low of acme", "Top of acme"]


# -- reading ---------------------------------------------------------------------------------------------


def test_every_shape_of_select_sees_one_tenant(two):
    acme, globex = two
    other = aliased(Department)
    named = sa.select(Department.id).where(Department.name.contains("of"))
    cte = sa.select(Department.id, Department.name).cte()
    with tenant_scope(acme.id):
        run = db.session
        assert names(run.scalars(sa.select(Department))) == ACMES
        assert names(run.query(Department).all()) == ACMES
        assert run.query(Department).count() == 2
        assert run.scalar(sa.select(sa.func.count()).select_from(Department)) == 2
        assert run.scalar(sa.select(sa.func.count(Department.id))) == 2
        assert sorted(run.scalars(sa.select(Department.name))) == ACMES
        assert names(run.scalars(sa.select(other))) == ACMES
        assert sorted(run.scalars(sa.select(cte.c.name))) == ACMES
        assert names(run.scalars(sa.select(Department).where(Department.id.in_(named)))) == ACMES
        assert len(run.execute(sa.union_all(named, named)).all()) == 4
        assert run.execute(sa.select(Department.name, other.name)
                           .join(other, other.id == Department.parent_id)).all() == [tuple(ACMES)]
        assert len(run.execute(sa.select(Employee.name, Department.name)
                               .outerjoin(Department, Department.id == Employee.department_id)).all()) == 6
        assert run.scalar(sa.select(sa.select(sa.func.count(Department.id)).scalar_subquery())) == 2


def test_exists_and_counts_around_a_subquery_see_one_tenant(two):
    acme, globex = two
    with tenant_scope(acme.id):
        for row_id, there in ((acme.top, True), (globex.top, False), (uuid4(), False)):
            wanted = Department.id == row_id
            assert db.session.scalar(sa.select(sa.exists().where(wanted))) is there
            assert db.session.scalar(sa.select(sa.select(Department.id).where(wanted).exists())) is there
            assert db.session.query(db.session.query(Department).filter(wanted).exists()).scalar() is there
            assert db.session.query(Department).filter(wanted).count() == int(there)
            assert db.session.scalar(sa.select(sa.func.count()).select_from(
                sa.select(Department.id).where(wanted).subquery())) == int(there)


def test_by_key_another_tenants_row_is_not_there(two):
    acme, globex = two
    with tenant_scope(acme.id):
        assert db.session.get(Department, globex.top) is None
        assert db.session.query(Department).get(globex.top) is None
        assert db.session.get(User, _login(globex)) is None


def test_the_identity_map_hands_no_row_to_the_next_tenant(two):
    acme, globex = two
    with tenant_scope(globex.id):
        kept = db.session.get(Department, globex.low)
        assert kept.parent.name == "Top of globex"
        with tenant_scope(acme.id):
            assert db.session.get(Department, globex.low) is None
            assert db.session.get(Department, globex.top) is None
            assert kept not in db.session
        assert db.session.get(Department, globex.low) is kept


@pytest.mark.parametrize("load", [joinedload, selectinload, subqueryload])
def test_loaded_relations_stay_inside_even_over_a_corrupt_row(two, load):
    acme, globex = two
    with pointing_across(acme.low, globex.top), tenant_scope(acme.id):
        row = db.session.scalars(sa.select(Department).where(Department.id == acme.low)
                                 .options(load(Department.parent))).one()
        assert row.parent is None


def test_lazy_and_eager_joins_stay_inside_even_over_a_corrupt_row(two):
    acme, globex = two
    above = aliased(Department)
    with pointing_across(acme.low, globex.top), tenant_scope(acme.id):
        assert db.session.get(Department, acme.low).parent is None
        db.session.expire_all()
        row = db.session.scalars(sa.select(Department).outerjoin(above, above.id == Department.parent_id)
                                 .options(contains_eager(Department.parent.of_type(above)))
                                 .where(Department.id == acme.low)).one()
        assert row.parent is None


class pointing_across:
    """A department whose parent is another tenant's: what the database would refuse at commit."""

    def __init__(self, child, parent):
        self.change = sa.update(TABLE).where(TABLE.c.id == child).values(parent_id=parent)

    def __enter__(self):
        with across_tenants("the test corrupts a row"):
            db.session.connection().execute(self.change)
            db.session.commit()

    def __exit__(self, *error):
        with across_tenants("the test mends it"):
            db.session.connection().execute(self.change.values(parent_id=None))
            db.session.commit()


def test_a_role_lists_the_logins_of_one_tenant_only(two):
    acme, globex = two
    with tenant_scope(acme.id):
        role = db.session.scalars(sa.select(Role).where(Role.name == "Administrator")).one()
        assert [user.email for user in role.user] == [acme.emails["admin"]]


@pytest.mark.parametrize("statement", [
    sa.text("SELECT * FROM departments"),
    sa.select(TABLE),
    sa.select(TABLE.c.name),
    sa.select(sa.func.count()).select_from(TABLE),
    sa.select(TABLE.alias()),
    sa.update(TABLE).values(name="x"),
    sa.delete(TABLE),
    sa.insert(TABLE).values(code="X"),
    sa.select(assoc_user_role),
    sa.insert(assoc_user_role).values(user_id=1, role_id=1),
    sa.select(Department).from_statement(sa.text("SELECT * FROM departments")),
    sa.select(Department).from_statement(sa.select(TABLE)),
    sa.select(Grade.id).join(TABLE, TABLE.c.code == Grade.code),
    sa.select(Role.name).where(sa.exists().where(TABLE.c.code == Role.name)),
], ids=str)
def test_text_core_tables_and_from_statement_are_refused(inside, statement):
    with pytest.raises(TenantFenceError):
        db.session.execute(statement)


def test_a_statement_that_names_its_tenant_may_pass_by_saying_so(two):
    acme, globex = two
    with tenant_scope(acme.id):
        statement = unfenced(sa.select(TABLE.c.name).where(TABLE.c.tenant_id == acme.id))
        assert sorted(db.session.scalars(statement)) == ACMES


# -- writing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings"])
def test_the_legacy_bulk_api_is_closed(inside, method):
    with pytest.raises(TenantFenceError):
        getattr(db.session, method)(Department, [{"id": uuid4(), "name": "x"}])


def test_updates_and_deletes_with_criteria_touch_one_tenant(two):
    acme, globex = two
    with tenant_scope(acme.id):
        assert db.session.execute(sa.update(Department).values(name="Renamed")).rowcount == 2
        assert db.session.query(Department).update({"name": "Again"}) == 2
        assert db.session.execute(sa.update(Department).where(Department.id == globex.top)
                                  .values(name="Taken")).rowcount == 0
        assert db.session.execute(sa.delete(Department).where(Department.id == globex.low)).rowcount == 0
        assert db.session.query(Department).filter(Department.id == globex.low).delete() == 0
        db.session.commit()
    with tenant_scope(globex.id):
        assert names(db.session.scalars(sa.select(Department))) == ["Low of globex", "Top of globex"]


def test_bulk_updates_by_key_are_refused(two):
    acme, globex = two
    with tenant_scope(acme.id), pytest.raises(TenantFenceError):
        db.session.execute(sa.update(Department), [{"id": globex.top, "name": "Taken"}])


def test_a_row_never_changes_its_tenant(two):
    acme, globex = two
    with tenant_scope(acme.id):
        for values in ({"tenant_id": globex.id}, {Department.tenant_id: globex.id}):
            with pytest.raises(TenantFenceError):
                db.session.execute(sa.update(Department).values(values))
        with pytest.raises(TenantFenceError):
            db.session.execute(sa.update(Department).ordered_values((Department.tenant_id, globex.id)))
        with pytest.raises(TenantFenceError):
            db.session.query(Department).update({"tenant_id": globex.id})
        db.session.get(Department, acme.top).tenant_id = globex.id
        with pytest.raises(TenantFenceError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("insert", [
    lambda row: (sa.insert(Department).values(**row),),
    lambda row: (sa.insert(Department).values([row]),),
    lambda row: (sa.insert(Department), [row]),
    lambda row: (sa.insert(Department), row),
    lambda row: (sa.insert(Department).from_select(list(row), sa.select(*map(sa.literal, row.values()))),),
], ids=["values", "many values", "many parameters", "one parameter", "from select"])
def test_inserts_for_another_tenant_or_for_none_are_refused(two, insert):
    acme, globex = two
    row = {"id": uuid4(), "code": "X", "name": "X", "search_key": "", "is_active": True,
           "created_at": clock.now(), "updated_at": clock.now()}
    with tenant_scope(acme.id):
        for tenant in ({"tenant_id": globex.id}, {}):
            with pytest.raises(TenantFenceError):
                db.session.execute(*insert(row | tenant))


def test_an_insert_never_overwrites_another_tenants_row(two):
    acme, globex = two
    row = {"id": globex.top, "tenant_id": acme.id, "code": "X", "name": "Taken"}
    with tenant_scope(acme.id):
        dialect = __import__(f"sqlalchemy.dialects.{db.engine.dialect.name}", fromlist=["insert"])
        statement = dialect.insert(Department).values(**row)
        with pytest.raises(TenantFenceError):
            db.session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"name": "Taken"}))


def test_a_row_without_a_tenant_is_stamped_and_one_for_another_refused(two):
    acme, globex = two
    with tenant_scope(acme.id):
        row = Department(code="NEW", name="New")
        db.session.add(row)
        db.session.flush()
        assert row.tenant_id == acme.id
        db.session.add(Department(code="X", name="X", tenant_id=globex.id))
        with pytest.raises(TenantFenceError):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize("what", ["changed", "taken over", "deleted"])
def test_a_row_of_another_scope_is_neither_changed_nor_deleted(two, what):
    acme, globex = two
    with tenant_scope(globex.id):
        theirs = db.session.get(Department, globex.low)
        db.session.expunge(theirs)
    with tenant_scope(acme.id):
        db.session.add(theirs)
        theirs.name = "Taken"
        if what == "taken over":
            theirs.tenant_id = acme.id
        elif what == "deleted":
            db.session.delete(theirs)
        with pytest.raises(TenantFenceError):
            db.session.flush()
        db.session.rollback()
        db.session.expunge_all()
    with tenant_scope(globex.id):
        assert db.session.get(Department, globex.low).name == "Low of globex"


# -- the database's own wall -----------------------------------------------------------------------------


@pytest.mark.parametrize(("child", "column", "parent"), [
    (Department, "parent_id", Department), (Employee, "department_id", Department),
    (Employee, "foreman_id", Employee), (Employee, "manager_id", Employee),
], ids=lambda value: getattr(value, "__name__", value))
def test_the_database_refuses_a_reference_across_tenants(two, child, column, parent):
    acme, globex = two
    with across_tenants("the fence is off, the database stands alone"):
        mine, theirs = (db.session.scalars(sa.select(model).where(model.tenant_id == tenant).limit(1)).one()
                        for model, tenant in ((child, acme.id), (parent, globex.id)))
        own = db.session.scalars(sa.select(parent).where(parent.tenant_id == acme.id)).first()
        with own_transaction(db.session) as connection:
            change = sa.update(child.__table__).where(child.__table__.c.id == mine.id)
            connection.execute(change.values({column: own.id}))
            check_references_now(connection)
            with pytest.raises(sa.exc.IntegrityError):
                connection.execute(change.values({column: theirs.id}))
                check_references_now(connection)


class own_transaction:
    def __init__(self, session):
        self.nested = session.connection().begin_nested()

    def __enter__(self):
        return self.nested.connection

    def __exit__(self, *error):
        self.nested.rollback()


def check_references_now(connection):
    """Deferred foreign keys answer at commit; ask them earlier, so that the test's transaction can go on."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    elif connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise sa.exc.IntegrityError("foreign_key_check", {}, Exception("a row refers to nothing"))


def test_every_reference_between_tenant_tables_carries_the_tenant(app):
    tenants = {m.local_table for m in db.Model.registry.mappers if "tenant_id" in m.local_table.c}
    loose = [f"{table.name}.{fk.parent.name}" for table in tenants for fk in table.foreign_keys
             if fk.column.table in tenants and "tenant_id" not in fk.constraint.columns
             and not table.name.startswith("ab_")]
    assert loose == []


# -- scopes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("read", [
    lambda: db.session.scalars(sa.select(Department)),
    lambda: db.session.get(Department, uuid4()),
    lambda: db.session.scalar(sa.select(sa.func.count()).select_from(Department)),
    lambda: db.session.scalar(sa.select(sa.exists().where(Department.code == "TOP"))),
    lambda: db.session.scalars(sa.select(aliased(Department))),
    lambda: db.session.execute(sa.update(Department).values(name="x")),
    lambda: db.session.execute(sa.delete(Department)),
    lambda: db.session.scalars(sa.select(User)),
    lambda: db.session.scalars(sa.select(Role.name).join(Role.user)),
], ids=["select", "get", "count", "exists", "alias", "update", "delete", "login", "by way of a role"])
def test_with_no_tenant_set_it_is_an_error(context, read):
    with pytest.raises(TenantFenceError):
        read()


def test_with_no_tenant_set_nothing_is_written(context):
    db.session.add(Department(code="X", name="X"))
    with pytest.raises(TenantFenceError):
        db.session.flush()
    db.session.rollback()


def test_an_operator_sees_no_tenants_rows_and_own_logins_only(two):
    with platform_scope():
        assert db.session.scalars(sa.select(Department)).all() == []
        assert db.session.scalars(sa.select(User)).all() == []
        db.session.add(Department(code="X", name="X"))
        # PostgreSQL's row-level security refuses before the missing tenant does.
        with pytest.raises((TenantFenceError, sa.exc.IntegrityError, sa.exc.ProgrammingError)):
            db.session.flush()
        db.session.rollback()


def test_crossing_tenants_sees_all_and_shows_in_the_log(two, caplog):
    caplog.set_level("INFO", logger="app.platform.scope")
    with across_tenants("counting for the test"):
        assert current_scope() is Scope.EVERY_TENANT
        assert current_tenant_id() is None
        assert len(db.session.scalars(sa.select(Department)).all()) == 4
    assert "counting for the test" in caplog.text


def test_a_scope_ends_where_its_block_ends(two):
    acme, globex = two
    with pytest.raises(ZeroDivisionError), tenant_scope(acme.id):
        with tenant_scope(globex.id):
            assert current_tenant_id() == globex.id
        assert current_tenant_id() == acme.id
        1 / 0
    assert current_scope() is None


def test_a_thread_begins_with_no_tenant(inside):
    found = []
    thread = threading.Thread(target=lambda: found.append(current_scope()))
    thread.start()
    thread.join()
    assert found == [None]


def test_a_thousand_alternations_never_mix(two):
    wrong = 0
    for turn in range(1000):
        organisation = two[turn % 2]
        with tenant_scope(organisation.id):
            rows = db.session.execute(sa.select(Department.tenant_id, Department.name)).all()
            wrong += {row.tenant_id for row in rows} != {organisation.id} or len(rows) != 2
    assert wrong == 0


def test_a_kept_statement_is_held_to_whichever_tenant_runs_it(two):
    statement = kept(sa.select(Department.name).where(Department.code == sa.bindparam("code")))
    for organisation in (*two, *two):
        with tenant_scope(organisation.id):
            assert db.session.scalars(statement, {"code": "TOP"}).all() == [f"Top of {organisation.slug}"]
            db.session.get(Department, organisation.top).deleted_at = clock.now()
            db.session.flush()
            assert db.session.scalars(statement, {"code": "TOP"}).all() == []
            assert len(db.session.scalars(statement, {"code": "TOP"},
                                          execution_options={"include_deleted": True}).all()) == 1
            db.session.rollback()
    with pytest.raises(TenantFenceError):
        db.session.scalars(statement, {"code": "TOP"})


def test_a_kept_statement_on_a_bare_table_is_refused(inside):
    with pytest.raises(TenantFenceError):
        db.session.execute(kept(sa.select(TABLE.c.name)))


def test_a_request_leaves_no_tenant_behind_in_its_thread(acme, sign_in):
    assert sign_in(acme, "officer").get("/departments").status_code == 200
    assert current_scope() is None


def _login(organisation):
    with tenant_scope(organisation.id):
        return organisation.actor("admin").id


# -- deleted rows ----------------------------------------------------------------------------------------


@pytest.fixture
def put_away(two):
    acme, _globex = two
    with tenant_scope(acme.id):
        db.session.get(Department, acme.top).deleted_at = clock.now()
        db.session.commit()
        yield acme


def test_lists_leave_deleted_rows_out_unless_asked(put_away):
    assert names(db.session.scalars(sa.select(Department))) == ["Low of acme"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Department)) == 1
    assert db.session.scalar(sa.select(sa.exists().where(Department.id == put_away.top))) is False
    asked = sa.select(Department).execution_options(include_deleted=True)
    assert names(db.session.scalars(asked)) == ACMES


@pytest.mark.parametrize("load", [None, joinedload, selectinload, subqueryload])
def test_an_old_row_still_shows_the_deleted_one_it_refers_to(put_away, load):
    statement = sa.select(Department).where(Department.id == put_away.low)
    row = db.session.scalars(statement.options(load(Department.parent)) if load else statement).one()
    assert row.parent.name == "Top of acme"


def test_a_deleted_code_can_be_used_again_but_not_twice(put_away):
    db.session.add(Department(code="TOP", name="New top"))
    db.session.flush()
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.add(Department(code="TOP", name="Newer top"))
        db.session.flush()
