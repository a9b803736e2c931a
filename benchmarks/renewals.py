"""5,000 approvals by one click, against the raw updates that any program would have to send."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from app.accounts import queries as accounts
from app.accounts.models import SYSTEM
from app.enrollments.models import Enrollment
from app.organisation import operations as organisation
from app.organisation.models import Employee
from app.platform import clock, drafts
from app.platform.db import db
from app.platform.drafts import Draft
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations
from app.renewals.models import RenewalRequest, WorkflowStep
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure

MANY, TURNS, TARGET = 5000, 3, 10
PASSWORD = "a password for benchmarks"
_taken = count()


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """The first of two steps, and the last, which enrols everybody again."""
    with client.application.app_context(), tenant_scope(data.TENANT):
        first, last = _people()
        yield _measure(f"approve, {_many():,} first steps", floor, first, last)
        yield _measure(f"approve, {_many():,} last steps", floor, first, None)


def _many() -> int:
    return max(1, int(MANY * data.SCALE))


def _people() -> tuple[Any, Any]:
    """Two employees with a login: the one who decides, and the one whose turn is next."""
    employees = db.session.scalars(sa.select(Employee).where(Employee.user_id.is_(None)).limit(2)).all()
    with unit_of_work():
        for n, one in enumerate(employees):
            organisation.grant_login(SYSTEM, one.id, email=f"decider{n}@bench.example", role="Manager",
                                     password=PASSWORD)
    return employees[0], employees[1]


def _measure(name: str, floor: Floor, first: Any, last: Any) -> Figure:
    ours = raw = float("inf")
    for _turn in range(TURNS):
        ours = min(ours, _timed(_decide, first, _requests(first, last)))
        raw = min(raw, _timed(_send, floor, first, _requests(first, last), last))
    return Figure(name, ours, raw, TARGET, f"{_many() / ours:,.0f} a second")


def _timed(call: Any, *args: Any) -> float:
    gc.collect()
    started = time.perf_counter()
    call(*args)
    return time.perf_counter() - started


def _requests(first: Any, last: Any) -> list[UUID]:
    """New requests whose first step waits for `first`; returns the steps."""
    skipped = next(_taken) * _many()
    with unit_of_work():
        old = db.session.execute(
            sa.select(Enrollment.id, Enrollment.employee_id, Enrollment.course_id)
            .where(Enrollment.status == "completed", Enrollment.employee_id.notin_([first.id]))
            .order_by(Enrollment.id).limit(_many()).offset(skipped)).all()
        requests = [Draft.new({"enrollment_id": row.id, "employee_id": row.employee_id, "course_id": row.course_id,
                               "reason": "Runs out", "status": "pending"}) for row in old]
        drafts.write(RenewalRequest, requests)
        now = clock.now()
        opened = [Draft.new({"request_id": one.id, "position": 1, "kind": "person", "person_id": first.id,
                             "assignee_id": first.id, "status": "open", "opened_at": now, "waiting_since": now})
                  for one in requests]
        waiting = [Draft.new({"request_id": one.id, "position": 2, "kind": "person", "person_id": last.id,
                              "status": "waiting"}) for one in requests] if last else []
        drafts.write(WorkflowStep, [*opened, *waiting])
    return [one.id for one in opened]


def _decide(first: Any, step_ids: list[UUID]) -> None:
    """The click, and the worker that goes on with it."""
    actor = accounts.login(first.user_id)
    with unit_of_work():
        decision_id = operations.decide_steps(actor, step_ids, verdict="approved").id
    finished = False
    while not finished:
        with unit_of_work():
            actor = accounts.login(first.user_id)
            decision = operations.continue_decision(actor, decision_id)
            finished = decision.is_finished
    wrong = set(decision.answers.values()) - {"approved", "already_active"}
    if wrong or len(decision.answers) != _many():
        raise AssertionError(f"{len(decision.answers)} answers, among them {wrong}")


def _send(floor: Floor, first: Any, step_ids: list[UUID], last: Any) -> None:
    """Row by row what has to be written at least: the step, its line in the timeline, and what comes next."""
    now = clock.now().replace(tzinfo=None)
    key = (lambda one: one.hex) if floor.is_sqlite else (lambda one: one)
    at = now.isoformat(" ") if floor.is_sqlite else now
    mark = "?" if floor.is_sqlite else "%s"
    tenant, cursor = key(data.TENANT), floor.connection.cursor()
    if floor.is_sqlite:
        cursor.execute("BEGIN IMMEDIATE")
    cursor.executemany(
        f"UPDATE workflow_steps SET status = 'approved', decided_at = {mark}, decided_by_id = {mark} "
        f"WHERE tenant_id = {mark} AND id = {mark} AND status = 'open'",
        [(at, first.user_id, tenant, key(one)) for one in step_ids])
    cursor.executemany(
        f"INSERT INTO workflow_logs (id, tenant_id, created_at, updated_at, request_id, step_id, event, actor_id) "
        f"SELECT {mark}, tenant_id, {mark}, {mark}, request_id, id, 'approved', {mark} FROM workflow_steps "
        f"WHERE tenant_id = {mark} AND id = {mark}",
        [(key(uuid7()), at, at, first.user_id, tenant, key(one)) for one in step_ids])
    if last is not None:
        cursor.executemany(
            f"UPDATE workflow_steps SET status = 'open', opened_at = {mark}, assignee_id = {mark} WHERE tenant_id = "
            f"{mark} AND position = 2 AND request_id = (SELECT request_id FROM workflow_steps WHERE id = {mark})",
            [(at, key(last.id), tenant, key(one)) for one in step_ids])
    else:
        _enrol_raw(cursor, mark, [(key(uuid7()), at, at, tenant, key(one)) for one in step_ids], tenant, at)
    floor.connection.commit()


def _enrol_raw(cursor: Any, mark: str, rows: list[Any], tenant: Any, at: Any) -> None:
    cursor.executemany(
        f"INSERT INTO enrollments (id, created_at, updated_at, tenant_id, employee_id, course_id, status, source, "
        f"renews_id) SELECT {mark}, {mark}, {mark}, {mark}, r.employee_id, r.course_id, 'active', 'renewal', "
        f"r.enrollment_id FROM renewal_requests r JOIN workflow_steps s ON s.request_id = r.id WHERE s.id = {mark} "
        "AND NOT EXISTS (SELECT 1 FROM enrollments a WHERE a.tenant_id = r.tenant_id AND a.employee_id = "
        "r.employee_id AND a.course_id = r.course_id AND a.status = 'active')", rows)
    cursor.executemany(
        f"UPDATE renewal_requests SET status = 'approved', closed_at = {mark} WHERE tenant_id = {mark} AND id = "
        f"(SELECT request_id FROM workflow_steps WHERE id = {mark})", [(at, tenant, row[-1]) for row in rows])


