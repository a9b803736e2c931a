"""Row-level security alone, with the session's fence off: no row of another tenant, and none without a tenant."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.platform import row_security
from app.platform.db import db
from app.platform.scope import Scope, across_tenants, platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.structure.rows import fill_every_table


@pytest.fixture
def walled(context, acme, globex, request):
    """acme and globex with a row in every table, on a database that has the wall."""
    if db.engine.dialect.name != "postgresql" or not row_security.is_bound(db.engines[None]):
        # On SQLite, or as the tables' owner, there is no such wall; CI runs this as the role that has one.
        return None
    for organisation in (acme, globex):
        with tenant_scope(organisation.id), unit_of_work():
            organisation.rows = fill_every_table(organisation.id)
    return acme, globex


def tables():
    return [table for table in db.Model.metadata.sorted_tables if "tenant_id" in table.c]


def bare(statement):
    """Run a statement on the connection itself, where the fence sees nothing."""
    return db.session.connection().execute(statement)


def tenants_in(table):
    return set(bare(sa.select(table.c.tenant_id).distinct()).scalars())


def test_every_table_shows_ones_own_rows_only(walled, say):
    for organisation in walled or ():
        with tenant_scope(organisation.id):
            for table in tables():
                assert tenants_in(table) == {organisation.id}, table.name
    say(f"{len(tables()) if walled else 'no'} tables behind row-level security")


def test_no_table_shows_anything_while_no_tenant_is_set(walled):
    for table in tables() if walled else ():
        assert tenants_in(table) == set(), table.name


def test_the_platform_sees_logins_without_a_tenant_and_nothing_else(walled):
    with platform_scope():
        for table in tables() if walled else ():
            assert tenants_in(table) <= {None}, table.name


def test_crossing_tenants_is_possible_when_it_is_said(walled):
    with across_tenants("the test looks"):
        for table in tables() if walled else ():
            assert {organisation.id for organisation in walled} <= tenants_in(table), table.name


def test_a_foreign_row_is_neither_changed_nor_removed_nor_made(walled):
    acme, globex = walled or (None, None)
    for table in tables() if walled else ():
        if table.name == "audit_logs":
            continue
        with tenant_scope(acme.id):
            foreign = table.c.tenant_id == globex.id
            assert bare(sa.update(table).where(foreign).values(tenant_id=globex.id)).rowcount == 0, table.name
            assert bare(sa.delete(table).where(foreign)).rowcount == 0, table.name
            with pytest.raises(sa.exc.ProgrammingError, match="row-level security"), db.session.begin_nested():
                bare(sa.insert(table).values(**a_row_like(table, globex)))


def a_row_like(table, organisation):
    with tenant_scope(organisation.id):
        row = bare(sa.select(table).where(table.c.tenant_id == organisation.id).limit(1)).mappings().one()
    return {name: value for name, value in row.items() if value is not None}


def test_the_trail_can_not_even_be_changed_by_ones_own(walled):
    if walled:
        with tenant_scope(walled[0].id):
            trail = db.Model.metadata.tables["audit_logs"]
            for change in (sa.update(trail).values(actor_name="x"), sa.delete(trail)):
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), db.session.begin_nested():
                    bare(change)


def test_what_was_said_ends_with_the_transaction(app):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return
        with db.engine.connect() as connection:
            with connection.begin():
                row_security.say_scope(connection, Scope.EVERY_TENANT)
                assert said(connection) == "every tenant"
            assert said(connection) == ""


def said(connection):
    return connection.exec_driver_sql("SELECT current_setting('trainflow.scope', true)").scalar()


def test_a_second_upgrade_changes_nothing_and_secures_the_same_tables(app):
    with app.app_context():
        with row_security.owner_engine() as engine, engine.begin() as connection:
            secured = row_security.secure(connection)
        assert secured == (len(tables()) if db.engine.dialect.name == "postgresql" else 0)
