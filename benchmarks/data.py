"""A large tenant, the same every time: 40 departments, 20,000 employees, 200 courses, 400,000 enrollments.

Rows go in by COPY or by the driver's executemany, because making the data is not what is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.courses.models import Course
from app.courses.rules import add_months
from app.enrollments.models import Enrollment
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform.wording import search_key

EMPLOYEES, COURSES, ENROLLMENTS = 20_000, 200, 400_000
SCALE = 1.0  # of the enrollments and of the files that are imported
FOREMEN, MANAGERS, CREW = 1_000, 40, 19
TENANT = UUID(int=(0x019B << 112) | (7 << 76) | (0b10 << 62))
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)

GIVEN = ("Ahmed", "Khalid", "Faisal", "Saeed", "Omar", "Yousef", "Hassan", "Ali", "Nasser", "Turki", "Sarah", "Mona",
         "Noura", "Layla", "Reem", "Dana", "Rajesh", "Joseph", "Arturo", "Suresh", "Vikram", "Carlos", "Anil", "Thomas")
FAMILY = ("Al-Ghamdi", "Al-Zahrani", "Al-Harbi", "Al-Otaibi", "Al-Dossary", "Al-Qahtani", "Al-Mutairi", "Al-Shehri",
          "Al-Rashidi", "Al-Yami", "Nair", "Santos", "Fernandes", "Kumar", "Menon", "Mendoza", "Sharma", "George",
          "Bakhsh", "Felemban")
RARE = "Al-Nadir"  # forty people are called so
ARABIC = "محمد العتيبي"

Rows = Iterable[dict[str, Any]]


def load(connection: sa.Connection, tenant_id: UUID, day: date) -> None:
    """Fill the tenant with everything; `day` is the day that expiries are around."""
    people = Generator(tenant_id)
    for table, rows in ((Department, people.departments()), (Grade, people.named("grade", 5, rank=True)),
                        (JobRole, people.named("job role", 30)), (Employee, people.employees()),
                        (Course, people.courses()), (Enrollment, people.enrollments(day))):
        insert(connection, table.__table__, rows)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")
    else:
        connection.exec_driver_sql("ANALYZE main")


class Generator:
    """Rows of one tenant as plain values, from a seeded source of chance."""

    def __init__(self, tenant_id: UUID) -> None:
        self.tenant_id, self.chance = tenant_id, random.Random(20_260_101)

    def key(self, kind: int, number: int) -> UUID:
        """The id of the row `number` of a kind: in order, as version 7 would be, and this tenant's own."""
        return UUID(int=(0x019B << 112) | (kind << 104) | (7 << 76) | (0b10 << 62) | number)

    def row(self, kind: int, nth: int, **values: Any) -> dict[str, Any]:
        """A row with what every row has."""
        return {"id": self.key(kind, nth), "tenant_id": self.tenant_id, "created_at": MADE_AT,
                "updated_at": MADE_AT, **values}

    def departments(self) -> Iterator[dict[str, Any]]:
        """A tree of two levels."""
        for n in range(40):
            code, name = f"D{n:03}", f"Department {n}"
            yield self.row(1, n, code=code, name=name, name_ar=f"إدارة {n}", is_active=True,
                           parent_id=self.key(1, n % 8) if n >= 8 else None, search_key=search_key(code, name))

    def named(self, what: str, many: int, rank: bool = False) -> Iterator[dict[str, Any]]:
        """Grades or job roles."""
        for n in range(many):
            code, name = f"{what[0].upper()}{n + 100}", f"{what.capitalize()} {n + 100}"
            yield self.row(2 if rank else 3, n, code=code, name=name, search_key=search_key(code, name),
                           **({"rank": n} if rank else {}))

    def employees(self) -> Iterator[dict[str, Any]]:
        """Managers first, then foremen, then crews."""
        for n in range(EMPLOYEES):
            family = RARE if n % 500 == 499 else FAMILY[n * 7 % len(FAMILY)]
            name, number = f"{GIVEN[n * 5 % len(GIVEN)]} {family}", f"{100_000 + n}"
            foreman = MANAGERS + n % FOREMEN if n >= MANAGERS + FOREMEN else None
            manager = None if n < MANAGERS else (foreman or n) % MANAGERS
            yield self.row(
                4, n, number=number, name=name, name_ar=ARABIC if n % 3 == 0 else None, is_active=True,
                department_id=self.key(1, n % 40), grade_id=self.key(2, n % 5), job_role_id=self.key(3, n % 30),
                foreman_id=None if foreman is None else self.key(4, foreman),
                manager_id=None if manager is None else self.key(4, manager),
                hired_on=date(2010, 1, 1) + timedelta(days=n % 5000),
                search_key=search_key(number, name, ARABIC if n % 3 == 0 else None))

    def courses(self) -> Iterator[dict[str, Any]]:
        """Courses of every category, most valid for one to three years."""
        categories = ("safety", "technical", "leadership", "it", "compliance", "soft_skills")
        for n in range(COURSES):
            code, name = f"C{n:03}", f"Course number {n}"
            yield self.row(5, n, code=code, name=name, name_ar=f"دورة {n}", category=categories[n % 6],
                           delivery="classroom", validity_kind="rolling" if n % 10 else "never",
                           validity_months=12 * (n % 3 + 1) if n % 10 else None, window_before_days=0,
                           window_after_days=0, grace_days=14 if n % 4 == 0 else 0, is_mandatory=n % 5 == 0,
                           scope="tenant", is_active=True, department_id=self.key(1, n % 40),
                           search_key=search_key(code, name))

    def enrollments(self, day: date) -> Iterator[dict[str, Any]]:
        """Twenty for each employee, completed in the last four years, one in twenty under way."""
        for n in range(int(ENROLLMENTS * SCALE)):
            nth, person = divmod(n, EMPLOYEES)
            course = (nth * 7 + person) % COURSES
            completed = day - timedelta(days=self.chance.randrange(1, 1460))
            said = self.result(n, course, completed, day) if n % 380 >= 19 else {"status": "active"}
            yield self.row(6, n, employee_id=self.key(4, person), course_id=self.key(5, course),
                           started_on=completed - timedelta(days=3), source="import",
                           **dict.fromkeys(("completed_on", "expires_on", "expired_from", "score",
                                            "certificate_number")) | said)

    def result(self, n: int, course: int, completed: date, day: date) -> dict[str, Any]:
        """What a completed enrollment says."""
        months, grace = (12 * (course % 3 + 1) if course % 10 else None), 14 if course % 4 == 0 else 0
        expires = add_months(completed, months) if months else None
        over = expires + timedelta(days=grace + 1) if expires else None
        return {"status": "expired" if over and over <= day else "completed", "completed_on": completed,
                "expires_on": expires, "expired_from": over, "score": 60 + n % 41,
                "certificate_number": f"CERT-{n:07}"}


