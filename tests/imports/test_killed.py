"""A worker that is killed, and two that are at it at once: nothing, or the same end.

Real processes on a database of their own: each child kills itself (SIGKILL) before its n-th statement, for n
from the first to the last.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import Queue, SimpleWorker
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.accounts.models import SYSTEM
from app.imports import jobs, operations, queries
from app.platform import redis
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from tests.imports.conftest import workbook
from tests.served import served_app

PEOPLE = [["Number", "Name", "Department", "Manager"],
          *[[str(100 + n), f"Person {n}", f"D{n % 3} - Department {n % 3}", "100"] for n in range(1, 40)],
          ["100", "Boss", None, None]]


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: Any) -> Iterator[Flask]:
    """An application on a database that nobody else uses, so that commits can be real."""
    with served_app(tmp_path_factory.mktemp("killed")) as app:
        yield app


@pytest.fixture
def tenant(own_app: Flask) -> Iterator[Any]:
    with own_app.app_context():
        with unit_of_work():
            made = tenancy.create_tenant(SYSTEM, slug=f"t{uuid4().hex[:8]}", name="Killed")
        with tenant_scope(made.id):
            yield made


def uploaded() -> UUID:
    with unit_of_work():
        batch_id = operations.start_import(SYSTEM, "employees", workbook(PEOPLE), "people.xlsx").id
    with unit_of_work():
        operations.match_columns(SYSTEM, batch_id, queries.batch(batch_id).mapping)
    jobs.check(batch_id)
    with unit_of_work():
        operations.answer_questions(SYSTEM, batch_id, {"department_id:missing": "create"})
    return batch_id


def requested() -> UUID:
    batch_id = uploaded()
    jobs.check(batch_id)
    with unit_of_work():
        operations.request_commit(SYSTEM, batch_id, good_rows_only=True)
    return batch_id


def in_a_child(app: Flask, tenant_id: UUID, job: Any, batch_id: UUID, dies_at: int | None) -> bool:
    """Run a job in a process of its own that is killed before its `dies_at`-th statement; whether it lived."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            _die_at(dies_at)
            with app.app_context(), tenant_scope(tenant_id):
                job(batch_id)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _die_at(number: int | None) -> None:
    seen = iter(range(1, 100_000))

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*_args: Any) -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)


def found(tenant_id: UUID) -> dict[str, list[Any]]:
    """What is in the tables that the import writes, without ids and instants, which each run makes anew."""
    tables = {name: db.metadata.tables[name] for name in ("departments", "employees", "import_parts", "audit_logs")}
    aside = {"id", "created_at", "updated_at", "batch_id", "subject_id", "manager_id", "department_id", "hash",
             "previous_hash", "occurred_at", "values", "trace_id"}
    db.session.rollback()
    connection = db.session.connection()
    return {name: sorted(str([value for column, value in row._mapping.items() if column not in aside]) for row in
                         connection.execute(sa.select(table).where(table.c.tenant_id == tenant_id)))
            for name, table in tables.items()}


def lengths(state: dict[str, list[Any]]) -> dict[str, int]:
    return {name: len(rows) for name, rows in state.items()}


@pytest.mark.parametrize(("prepare", "job", "stages"), [
    (uploaded, jobs.check, ("checking", "checked")), (requested, jobs.merge, ("committing", "committed"))])
def test_a_worker_killed_at_any_statement_leaves_nothing_or_all_and_is_resumed(own_app, tenant, prepare, job, stages):
    batch_id = prepare()
    before = found(tenant.id)
    died, at = 0, 1
    while not in_a_child(own_app, tenant.id, job, batch_id, dies_at=at):
        assert found(tenant.id) == before, f"killed before statement {at}"
        assert queries.batch(batch_id).stage == stages[0]
        died, at = died + 1, at + 1
    assert died >= 5
    assert queries.batch(batch_id).stage == stages[1]
    after = found(tenant.id)
    assert sum(queries.batch(batch_id).counts.values()) == len(queries.rows(batch_id, None, 1, 100)) == 40 + 3
    in_a_child(own_app, tenant.id, job, batch_id, dies_at=None)
    assert found(tenant.id) == after
    if job is jobs.merge:
        assert lengths(after) == {"departments": 3, "employees": 40, "import_parts": 1,
                                  "audit_logs": lengths(before)["audit_logs"] + 1}


def test_two_workers_at_once_commit_once(own_app, tenant):
    batch_id = requested()
    before, problems = lengths(found(tenant.id)), []
    start = threading.Barrier(2)

    def work() -> None:
        try:
            with own_app.app_context(), tenant_scope(tenant.id):
                start.wait()
                jobs.merge(batch_id)
        except Exception as problem:
            problems.append(problem)

    workers = [threading.Thread(target=work) for _ in range(2)]
    db.session.remove()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert lengths(found(tenant.id)) == {**before, "departments": 3, "employees": 40,
                                         "audit_logs": before["audit_logs"] + 1}


def test_the_sweep_takes_up_what_was_left_behind(own_app, tenant):
    """A killed worker and a Redis that lost everything: the database knows, and the work is done."""
    batch_id = requested()
    assert not in_a_child(own_app, tenant.id, jobs.merge, batch_id, dies_at=4)
    connection = redis.connection()
    connection.flushdb()
    jobs.sweep()
    SimpleWorker([Queue("imports", connection=connection)], connection=connection).work(burst=True)
    db.session.remove()
    assert queries.batch(batch_id).stage == "committed"
