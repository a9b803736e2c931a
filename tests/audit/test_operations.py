"""The trail: complete, in one chain, and telling when it was touched."""

from __future__ import annotations

import datetime as dt
import importlib
import threading
from types import SimpleNamespace

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from app.accounts import impersonation, keys, reset, second_step
from app.accounts import operations as accounts
from app.accounts import sign_in as door
from app.accounts.models import SYSTEM, SystemActor
from app.accounts.permissions import OPERATOR
from app.audit import operations, rules
from app.audit.models import AuditEntry, AuditHead, AuditRoot
from app.audit.operations import first_broken_link
from app.notifications import forecasts, letters
from app.notifications.models import OutboxMessage
from app.organisation import delegation, moves
from app.organisation import operations as organisation
from app.platform import clock
from app.platform.db import db
from app.platform.errors import NotAllowed
from app.platform.events import Changed, Event
from app.platform.scope import across_tenants, enter, leave, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.conftest import NOW, PASSWORD
from tests.databases import as_owner
from tests.served import served_app

TABLE = AuditEntry.__table__


def execute(statement):
    """Run a statement as somebody who sits at the database would."""
    connection = db.session.connection()
    with as_owner(connection):
        return connection.execute(statement)


@pytest.fixture
def unsealed(inside):
    """acme's trail with the triggers of the database taken off, for the time of the test."""
    connection = db.session.connection()
    on = " ON audit_logs" if connection.dialect.name == "postgresql" else ""
    with as_owner(connection):
        names = connection.exec_driver_sql(
            "SELECT DISTINCT tgname FROM pg_trigger WHERE tgrelid = 'audit_logs'::regclass AND NOT tgisinternal" if on
            else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_logs'").scalars().all()
        for name in names:
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    assert first_broken_link() is None
    return inside


def where(organisation_, sequence):
    return sa.and_(TABLE.c.tenant_id == organisation_.id, TABLE.c.sequence == sequence)


@pytest.mark.parametrize("values", [
    {"actor_name": "Somebody Else"}, {"event": "DepartmentCreated"}, {"data": {"roles": ["Administrator"]}},
    {"occurred_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, {"subject_id": "1"}, {"address": "10.0.0.1"},
    {"hash": "f" * 64}, {"previous_hash": "f" * 64},
], ids=lambda values: next(iter(values)))
def test_an_edited_entry_is_found(unsealed, values):
    execute(sa.update(TABLE).where(where(unsealed, 3)).values(**values))
    db.session.expire_all()
    assert first_broken_link() == 3


def test_a_removed_entry_is_found(unsealed):
    execute(sa.delete(TABLE).where(where(unsealed, 3)))
    assert first_broken_link() == 3


def test_a_cut_tail_is_found(unsealed):
    last = db.session.scalar(sa.select(sa.func.max(AuditEntry.sequence)))
    execute(sa.delete(TABLE).where(where(unsealed, last)))
    assert first_broken_link() == last


@pytest.mark.parametrize("mended", [("hash",), ("sequence",), ("hash", "sequence"), None], ids=str)
def test_a_cut_tail_is_found_by_a_head_that_is_mended_by_half_or_gone_and_by_a_root_kept_elsewhere(unsealed, mended):
    *_, before, last = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)).all()
    values, end, kept = {"hash": before.hash, "sequence": before.sequence}, last.sequence, {last.sequence: last.hash}
    head = AuditHead.__table__
    execute(sa.delete(TABLE).where(where(unsealed, end)))
    execute(sa.delete(head).where(head.c.tenant_id == unsealed.id) if mended is None else
            sa.update(head).where(head.c.tenant_id == unsealed.id).values({name: values[name] for name in mended}))
    db.session.expire_all()
    assert first_broken_link() == (None if mended == ("hash", "sequence") else end)
    assert first_broken_link(kept) == end


def test_a_tenant_of_whom_nothing_is_recorded_yet_has_a_sound_trail(context):
    with unit_of_work():
        tenant_id = tenancy.create_tenant(SYSTEM, slug="newest", name="Newest").id
    with tenant_scope(tenant_id):
        assert first_broken_link() is None


def test_an_emptied_trail_is_found(unsealed):
    execute(sa.delete(TABLE).where(TABLE.c.tenant_id == unsealed.id))
    assert first_broken_link() == 1


def test_swapped_entries_are_found(unsealed):
    for old, new in ((3, -1), (4, 3), (-1, 4)):
        execute(sa.update(TABLE).where(where(unsealed, old)).values(sequence=new))
    db.session.expire_all()
    assert first_broken_link() == 3


def test_an_entry_of_ones_own_making_is_found(unsealed):
    third = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.sequence == 3)).one()
    forged = vars(third) | {"actor_name": "Somebody Else"}
    execute(sa.update(TABLE).where(where(unsealed, 3)).values(
        actor_name="Somebody Else", hash=rules.seal(third.previous_hash, forged)))
    db.session.expire_all()
    assert first_broken_link() == 4  # sealed anew, but the next entry knows the old seal


