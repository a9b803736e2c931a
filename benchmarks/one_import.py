"""`python -m benchmarks.one_import completions|people ADDRESS WORKBOOK SCALE`: one file, timed in a process of its own.

First once, with the memory it took and every answer checked; then turn by turn with the floor, the best of each.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import create_app
from app.accounts.models import SYSTEM
from app.enrollments.models import Enrollment
from app.imports import jobs, operations, queries
from app.imports.models import ImportBatch
from app.organisation.models import Department, Employee
from app.platform.db import db
from app.platform.redis_server import EmbeddedRedis
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from benchmarks import data, import_floor, imports
from benchmarks.measure import peak
from config import Testing

TURNS = 3
KINDS = {"completions": ("enrollments", Enrollment), "people": ("employees", Employee)}


def main(name: str, address: str, path: Path, scale: float) -> dict[str, Any]:
    """Time one workload; raises AssertionError where an answer is wrong."""
    data.SCALE = scale
    redis = EmbeddedRedis(path.parent / "redis", keep=False)  # as a worker has one, to say how far it is
    redis.start()
    try:
        app = create_app(Testing(), SQLALCHEMY_DATABASE_URI=address, LOG_LEVEL="ERROR", REDIS_URL=redis.url,
                         FILES_DIRECTORY=str(path.parent))
        with app.app_context():
            with unit_of_work():
                tenant = data.TENANT if name == "completions" else tenancy.create_tenant(
                    SYSTEM, slug=f"people-{time.time_ns()}", name="People").id
            with tenant_scope(tenant):
                return _figures(name, path)
    finally:
        redis.stop()


def _figures(name: str, path: Path) -> dict[str, Any]:
    kind, model = KINDS[name]
    before, found = _count(model), {"rows": int({"completions": imports.COMPLETIONS, "people": imports.PEOPLE}[name]
                                               * data.SCALE)}
    idle, best = peak(), {step: [float("inf"), float("inf")] for step in imports.STEPS[name]}
    batch = _dry_run(kind, path)
    found["dry run memory"] = peak() - idle
    _commit(batch)
    found["commit memory"] = peak() - idle
    _check(name, found["rows"], batch, _count(model) - before)
    _check_twice(name, found["rows"], kind, path)
    _undo(batch)
    assert _count(model) == before, "an undone import left rows behind"
    for _turn in range(TURNS):
        floor = import_floor.FLOORS[name](path)
        batch = _prepared(kind, path)
        ours = [_timed(jobs.check, batch.id), *[_timed(_commit, batch)] * (len(floor) - 1)]
        _undo(batch)
        for step, mine, least in zip(best, ours, floor, strict=True):
            best[step] = [min(best[step][0], mine), min(best[step][1], least)]
    return found | best


def _prepared(kind: str, path: Path) -> ImportBatch:
    """A batch of which nothing is left to ask."""
    with path.open("rb") as file, unit_of_work():
        batch = operations.start_import(SYSTEM, kind, file, path.name)
    with unit_of_work():
        operations.match_columns(SYSTEM, batch.id, batch.mapping)
    if kind == "employees":
        jobs.check(batch.id)
        answers = {question["key"]: "create" for question in queries.batch(batch.id).questions}
        with unit_of_work():
            operations.answer_questions(SYSTEM, batch.id, answers)
    return batch


def _dry_run(kind: str, path: Path) -> ImportBatch:
    batch = _prepared(kind, path)
    jobs.check(batch.id)
    return queries.batch(batch.id)


def _commit(batch: ImportBatch) -> None:
    with unit_of_work():
        operations.request_commit(SYSTEM, batch.id, good_rows_only=True)
    jobs.merge(batch.id)


def _undo(batch: ImportBatch) -> None:
    with unit_of_work():
        operations.request_undo(SYSTEM, batch.id)
    jobs.undo(batch.id)


def _check(name: str, rows: int, batch: ImportBatch, added: int) -> None:
    bad = rows // imports.BAD_EVERY if name == "completions" else 0
    departments = 40 if name == "people" else 0
    counts = queries.batch(batch.id).counts
    assert (counts.get("create"), counts.get("refused", 0)) == (rows - bad + departments, bad), counts
    assert added == rows - bad, f"{added} rows were added, not {rows - bad}"
    _SPOTS[name](rows)


def _spot_completion(rows: int) -> None:
    row = db.session.scalars(sa.select(Enrollment).where(Enrollment.certificate_number == f"NEW-{rows - 2:06}")).one()
    assert (row.employee.number, row.course.code) == (
        f"{100_000 + (rows - 2) * 7 % data.EMPLOYEES}", f"C{(rows - 2) % data.COURSES:03}")
    assert (row.score, row.status in ("completed", "expired")) == (60 + (rows - 2) % 41, (rows - 2) % 13 != 0)


def _spot_person(rows: int) -> None:
    row = db.session.scalars(sa.select(Employee).where(Employee.number == f"{100_000 + rows - 1}")).one()
    manager, department = db.session.get(Employee, row.manager_id), db.session.get(Department, row.department_id)
    assert manager and department
    assert (manager.number, department.code) == (f"{100_000 + (rows - 1) // 20}", f"D{(rows - 1) % 40}")


_SPOTS: dict[str, Callable[[int], None]] = {"completions": _spot_completion, "people": _spot_person}


def _check_twice(name: str, rows: int, kind: str, path: Path) -> None:
    with path.open("rb") as file, unit_of_work():
        batch = operations.start_import(SYSTEM, kind, file, path.name)
    with unit_of_work():
        operations.match_columns(SYSTEM, batch.id, batch.mapping)
    jobs.check(batch.id)
    counts = queries.batch(batch.id).counts
    bad = rows // imports.BAD_EVERY if name == "completions" else 0
    assert counts.get("same") == rows - bad and not counts.get("create") and not counts.get("change"), counts


def _count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _timed(call: Callable[..., Any], *given: Any) -> float:
    started = time.perf_counter()
    call(*given)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4]))))
