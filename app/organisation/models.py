"""Departments, grades, job roles, employees, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.accounts.models import Role, User
from app.platform.db import SoftDeletes, TenantModel, tenant_key, tenant_reference, unique_while_live
from app.platform.wording import localised


class _Named:
    """A row with a code and a name in one or two languages, found by either."""

    SEARCHED = ("code", "name", "name_ar")

    code: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    name: Mapped[str] = mapped_column(sa.String(160), nullable=False)
    name_ar: Mapped[str | None] = mapped_column(sa.String(160))
    search_key: Mapped[str] = mapped_column(sa.String(600), nullable=False, default="")

    def __str__(self) -> str:
        return localised(self)


class Department(_Named, SoftDeletes, TenantModel):
    """A part of the tenant's organisation; departments form a tree."""

    __tablename__ = "departments"
    __table_args__ = (
        tenant_key("departments"),
        unique_while_live("departments", "code"),
        tenant_reference("departments", "parent_id", "departments"),
        sa.Index("ix_departments_parent", "tenant_id", "parent_id"),
    )

    parent_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    is_active: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)

    parent: Mapped[Department | None] = relationship(
        primaryjoin="foreign(Department.parent_id) == remote(Department.id)", viewonly=True)


class Grade(_Named, SoftDeletes, TenantModel):
    """A step of the career ladder; `rank` orders them, higher is further up."""

    __tablename__ = "grades"
    __table_args__ = (tenant_key("grades"), unique_while_live("grades", "code"))

    rank: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)


class JobRole(_Named, SoftDeletes, TenantModel):
    """What somebody does: electrician, crane operator."""

    __tablename__ = "job_roles"
    __table_args__ = (tenant_key("job_roles"), unique_while_live("job_roles", "code"))


class Employee(SoftDeletes, TenantModel):
    """A person who works for the tenant, with or without a login."""

    SEARCHED = ("number", "name", "name_ar")

    __tablename__ = "employees"
    __table_args__ = (
        tenant_key("employees"),
        unique_while_live("employees", "number"),
        tenant_reference("employees", "department_id", "departments"),
        tenant_reference("employees", "grade_id", "grades"),
        tenant_reference("employees", "job_role_id", "job_roles"),
        tenant_reference("employees", "foreman_id", "employees"),
        tenant_reference("employees", "manager_id", "employees"),
        tenant_reference("employees", "user_id", "ab_user"),
        sa.UniqueConstraint("tenant_id", "user_id", name="uq_employees_user"),
        sa.Index("ix_employees_department", "tenant_id", "department_id"),
        sa.Index("ix_employees_foreman", "tenant_id", "foreman_id"),
        sa.Index("ix_employees_manager", "tenant_id", "manager_id"),
        sa.Index("ix_employees_name", "tenant_id", "name", "id"),
    )

    number: Mapped[str] = mapped_column(sa.String(40), nullable=False)
    name: Mapped[str] = mapped_column(sa.String(160), nullable=False)
    name_ar: Mapped[str | None] = mapped_column(sa.String(160))
    email: Mapped[str | None] = mapped_column(sa.String(320))
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    grade_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    job_role_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    foreman_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    manager_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    user_id: Mapped[int | None] = mapped_column(sa.Integer)
    hired_on: Mapped[date | None] = mapped_column(sa.Date)
    left_on: Mapped[date | None] = mapped_column(sa.Date)
    is_active: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)
    search_key: Mapped[str] = mapped_column(sa.String(600), nullable=False, default="")

    department: Mapped[Department | None] = relationship(
        primaryjoin="foreign(Employee.department_id) == Department.id", viewonly=True)
    grade: Mapped[Grade | None] = relationship(
        primaryjoin="foreign(Employee.grade_id) == Grade.id", viewonly=True)
    job_role: Mapped[JobRole | None] = relationship(
        primaryjoin="foreign(Employee.job_role_id) == JobRole.id", viewonly=True)
    foreman: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(Employee.foreman_id) == remote(Employee.id)", viewonly=True)
    manager: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(Employee.manager_id) == remote(Employee.id)", viewonly=True)
    user: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(Employee.user_id) == User.id", viewonly=True)
    # the role that they sign in with; lists ask for it
    role: Mapped[str | None] = column_property(
        sa.select(sa.func.min(Role.name)).join(Role.user).where(User.id == user_id).correlate_except(Role, User)
        .scalar_subquery(), deferred=True)

    @property
    def may_sign_in(self) -> bool:
        """Whether they have a login that is not switched off."""
        return bool(self.user and self.user.active)

    def __str__(self) -> str:
        return localised(self)


class Delegation(SoftDeletes, TenantModel):
    """Somebody is away from `starts_on` to `ends_on` inclusive; `delegate` decides in their place meanwhile.

    Without a delegate it is a mere absence: what waits for them goes to the next level.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        tenant_reference("delegations", "employee_id", "employees"),
        tenant_reference("delegations", "delegate_id", "employees"),
        sa.Index("ix_delegations_employee", "tenant_id", "employee_id", "ends_on"),
        sa.Index("ix_delegations_delegate", "tenant_id", "delegate_id", "ends_on"),
        sa.Index("ix_delegations_ends", "tenant_id", "ends_on"),
    )

    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    delegate_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    starts_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    ends_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    reason: Mapped[str | None] = mapped_column(sa.String(200))

    employee: Mapped[Employee] = relationship(
        primaryjoin="foreign(Delegation.employee_id) == Employee.id", viewonly=True)
    delegate: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(Delegation.delegate_id) == Employee.id", viewonly=True)

    def __str__(self) -> str:
        return f"{self.employee} → {self.delegate}" if self.delegate else str(self.employee)
