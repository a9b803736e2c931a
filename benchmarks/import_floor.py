"""The least that any import would have to do: calamine, look-ups, a table without keys, one INSERT, a COMMIT.

Of people there is a second floor: with a row for where each of them stands, as TrainFlow has to note it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from python_calamine import CalamineWorkbook

from app.platform.db import db
from app.platform.scope import current_tenant_id

Line = tuple[Any, ...]
Seconds = list[float]


def _completions(path: Path) -> Seconds:
    def read() -> list[Line]:
        numbers, codes = _ids("employees", "number"), _ids("courses", "code")
        return [(uuid4(), _uuid(numbers[line[0]]), _uuid(codes[line[1]]), *line[2:4], line[4], line[5])
                for line in _read(path) if line[0] in numbers and line[1] in codes and not isinstance(line[2], str)]

    return _both(read, lambda: _insert(
        "enrollments", "employee_id, course_id, completed_on, score, certificate_number, status, source",
        "b, c, d, f, g, 'completed', 'import'"))


def _people(path: Path) -> Seconds:
    departments: dict[str, UUID] = {}

    def read() -> list[Line]:
        lines = _read(path)
        keys = {line[0]: uuid4() for line in lines}
        departments.update({line[2]: uuid4() for line in lines})
        return [(keys[number], keys.get(manager), departments[department], hired_on, number, 1, name)
                for number, name, department, manager, hired_on in lines]

    def insert() -> None:
        rows = [(_bound(key), *name.split(" - ", 1)) for name, key in departments.items()]
        mark = "?" if _is_sqlite() else "%s"
        cursor = _driver().cursor()
        cursor.executemany(
            "INSERT INTO departments (id, tenant_id, created_at, updated_at, code, name, is_active, search_key) VALUES "
            f"({mark}, {mark}, '2026-01-01', '2026-01-01', {mark}, {mark}, {_true()}, '')",
            [(key, _bound(current_tenant_id()), code, name) for key, code, name in rows])
        _insert("employees", "number, name, hired_on, department_id, manager_id, is_active, search_key",
                f"e, g, d, c, b, {_true()}, lower(g)")

    def note_positions() -> None:
        _insert("employee_positions", "employee_id, department_id, from_on, department_since, grade_since, "
                "job_role_since", "a, c, '1900-01-01', '1900-01-01', '1900-01-01', '1900-01-01'", key=_new_key())

    return _both(read, insert, note_positions)


FLOORS: dict[str, Callable[[Path], Seconds]] = {"completions": _completions, "people": _people}


def _both(read: Callable[[], list[Line]], *inserts: Callable[[], None]) -> Seconds:
    """Seconds of reading into the staging table, of inserting from it, and of what is inserted next as well; each
    committed, then all taken away."""
    started = time.perf_counter()
    _stage(read())
    db.session.connection().connection.commit()
    seconds = [time.perf_counter() - started]
    for insert in inserts:
        started = time.perf_counter()
        if _is_sqlite():
            _driver().execute("BEGIN")
        insert()
        db.session.connection().connection.commit()
        seconds.append(time.perf_counter() - started + sum(seconds[1:]))
    _driver().execute("DELETE FROM employee_positions WHERE employee_id IN (SELECT a FROM staged)")
    for table in ("employees", "enrollments"):
        _driver().execute(f"DELETE FROM {table} WHERE id IN (SELECT a FROM staged)")
    _driver().execute("DELETE FROM departments WHERE id IN (SELECT c FROM staged)")
    _driver().execute("DROP TABLE staged")
    db.session.connection().connection.commit()
    db.session.rollback()
    return seconds


def _read(path: Path) -> list[Any]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]


def _driver() -> Any:
    return db.session.connection().connection.driver_connection


def _is_sqlite() -> bool:
    return db.session.connection().dialect.name == "sqlite"


def _true() -> str:
    return "1" if _is_sqlite() else "true"


def _bound(value: Any) -> Any:
    return value.hex if _is_sqlite() and isinstance(value, UUID) else value


def _uuid(key: Any) -> Any:
    return key if isinstance(key, UUID) else UUID(key)


def _ids(table: str, column: str) -> dict[str, Any]:
    tenant = current_tenant_id()
    mark = "?" if _is_sqlite() else "%s"
    return dict(_driver().execute(f"SELECT {column}, id FROM {table} WHERE tenant_id = {mark}",
                                  (_bound(tenant),)).fetchall())


def _stage(lines: list[Line]) -> None:
    """Into a table without keys: a, b, c ids; d a date; e, g texts; f a number."""
    kind = "TEXT" if _is_sqlite() else "uuid"
    _driver().execute(f"CREATE TEMPORARY TABLE staged (a {kind}, b {kind}, c {kind}, d date, e TEXT, f REAL, g TEXT)")
    if _is_sqlite():
        _driver().executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?)",
                              ([one.hex if isinstance(one, UUID) else str(one) if hasattr(one, "year") else one
                                for one in line] for line in lines))
        return
    with _driver().cursor() as cursor, cursor.copy("COPY staged FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _new_key() -> str:
    return "lower(hex(randomblob(16)))" if _is_sqlite() else "gen_random_uuid()"


def _insert(table: str, columns: str, values: str, key: str = "a") -> None:
    mark = "?" if _is_sqlite() else "%s"
    _driver().execute(
        f"INSERT INTO {table} (id, tenant_id, created_at, updated_at, {columns}) "
        f"SELECT {key}, {mark}, '2026-01-01', '2026-01-01', {values} FROM staged WHERE true ON CONFLICT DO NOTHING",
        (_bound(current_tenant_id()),))