def rewrite_everything(of):
    """What somebody does who owns the database and knows how entries are sealed."""
    previous = rules.FIRST_LINK
    for entry in db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence)).all():
        forged = vars(entry) | {"actor_name": "Somebody Else", "previous_hash": previous}
        sealed = rules.seal(previous, forged)
        execute(sa.update(TABLE).where(where(of, entry.sequence)).values(
            actor_name="Somebody Else", previous_hash=previous, hash=sealed))
        previous = sealed
    execute(sa.update(AuditHead.__table__).where(AuditHead.tenant_id == of.id).values(hash=previous))
    db.session.expire_all()


def test_a_chain_rewritten_from_end_to_end_is_found_by_its_roots(unsealed):
    with unit_of_work():
        root = operations.take_root(SYSTEM)
    assert first_broken_link() is None
    rewrite_everything(unsealed)
    assert first_broken_link() == root.sequence


def test_a_root_kept_elsewhere_finds_what_no_root_here_does(unsealed):
    head = db.session.scalars(sa.select(AuditHead)).one()
    kept = {head.sequence: head.hash}
    rewrite_everything(unsealed)
    assert first_broken_link() is None  # no root was taken yet: whoever owns the database has the last word
    assert first_broken_link(kept) == head.sequence
    assert first_broken_link({10_000: "f" * 64}) is not None  # an end that is gone


def test_a_root_is_taken_once_a_day_and_sent(inside, context):
    admin = inside.actor("admin")
    with unit_of_work():
        tenancy.update_tenant(admin, inside.id, audit_root_email="keeper@law.example")
    head = db.session.scalars(sa.select(AuditHead)).one()
    expected = f"{head.sequence}:{head.hash}"
    for _twice in range(2):
        with unit_of_work():
            operations.take_root(SYSTEM)
    [mail] = db.session.scalars(sa.select(OutboxMessage)).all()
    assert mail.address == "keeper@law.example"
    letters.write([mail])
    assert f"--tenant acme --root {expected}" in mail.text
    assert db.session.scalar(sa.select(sa.func.count(AuditRoot.id))) == 1
    assert first_broken_link() is None


def test_the_page_of_what_will_be_sent_knows_the_roots_that_the_days_bring(inside):
    assert forecasts.outlook(clock.today()) == []
    with unit_of_work():
        tenancy.update_tenant(inside.actor("admin"), inside.id, audit_root_email="keeper@law.example")
    lines = forecasts.outlook(clock.today())
    for nth in range(forecasts.DAYS + 1):
        with time_machine.travel(NOW + dt.timedelta(days=nth), tick=False), unit_of_work():
            operations.take_root(SYSTEM)
    sent = db.session.scalars(sa.select(OutboxMessage.created_at).order_by(OutboxMessage.id))
    assert [(line.day, line.kind, line.count) for line in lines] == [
        (at.date(), "audit-root", 1) for at in sent]
    assert forecasts.outlook(clock.today())[0].channel == "email"  # today's is told, and waits in the outbox


def test_without_an_address_the_root_is_kept_here_only(inside):
    with unit_of_work():
        assert operations.take_root(SYSTEM).sent_to is None
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0


@pytest.mark.parametrize("change", [
    sa.update(AuditRoot.__table__).values(hash="f" * 64), sa.delete(AuditRoot.__table__),
], ids=["update", "delete"])
def test_the_database_refuses_to_change_or_remove_roots(inside, change):
    with unit_of_work():
        operations.take_root(SYSTEM)
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        execute(change)


@pytest.mark.parametrize("change", [
    sa.update(TABLE).values(actor_name="x"), sa.delete(TABLE), sa.text("TRUNCATE audit_logs"),
], ids=["update", "delete", "truncate"])
def test_the_database_refuses_to_change_or_remove_entries(inside, change):
    with pytest.raises(sa.exc.DBAPIError), db.session.begin_nested():
        execute(change)
    assert first_broken_link() is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) > 6


def test_two_writers_keep_one_chain(tmp_path):
    with served_app(tmp_path) as app:
        with app.app_context(), unit_of_work():
            tenant_id = tenancy.create_tenant(SYSTEM, slug="acme", name="Acme").id
        start, failures = threading.Barrier(4), []
        threads = [threading.Thread(target=_write, args=(app, tenant_id, start, n, failures)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with app.app_context(), tenant_scope(tenant_id):
            found = db.session.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all()
            assert found == list(range(1, 41))
            assert first_broken_link() is None


def _write(app, tenant_id, start, writer, failures):
    with app.app_context(), tenant_scope(tenant_id):
        start.wait()
        try:
            for number in range(10):
                with unit_of_work():
                    organisation.create_grade(SYSTEM, code=f"G{writer}-{number}", name="Grade", rank=number)
        except Exception as error:
            failures.append(error)


def test_an_undone_change_leaves_no_entry(inside):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    with pytest.raises(ZeroDivisionError), unit_of_work():
        organisation.create_grade(SYSTEM, code="G1", name="One", rank=1)
        1 / 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == before


def test_each_tenant_has_a_chain_of_its_own(acme, globex):
    for organisation_ in (acme, globex):
        with tenant_scope(organisation_.id):
            numbers = db.session.scalars(sa.select(AuditEntry.sequence).order_by(AuditEntry.sequence)).all()
            assert numbers == list(range(1, len(numbers) + 1))
            assert first_broken_link() is None


def test_an_entry_says_who_what_and_the_old_and_the_new(acme, sign_in):
    officer = sign_in(acme, "officer")
    made = officer.post("/departments/add", data={"code": "HSE", "name": "Safety", "is_active": "y"})
    officer.post(f"{made.location}/edit", data={"code": "HSE", "name": "Health", "is_active": "y"})
    with tenant_scope(acme.id):
        entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "DepartmentUpdated")).one()
        assert entry.data == {"changes": {"name": ["Safety", "Health"]}}
        assert (entry.actor_name, entry.subject, entry.source) == ("Officer Acme", "department", "screen")
        assert entry.address == "127.0.0.1"
        assert entry.subject_id == made.location.rsplit("/", 1)[1]
        assert entry.trace_id


