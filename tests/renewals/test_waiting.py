"""The number in the navigation is the number of requests in the inbox, whoever looks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.accounts.models import role_names
from app.organisation import delegation
from app.organisation import operations as organisation
from app.platform.db import db
from app.platform.look.waiting import asked_by
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import queries, waiting

PEOPLE = ("admin", "officer", "manager", "foreman", "employee", "outsider")


def counted(acme):
    """Each person's number; the inbox has to hold exactly the same steps."""
    found = {}
    with tenant_scope(acme.id):
        for who in PEOPLE:
            actor = acme.actor(who)
            ids = set(db.session.scalars(waiting.waiting_ids(role_names(actor)), asked_by(actor)))
            assert ids == set(queries.waiting_ids(actor)), who
            found[who] = len(ids)
    return {who: count for who, count in found.items() if count}


def away(acme, who, delegate):
    with tenant_scope(acme.id), unit_of_work():
        delegation.create_delegation(acme.actor(who), delegate_id=acme.employees[delegate],
                                     starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 3, 5))


def test_it_counts_what_the_inbox_shows(acme, asking):
    asking.ask()
    assert counted(acme) == {"foreman": 1}
    asking.ask("outsider")  # nobody leads them: the officers decide
    assert counted(acme) == {"foreman": 1, "officer": 1}
    asking.ask("officer")  # the only officer does not decide about the own one
    assert counted(acme) == {"admin": 1, "foreman": 1, "officer": 1}


def test_it_follows_who_stands_in_and_who_has_left(acme, asking):
    asking.ask()
    asking.ask("outsider")
    away(acme, "foreman", "outsider")
    away(acme, "officer", "manager")
    assert counted(acme) == {"foreman": 1, "outsider": 1, "officer": 1, "manager": 1}
    with tenant_scope(acme.id), unit_of_work():
        organisation.update_employee(acme.actor("admin"), acme.employees["outsider"], is_active=False)
    assert "outsider" not in counted(acme)


def plan_of(statement, values):
    """How SQLite goes about it, line by line."""
    found = []

    def note(connection, cursor, sql, parameters, *rest):
        found.append((sql, parameters))

    connection = db.session.connection()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        db.session.execute(statement, values)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    sql, parameters = next(one for one in found if "workflow_steps" in one[0])
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", parameters)]


def test_the_steps_of_others_are_not_gone_through(acme, asking):
    asking.ask()
    with tenant_scope(acme.id):
        if db.session.connection().dialect.name != "sqlite":
            return  # PostgreSQL brings the ways of an OR together by itself
        actor = acme.actor("outsider")
        plan = plan_of(waiting.waiting_ids(role_names(actor)), asked_by(actor))
    steps = [line for line in plan if " workflow_steps" in line]
    assert len(steps) > 3
    assert all(any(key in line for key in ("assignee_id=?", "pool=?", " id=?")) for line in steps), steps


def test_a_page_asks_for_all_that_waits_at_once(acme, asking, sign_in, statements):
    asking.ask()
    foreman = sign_in(acme, "foreman")
    with statements() as found:
        assert 'data-waiting="Approvals">1<' in foreman.get("/courses").get_data(as_text=True)
    assert len([sql for sql in found if "workflow_steps" in sql]) == 1
    assert len(found) <= 8, found
