"""What happens to the organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class DepartmentCreated(Event):
    """A department was opened."""

    subject = "department"
    code: str


@dataclass(frozen=True, kw_only=True)
class DepartmentUpdated(Changed):
    """A department changed."""

    subject = "department"


@dataclass(frozen=True, kw_only=True)
class DepartmentMoveUndone(Changed):
    """A department is part again of what it was part of before."""

    subject = "department"
    undoes_id: UUID


@dataclass(frozen=True, kw_only=True)
class DepartmentArchived(Event):
    """A department was put away."""

    subject = "department"


@dataclass(frozen=True, kw_only=True)
class DepartmentRestored(Event):
    """A department came back."""

    subject = "department"


@dataclass(frozen=True, kw_only=True)
class GradeCreated(Event):
    """A grade was added to the ladder."""

    subject = "grade"
    code: str


@dataclass(frozen=True, kw_only=True)
class GradeUpdated(Changed):
    """A grade changed."""

    subject = "grade"


@dataclass(frozen=True, kw_only=True)
class GradeArchived(Event):
    """A grade was put away."""

    subject = "grade"


@dataclass(frozen=True, kw_only=True)
class GradeRestored(Event):
    """A grade came back."""

    subject = "grade"


@dataclass(frozen=True, kw_only=True)
class JobRoleCreated(Event):
    """A job role was added."""

    subject = "job role"
    code: str


@dataclass(frozen=True, kw_only=True)
class JobRoleUpdated(Changed):
    """A job role changed."""

    subject = "job role"


@dataclass(frozen=True, kw_only=True)
class JobRoleArchived(Event):
    """A job role was put away."""

    subject = "job role"


@dataclass(frozen=True, kw_only=True)
class JobRoleRestored(Event):
    """A job role came back."""

    subject = "job role"


@dataclass(frozen=True, kw_only=True)
class EmployeeCreated(Event):
    """Somebody joined."""

    subject = "employee"
    number: str


@dataclass(frozen=True, kw_only=True)
class EmployeeUpdated(Changed):
    """Something about somebody changed."""

    subject = "employee"


@dataclass(frozen=True, kw_only=True)
class EmployeeMoveUndone(Changed):
    """Somebody was put back where they stood before the move that the trail calls `undoes_id`."""

    subject = "employee"
    undoes_id: UUID


@dataclass(frozen=True, kw_only=True)
class EmployeeArchived(Event):
    """Somebody's record was put away."""

    subject = "employee"


@dataclass(frozen=True, kw_only=True)
class EmployeeRestored(Event):
    """Somebody's record came back."""

    subject = "employee"


@dataclass(frozen=True, kw_only=True)
class LoginGranted(Event):
    """An employee was given a login."""

    subject = "employee"
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DelegationCreated(Event):
    """Somebody will be away, with or without a delegate."""

    subject = "delegation"
    employee_id: UUID
    delegate_id: UUID | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class DelegationUpdated(Changed):
    """A delegation or absence changed."""

    subject = "delegation"


@dataclass(frozen=True, kw_only=True)
class DelegationArchived(Event):
    """A delegation or absence was called off."""

    subject = "delegation"
