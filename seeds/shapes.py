"""What the demo data of a tenant consists of. Plain values: the tenants themselves are in files of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Named:
    """A department, grade or job role; a grade has a rank."""

    code: str
    name: str
    name_ar: str
    rank: int | None = None


@dataclass(frozen=True)
class Person:
    """An employee with a login. `foreman` and `manager` are employee numbers that stand earlier in the list.

    `login` is what stands before the @ of the address; `years` how long ago the person was hired.
    """

    number: str
    name: str
    name_ar: str
    role: str
    login: str
    department: str
    job_role: str
    grade: str
    years: float
    foreman: str | None = None
    manager: str | None = None


@dataclass(frozen=True)
class CourseSeed:
    """A course; `policy` are the validity fields of the course's schema, `after` the codes of courses that come first
    and stand earlier in the list."""

    code: str
    name: str
    name_ar: str
    category: str
    delivery: str
    hours: float
    policy: dict[str, Any] = field(default_factory=dict)
    mandatory: bool = False
    department: str | None = None
    provider: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class TenantSeed:
    """A demo tenant. `enrollments` is how many of them there are at least."""

    slug: str
    name: str
    name_ar: str
    time_zone: str
    departments: tuple[Named, ...]
    job_roles: tuple[Named, ...]
    people: tuple[Person, ...]
    courses: tuple[CourseSeed, ...]
    enrollments: int

    def address(self, person: Person) -> str:
        """The e-mail address with which the person signs in."""
        return f"{person.login}@{self.slug}.local"


GRADES = (
    Named("G4", "Assistant technician", "فني مساعد", 4),
    Named("G5", "Technician", "فني", 5),
    Named("G6", "Senior technician", "فني أول", 6),
    Named("G7", "Supervisor", "مشرف", 7),
    Named("G8", "Superintendent", "رئيس قطاع", 8),
)

ADMIN, OFFICER, MANAGER, FOREMAN, EMPLOYEE = (
    "Administrator", "Training Officer", "Manager", "Foreman", "Employee")

YEARLY, TWO_YEARS, THREE_YEARS = ({"kind": "rolling", "months": months} for months in (12, 24, 36))
HALF_YEARLY = {"kind": "rolling", "months": 6}
ONCE = {"kind": "never"}
