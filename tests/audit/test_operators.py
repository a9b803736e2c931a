"""The trail of platform operators: what they do outside any tenant and to tenants, in one chain, for them alone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.accounts.models import SYSTEM
from app.audit import operations
from app.audit.models import AuditEntry, OperatorEntry, OperatorHead
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.conftest import PASSWORD
from tests.databases import as_owner

EMAIL = "op@trainflow.example"
TABLE = OperatorEntry.__table__
NEW = {"slug": "newest", "name": "Newest", "locale": "en", "time_zone": "Asia/Dubai", "plan": "standard",
       "admin_name": "First Admin", "email": "admin@newest.example", "password": PASSWORD}


def told():
    """(event, who) of the operators' trail, the latest last; a sound one."""
    with platform_scope():
        assert operations.first_broken_link() is None
        rows = db.session.execute(sa.select(OperatorEntry.event, OperatorEntry.actor_name)
                                  .order_by(OperatorEntry.sequence))
        return [tuple(row) for row in rows]


def execute(statement):
    connection = db.session.connection()
    with as_owner(connection):
        connection.execute(statement)


@pytest.fixture
def operator(context, operator_program):
    """A client that is signed in as platform operator."""
    client = context.test_client()
    assert client.post("/login", data={"email": EMAIL, "password": PASSWORD}).status_code == 302
    return client


def test_coming_and_going_and_being_refused_is_in_it(context, operator):
    before = len(told())
    context.test_client().post("/login", data={"email": EMAIL, "password": "wrong password"})
    operator.post("/logout")
    assert told()[before - 1:] == [("SignedIn", "Op Erator"), ("SignInFailed", "TrainFlow"),
                                   ("SignedOut", "Op Erator")]
    with platform_scope():
        failed = db.session.scalars(sa.select(OperatorEntry).where(OperatorEntry.event == "SignInFailed")).one()
        assert (failed.source, failed.address, failed.data) == ("screen", "127.0.0.1", {"locked": False})


def test_their_keys_are_in_it(operator_program):
    before = len(told())
    key = operator_program.post("/api/v1/operator-keys/", json={"name": "Fleet"}).json["result"]["id"]
    assert operator_program.delete(f"/api/v1/operator-keys/{key}").status_code == 200
    assert [event for event, _who in told()[before:]] == ["ApiKeyCreated", "ApiKeyRevoked"]


def test_what_they_do_to_a_tenant_is_in_both_trails_and_what_its_people_do_in_its_own(acme, operator):
    before = len(told())
    answer = operator.post("/tenants/add", data=NEW)
    assert answer.status_code == 302
    assert operator.post(f"/tenants/{acme.id}/suspend").status_code == 302
    with tenant_scope(acme.id), unit_of_work():
        tenancy.update_tenant(acme.actor("admin"), acme.id, name="Acme Mining")
    assert told()[before:] == [("TenantCreated", "Op Erator"), ("TenantUpdated", "Op Erator")]
    with tenant_scope(acme.id):
        own = db.session.scalars(sa.select(AuditEntry.actor_name).where(AuditEntry.event == "TenantUpdated"))
        assert own.all() == ["Op Erator", "Admin Acme"]
        assert operations.first_broken_link() is None


def test_working_as_somebody_is_in_both_trails(acme, operator):
    before = len(told())
    answer = operator.post(f"/impersonation/{acme.id}", data={
        "email": acme.emails["officer"], "reason": "A report does not open", "password": PASSWORD})
    assert answer.status_code == 302
    operator.post("/impersonation/end")
    assert [event for event, _who in told()[before:]] == ["ImpersonationStarted", "ImpersonationEnded"]


def test_an_operation_that_fails_leaves_nothing_in_it(context):
    before = told()
    with pytest.raises(ZeroDivisionError), platform_scope(), unit_of_work():
        tenancy.create_tenant(SYSTEM, slug="newest", name="Newest")
        1 / 0
    assert told() == before


@pytest.mark.parametrize("change", [
    sa.update(TABLE).values(actor_name="x"), sa.delete(TABLE), sa.text("TRUNCATE operator_audit_logs"),
], ids=["update", "delete", "truncate"])
def test_the_database_refuses_to_change_or_remove_entries(operator_program, change):
    with platform_scope(), pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        execute(change)


def touch_the_first():
    """Change an entry as somebody who owns the database can."""
    connection = db.session.connection()
    with as_owner(connection):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP TRIGGER operator_audit_logs_append_only_row ON operator_audit_logs")
        else:
            connection.exec_driver_sql("DROP TRIGGER operator_audit_logs_no_update")
        connection.execute(sa.update(TABLE).where(TABLE.c.sequence == 1).values(actor_name="Somebody Else"))


def test_an_entry_changed_by_hand_is_found_by_button_rest_and_command(context, operator, operator_program):
    run, command = context.test_cli_runner(), ["trainflow", "verify-audit", "--operators"]
    found = run.invoke(args=command)
    assert (found.exit_code, "entries are intact" in found.output) == (0, True), found.output
    kept = found.output.split("--root ")[1].strip()
    assert run.invoke(args=[*command, "--root", kept]).exit_code == 0
    assert run.invoke(args=[*command, "--root", "2:" + "0" * 64]).exit_code == 1
    assert "are intact" in operator.post("/operator-trail/verify", follow_redirects=True).text
    with platform_scope(), unit_of_work():
        touch_the_first()
    assert "was changed or removed" in operator.post("/operator-trail/verify", follow_redirects=True).text
    assert operator_program.post("/api/v1/operator-trail/verify").json["result"]["first_broken"] == 1
    found = run.invoke(args=command)
    assert (found.exit_code, "entry 1 was changed or removed" in found.output) == (1, True)


def test_a_cut_off_end_is_found(operator_program):
    with platform_scope(), unit_of_work():
        head = db.session.scalars(sa.select(OperatorHead)).one()
        head.sequence += 1
    with platform_scope():
        assert operations.first_broken_link() == head.sequence


def test_the_command_is_told_which_trail(context, acme):
    for which in ([], ["--tenant", "acme", "--operators"]):
        assert context.test_cli_runner().invoke(args=["trainflow", "verify-audit", *which]).exit_code == 2


def test_operators_read_it_and_export_it_and_nobody_of_a_tenant_does(acme, sign_in, program, operator,
                                                                      operator_program):
    page = operator.get("/operator-trail").text
    assert ">Signed in</a>" in page and 'href="/operator-trail' in operator.get("/").text
    assert ">Signed in</a>" not in operator.get("/operator-trail?_flt_3_event=TenantCreated").text
    entry = operator_program.get("/api/v1/operator-trail/").json["result"][0]
    assert entry["event"] == "SignedIn" and entry["previous_hash"] != entry["hash"]
    assert "Op Erator" in operator.get(f"/operator-trail/{entry['id']}").text
    assert "Signed in" in operator.get("/operator-trail/export.csv").text
    assert told()[-1] == ("Exported", "Op Erator")
    for who in ("admin", "officer"):
        assert sign_in(acme, who).get("/operator-trail").status_code == 403
        assert program(acme, who).get("/api/v1/operator-trail/").status_code == 403
        assert program(acme, who).get(f"/api/v1/operator-trail/{entry['id']}").status_code == 403
    assert operator.get("/audit-logs").status_code == 403


def test_behind_the_policies_a_tenants_scope_reads_none(inside, operator_program):
    found = db.session.scalars(sa.select(OperatorEntry)).all()
    is_walled = db.session.connection().dialect.name == "postgresql"
    assert (found == []) is is_walled
