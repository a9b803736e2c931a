"""Reads of the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.organisation.models import Delegation, Department, Employee, Grade, JobRole
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import KEYS, parts
from app.platform.keys import is_one_of

Named = TypeVar("Named", Department, Grade, JobRole)


def employee(employee_id: UUID | None, include_deleted: bool = False) -> Employee | None:
    """The employee with this id."""
    return _by_id(Employee, employee_id, include_deleted)


def employee_for_user(user_id: int | None) -> Employee | None:
    """The employee whose login this is."""
    return db.session.scalar(sa.select(Employee).where(Employee.user_id == user_id))


def arabic_name(user_id: int) -> str | None:
    """The Arabic name of the employee whose login this is, where one is on record."""
    return db.session.scalar(sa.select(Employee.name_ar).where(Employee.user_id == user_id))


def logins_of(employee_ids: Iterable[UUID]) -> list[tuple[UUID, int]]:
    """(employee, login) of those of the employees who can sign in."""
    found: list[tuple[UUID, int]] = []
    for part in parts(list(employee_ids), KEYS):
        found += db.session.execute(sa.select(Employee.id, Employee.user_id).where(
            is_one_of(Employee.id, part), Employee.user_id.isnot(None))).all()
    return found


def named(model: type[Named], row_id: UUID | None, include_deleted: bool = False) -> Named | None:
    """The department, grade or job role with this id."""
    return _by_id(model, row_id, include_deleted)


def deleted(model: Any, row_id: UUID) -> Any:
    """The row of `model` with this id that somebody deleted."""
    row = _by_id(model, row_id, include_deleted=True)
    return row if row is not None and row.is_deleted else None


def ids_by_key(model: Any, column: Any, keys: Iterable[str]) -> dict[str, UUID]:
    """Key to id of the rows of `model` whose `column` is one of `keys`, in a few statements."""
    found: dict[str, UUID] = {}
    for part in parts(list(keys), KEYS):
        found.update(db.session.execute(sa.select(column, model.id).where(is_one_of(column, part))).all())
    return found


def parent_departments() -> dict[UUID, UUID | None]:
    """Department id to the id of the one above it."""
    return dict(db.session.execute(sa.select(Department.id, Department.parent_id)).all())


def leaders(column: Any) -> dict[UUID, UUID | None]:
    """Employee id to the id that `column` (Employee.foreman_id or manager_id) holds, where it holds one."""
    return dict(db.session.execute(sa.select(Employee.id, column).where(column.isnot(None))).all())


def has_employees(column: Any, row_id: UUID) -> bool:
    """Whether any active employee's `column` holds this id."""
    return bool(db.session.scalar(sa.select(
        sa.exists().where(column == row_id, Employee.is_active, Employee.deleted_at.is_(None)))))


def has_parts(department_id: UUID) -> bool:
    """Whether any department is part of this one."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Department.parent_id == department_id))))


def _by_id(model: Any, row_id: UUID | None, include_deleted: bool) -> Any:
    if row_id is None:
        return None
    statement = sa.select(model).where(model.id == row_id)
    return db.session.scalar(statement, execution_options={"include_deleted": include_deleted})


# -- delegation ------------------------------------------------------------------------------------------


def delegation(delegation_id: UUID) -> Delegation | None:
    """The delegation with this id."""
    return _by_id(Delegation, delegation_id, include_deleted=False)


def delegations_between(employee_id: UUID, first: date, last: date) -> set[UUID]:
    """The ids of somebody's delegations that share a day with the time from `first` to `last`."""
    return set(db.session.scalars(sa.select(Delegation.id).where(
        Delegation.employee_id == employee_id, Delegation.starts_on <= last, Delegation.ends_on >= first)))


def in_force(delegation: Any = Delegation, day: Any = None) -> Any:
    """The condition that a delegation (the class, or an alias of it) is in force on the day (None: today)."""
    day = clock.today() if day is None else day
    return sa.and_(delegation.deleted_at.is_(None), delegation.starts_on <= day, delegation.ends_on >= day)


def away_today(employee_ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Those of these people who are away today, each with the delegate, if there is one."""
    found: dict[UUID, UUID | None] = {}
    for part in parts(list(employee_ids)):
        found.update(db.session.execute(sa.select(Delegation.employee_id, Delegation.delegate_id).where(
            Delegation.employee_id.in_(part), in_force())).all())
    return found