def as_uuid(value: Any) -> UUID:
    """An id as a driver gives it."""
    return value if isinstance(value, UUID) else UUID(str(value))


def insert(connection: sa.Connection, table: sa.Table, rows: Rows) -> None:
    """Put many rows into a table, quickly; columns that no row names keep the database's default."""
    rows = iter(rows)
    first = next(rows)
    columns = [column for column in table.columns if column.name in first or _default(column) is not None]
    lines = (tuple(_value(column, row) for column in columns) for row in _all(first, rows))
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, lines)
    else:
        _execute_many(connection, table, columns, lines)


def _all(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _value(column: sa.Column[Any], row: dict[str, Any]) -> Any:
    return row[column.name] if column.name in row else _default(column)


def _default(column: sa.Column[Any]) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _copy(connection: sa.Connection, table: sa.Table, columns: list[Any], lines: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(column.name for column in columns)
    with connection.connection.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _execute_many(connection: sa.Connection, table: sa.Table, columns: list[Any],
                  lines: Iterator[tuple[Any, ...]]) -> None:
    binds = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in columns]
    cells = ([bind(value) if bind and value is not None else value for bind, value in zip(binds, line, strict=True)]
             for line in lines)
    marks = ", ".join("?" for _ in columns)
    names = ", ".join(column.name for column in columns)
    connection.connection.cursor().executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", cells)