# -- every write leaves its entry ------------------------------------------------------------------------


def walk(acme):
    """Everything that the organisation and accounts contexts let anybody do, once."""
    admin = acme.actor("admin")
    for kind, more in (("department", {}), ("grade", {"rank": 1}), ("job_role", {})):
        row = getattr(organisation, f"create_{kind}")(admin, code="C1", name="One", **more)
        getattr(organisation, f"update_{kind}")(admin, row.id, name="Two")
        getattr(organisation, f"archive_{kind}")(admin, row.id)
        getattr(organisation, f"restore_{kind}")(admin, row.id)
    parts = [organisation.create_department(admin, code=code, name=code).id for code in ("P1", "P2")]
    organisation.update_department(admin, parts[0], parent_id=parts[1])
    person = organisation.create_employee(admin, number="N1", name="New Person")
    organisation.update_employee(admin, person.id, job_role_id=row.id)
    organisation.grant_login(admin, person.id, email="new@acme.example", role="Employee", password=PASSWORD)
    organisation.edit_login(admin, person.id, role="Foreman", active=True, password="another good password")
    absence = delegation.create_delegation(admin, employee_id=acme.employees["manager"], starts_on=dt.date(2026, 3, 2),
                                           delegate_id=acme.employees["foreman"], ends_on=dt.date(2026, 3, 9))
    delegation.update_delegation(admin, absence.id, ends_on=dt.date(2026, 3, 12))
    delegation.archive_delegation(admin, absence.id)
    organisation.archive_employee(admin, person.id)
    restored = organisation.restore_employee(admin, person.id)
    key = keys.create_api_key(admin, name="Report robot")
    keys.revoke_api_key(admin, key.id)
    secret = second_step.new_secret()
    [code, *_rest] = second_step.add_second_step(admin, secret=secret, code=pyotp.TOTP(secret).now())
    second_step.use_code(admin.id, code)
    second_step.renew_recovery_codes(admin)
    second_step.remove_second_step(admin)
    operator = SystemActor(roles=(SimpleNamespace(name=OPERATOR),))
    person = impersonation.start_impersonation(operator, email=acme.emails["officer"], reason="A report does not open")
    impersonation.end_impersonation(person, operator.id, "a session")
    reset.request_reset(admin.id)
    accounts.end_sessions(admin)
    accounts.sign_out(admin)
    return restored, parts[0]


def test_every_write_of_organisation_and_accounts_leaves_its_entry(context, acme):
    with tenant_scope(acme.id), unit_of_work():
        person, moved = walk(acme)
        person = person.id
    with tenant_scope(acme.id), unit_of_work():
        admin = acme.actor("admin")
        moves.undo_move(admin, person, change_id=moves.moves_of(person)[0].id)
        moves.undo_department_move(admin, moved, change_id=moves.moves_of(moved, moves.DEPARTMENTS)[0].id)
    token = enter(None)
    with context.test_request_context():
        door.sign_in(acme.emails["officer"], PASSWORD)
        with pytest.raises(NotAllowed):
            door.sign_in(acme.emails["officer"], "wrong password")
    leave(token)
    with across_tenants("what the trail holds"):
        left = set(db.session.scalars(sa.select(AuditEntry.event)))
    own = {name for place in ("organisation", "accounts")
           for name, kind in vars(importlib.import_module(f"app.{place}.events")).items()
           if isinstance(kind, type) and issubclass(kind, Event) and kind not in (Event, Changed)}
    assert own - left == set()


def test_what_changes_nothing_leaves_nothing(inside):
    admin = inside.actor("admin")
    with unit_of_work():
        grade = organisation.create_grade(admin, code="G1", name="One", rank=1)
    before = db.session.scalar(sa.select(sa.func.max(AuditEntry.sequence)))
    with unit_of_work():
        organisation.update_grade(admin, grade.id, name="One", rank=1)
        organisation.edit_login(admin, inside.employees["officer"], role="Training Officer", active=True)
    assert db.session.scalar(sa.select(sa.func.max(AuditEntry.sequence))) == before
