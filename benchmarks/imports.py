"""A workbook of 50,000 completions, and one of 20,000 people, into the tables."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.accounts.models import SYSTEM
from app.enrollments.models import Enrollment
from app.imports import jobs, operations, queries
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import current_tenant_id, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations as tenancy
from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure, grown

COMPLETIONS, PEOPLE, BAD_EVERY = 50_000, 20_000, 100
HEADS = ("Employee number", "Course", "Completed on", "Result", "Score", "Certificate number")
Line = tuple[Any, ...]


def figures(client: Any, _floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """Dry run and commit of each; the floor reads with calamine, looks up, copies and inserts."""
    with tempfile.TemporaryDirectory() as folder, client.application.app_context():
        client.application.config["FILES_DIRECTORY"] = folder
        with tenant_scope(data.TENANT):
            path = _workbook(Path(folder, "completions.xlsx"), HEADS, _completions(day))
            yield from _figures("50,000 completions", "enrollments", path, Enrollment, _completion_floor, 3, 2.5,
                                COMPLETIONS - COMPLETIONS // BAD_EVERY)
        with unit_of_work():
            fresh = tenancy.create_tenant(SYSTEM, slug="bench-people", name="People").id
        with tenant_scope(fresh):
            path = _workbook(Path(folder, "people.xlsx"), ("Number", "Name", "Department", "Manager", "Hired on"),
                             _people())
            yield from _figures("20,000 people", "employees", path, Employee, _people_floor, 3, 3, PEOPLE)


def _completions(day: date) -> Iterator[Line]:
    """New days of people and courses that are there; one line in a hundred names nobody."""
    for n in range(COMPLETIONS):
        number = f"X{n}" if n % BAD_EVERY == 7 else f"{100_000 + n * 7 % data.EMPLOYEES}"
        yield (number, f"C{n % data.COURSES:03}", day - timedelta(days=2000 + n // data.EMPLOYEES * 300 + n % 200),
               "Failed" if n % 13 == 0 else "Passed", 60 + n % 41, f"NEW-{n:06}")


def _people() -> Iterator[Line]:
    for n in range(PEOPLE):
        yield (f"{100_000 + n}", f"{data.GIVEN[n * 5 % 24]} {data.FAMILY[n * 7 % 20]}",
               f"D{n % 40} - Department {n % 40}",
               f"{100_000 + n // 20}" if n else None, date(2010, 1, 1) + timedelta(days=n % 5000))


def _workbook(path: Path, heads: Iterable[str], lines: Iterable[Line]) -> Path:
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    page.write_row(0, 0, heads)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if value is not None:
                (page.write_datetime if isinstance(value, date) else page.write)(number, column, value)
    book.close()
    return path


def _figures(name: str, kind: str, path: Path, model: Any, floor: Callable[[Path], tuple[float, float]],
             dry_target: float, commit_target: float, expected: int) -> Iterator[Figure]:
    before = _count(model)
    floor_dry, floor_commit = floor(path)
    with path.open("rb") as file, unit_of_work():
        batch = operations.start_import(SYSTEM, kind, file, path.name)
    _ask(lambda: operations.match_columns(SYSTEM, batch.id, batch.mapping))
    with grown() as memory:
        dry, dry_memory = _timed(lambda: jobs.check(batch.id)), memory()
    if queries.batch(batch.id).questions:
        answers = {question["key"]: "create" for question in batch.questions}
        _ask(lambda: operations.answer_questions(SYSTEM, batch.id, answers))
        dry = _timed(lambda: jobs.check(batch.id))
    yield Figure(f"dry run, {name}", dry, floor_dry, dry_target, f"memory +{dry_memory:.0f} MB")
    _ask(lambda: operations.request_commit(SYSTEM, batch.id, good_rows_only=True))
    with grown() as memory:
        commit, commit_memory = _timed(lambda: jobs.merge(batch.id)), memory()
    if _count(model) - before != expected:
        raise AssertionError(f"{_count(model) - before} rows were imported, not {expected}")
    yield Figure(f"commit, {name}", commit, floor_commit, commit_target, f"memory +{commit_memory:.0f} MB")


def _ask(operation: Callable[[], Any]) -> None:
    with unit_of_work():
        operation()


def _timed(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _completion_floor(path: Path) -> tuple[float, float]:
    def read() -> None:
        numbers, codes = _ids("employees", "number"), _ids("courses", "code")
        _stage([(uuid4(), _uuid(numbers[line[0]]), _uuid(codes[line[1]]), *line[2:]) for line in _read(path)
                if line[0] in numbers])

    def insert() -> None:
        _insert("enrollments", "employee_id, course_id, completed_on, score, certificate_number, status, source",
                "b, c, d, f, g, 'completed', 'import'")

    return _timed(read), _rolled_back(insert)


def _people_floor(path: Path) -> tuple[float, float]:
    def read() -> None:
        lines = _read(path)
        keys = {line[0]: uuid4() for line in lines}
        _stage([(keys[line[0]], keys.get(line[3]), None, line[4], line[0], 0, line[1]) for line in lines])

    def insert() -> None:
        _insert("employees", "number, name, hired_on, manager_id, is_active, search_key",
                "e, g, d, b, f = 0, lower(g)")

    return _timed(read), _rolled_back(insert)


def _read(path: Path) -> list[Any]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]


def _driver() -> Any:
    return db.session.connection().connection.driver_connection


def _is_sqlite() -> bool:
    return db.session.connection().dialect.name == "sqlite"


def _uuid(key: Any) -> Any:
    return key if isinstance(key, UUID) else UUID(key)


def _ids(table: str, column: str) -> dict[str, Any]:
    return dict(_driver().execute(f"SELECT {column}, id FROM {table}").fetchall())


def _stage(lines: list[Line]) -> None:
    """Into a table without keys: a, b, c ids; d a date; e, g texts; f a number."""
    kind = "TEXT" if _is_sqlite() else "uuid"
    _driver().execute(f"CREATE TEMPORARY TABLE staged (a {kind}, b {kind}, c {kind}, d date, e TEXT, f REAL, g TEXT)")
    if _is_sqlite():
        _driver().executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)",
                              ([one.hex if isinstance(one, UUID) else str(one) if isinstance(one, date) else one
                                for one in line] for line in lines))
        return
    with _driver().cursor() as cursor, cursor.copy("COPY staged FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _insert(table: str, columns: str, values: str) -> None:
    tenant_id: Any = current_tenant_id()
    mark, tenant = ("?", tenant_id.hex) if _is_sqlite() else ("%s", tenant_id)
    _driver().execute(
        f"INSERT INTO {table} (id, tenant_id, created_at, updated_at, {columns}) "
        f"SELECT a, {mark}, '2026-01-01', '2026-01-01', {values} FROM staged WHERE true ON CONFLICT DO NOTHING",
        (tenant,))


def _rolled_back(call: Callable[[], Any]) -> float:
    seconds = _timed(call)
    db.session.rollback()
    return seconds
