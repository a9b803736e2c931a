"""What is required of whom, what counts instead, who is let off, and where people stood when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models import Course
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform.db import Instant, SoftDeletes, TenantModel, tenant_key, tenant_reference


def _named_course(model: str, column: str = "course_id") -> Any:
    return relationship(primaryjoin=f"foreign({model}.{column}) == Course.id", viewonly=True)


class Position(TenantModel):
    """Where somebody stood from `from_on` to `until_on` inclusive (None: still does).

    Written by `positions` whenever an employee's record changes. The `…_since` days say from when the person has
    had this department, grade and job role without a break.
    """

    KEPT_WITH = "employee_id"
    """Kept by TrainFlow about this row, and goes with it when an import that made it is undone."""
    FORGETS = "department_id"
    """Names, of days that are over, a row that an undo may remove: `forgetting` puts it right."""

    __tablename__ = "employee_positions"
    __table_args__ = (
        tenant_key("employee_positions"),
        tenant_reference("employee_positions", "employee_id", "employees"),
        tenant_reference("employee_positions", "department_id", "departments"),
        tenant_reference("employee_positions", "grade_id", "grades"),
        tenant_reference("employee_positions", "job_role_id", "job_roles"),
        sa.Index("uq_employee_positions_open", "tenant_id", "employee_id", unique=True,
                 sqlite_where=sa.text("until_on IS NULL"), postgresql_where=sa.text("until_on IS NULL")),
        sa.Index("ix_employee_positions_employee", "tenant_id", "employee_id", "from_on"),
    )

    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    grade_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    job_role_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    from_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    until_on: Mapped[date | None] = mapped_column(sa.Date)
    department_since: Mapped[date] = mapped_column(sa.Date, nullable=False)
    grade_since: Mapped[date] = mapped_column(sa.Date, nullable=False)
    job_role_since: Mapped[date] = mapped_column(sa.Date, nullable=False)


class Branch(TenantModel):
    """What a department was part of from `from_on` to `until_on` inclusive (None: still is); `parent_id` None: of none.

    Written by `branches` whenever departments change. `since` is the day since when it counts as part of it: earlier
    than `from_on` where a move was taken back.
    """

    KEPT_WITH = "department_id"
    """As of `Position`."""
    FORGETS = "parent_id"

    __tablename__ = "department_branches"
    __table_args__ = (
        tenant_key("department_branches"),
        tenant_reference("department_branches", "department_id", "departments"),
        tenant_reference("department_branches", "parent_id", "departments"),
        sa.Index("uq_department_branches_open", "tenant_id", "department_id", unique=True,
                 sqlite_where=sa.text("until_on IS NULL"), postgresql_where=sa.text("until_on IS NULL")),
        sa.Index("ix_department_branches_department", "tenant_id", "department_id", "from_on"),
    )

    department_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    parent_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    from_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    until_on: Mapped[date | None] = mapped_column(sa.Date)
    since: Mapped[date] = mapped_column(sa.Date, nullable=False)


class RequirementChange(TenantModel):
    """One change of the matrix as somebody made it: what it wrote and what it took the place of can be undone.

    `kind` is added, changed, ended or undone; `undoes_id` the change that it takes back.
    """

    __tablename__ = "requirement_changes"
    __table_args__ = (
        tenant_key("requirement_changes"),
        tenant_reference("requirement_changes", "actor_id", "ab_user"),
        tenant_reference("requirement_changes", "course_id", "courses"),
        tenant_reference("requirement_changes", "undoes_id", "requirement_changes"),
        sa.Index("ix_requirement_changes_rule", "tenant_id", "rule_id", "created_at"),
        sa.Index("ix_requirement_changes_made", "tenant_id", "created_at"),
    )

    rule_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    kind: Mapped[str] = mapped_column(sa.String(12), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    undoes_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    gained: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    lost: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)

    course: Mapped[Course] = _named_course("RequirementChange")
    actor: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(RequirementChange.actor_id) == User.id", viewonly=True)


class Requirement(TenantModel):
    """A rule of the matrix for a span of days: whoever it describes must have the course.

    Department (with those below it), grade and job role that are set must all fit; none set means everybody.
    Rows are never rewritten: a change marks the row as superseded and appends others of the same `rule_id`, so
    that both what held on a day and what was known of it at an instant can be asked. `since_on` is the day from
    which the rule has described the same people, from which `grace_days` count for those whom it met first.
    """

    __tablename__ = "requirements"
    __table_args__ = (
        tenant_key("requirements"),
        tenant_reference("requirements", "course_id", "courses"),
        tenant_reference("requirements", "department_id", "departments"),
        tenant_reference("requirements", "grade_id", "grades"),
        tenant_reference("requirements", "job_role_id", "job_roles"),
        tenant_reference("requirements", "change_id", "requirement_changes"),
        tenant_reference("requirements", "superseded_by_id", "requirement_changes"),
        sa.Index("ix_requirements_rule", "tenant_id", "rule_id", "valid_from"),
        sa.Index("ix_requirements_course", "tenant_id", "course_id"),
        sa.Index("ix_requirements_change", "tenant_id", "change_id"),
        sa.Index("ix_requirements_superseded_by", "tenant_id", "superseded_by_id"),
    )

    rule_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    grade_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    job_role_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    grace_days: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    valid_from: Mapped[date] = mapped_column(sa.Date, nullable=False)
    valid_until: Mapped[date | None] = mapped_column(sa.Date)
    since_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    reason: Mapped[str | None] = mapped_column(sa.String(400))
    change_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    superseded_at: Mapped[datetime | None] = mapped_column(Instant)
    superseded_by_id: Mapped[UUID | None] = mapped_column(sa.Uuid)

    course: Mapped[Course] = _named_course("Requirement")
    department: Mapped[Department | None] = relationship(
        primaryjoin="foreign(Requirement.department_id) == Department.id", viewonly=True)
    grade: Mapped[Grade | None] = relationship(
        primaryjoin="foreign(Requirement.grade_id) == Grade.id", viewonly=True)
    job_role: Mapped[JobRole | None] = relationship(
        primaryjoin="foreign(Requirement.job_role_id) == JobRole.id", viewonly=True)

    def __str__(self) -> str:
        scope = [str(one) for one in (self.department, self.grade, self.job_role) if one is not None]
        return f"{self.course} – {', '.join(scope)}" if scope else str(self.course)


class Equivalence(SoftDeletes, TenantModel):
    """A certificate of `counted_id` counts as one of `course_id`, from `valid_from` to `valid_until` inclusive.

    `both_ways`: and the other way round.
    """

    __tablename__ = "course_equivalences"
    __table_args__ = (
        tenant_key("course_equivalences"),
        tenant_reference("course_equivalences", "course_id", "courses"),
        tenant_reference("course_equivalences", "counted_id", "courses"),
        sa.Index("ix_course_equivalences_course", "tenant_id", "course_id"),
        sa.Index("ix_course_equivalences_counted", "tenant_id", "counted_id"),
    )

    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    counted_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    both_ways: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    valid_from: Mapped[date] = mapped_column(sa.Date, nullable=False)
    valid_until: Mapped[date | None] = mapped_column(sa.Date)

    course: Mapped[Course] = _named_course("Equivalence")
    counted: Mapped[Course] = _named_course("Equivalence", "counted_id")

    def __str__(self) -> str:
        return f"{self.counted} → {self.course}"


class Waiver(SoftDeletes, TenantModel):
    """A person need not have a course from `starts_on` to `ends_on` inclusive (None: until further notice).

    `ended_on` is the first day on which it no longer holds because somebody ended it early.
    """

    __tablename__ = "waivers"
    __table_args__ = (
        tenant_key("waivers"),
        tenant_reference("waivers", "employee_id", "employees"),
        tenant_reference("waivers", "course_id", "courses"),
        tenant_reference("waivers", "approved_by_id", "ab_user"),
        tenant_reference("waivers", "ended_by_id", "ab_user"),
        sa.Index("ix_waivers_person", "tenant_id", "employee_id", "course_id", "starts_on"),
        sa.Index("ix_waivers_course", "tenant_id", "course_id"),
    )

    employee_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    starts_on: Mapped[date] = mapped_column(sa.Date, nullable=False)
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    ended_on: Mapped[date | None] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.String(400), nullable=False)
    approved_by_id: Mapped[int | None] = mapped_column(sa.Integer)
    ended_by_id: Mapped[int | None] = mapped_column(sa.Integer)

    employee: Mapped[Employee] = relationship(
        primaryjoin="foreign(Waiver.employee_id) == Employee.id", viewonly=True)
    course: Mapped[Course] = _named_course("Waiver")
    approved_by: Mapped[User | None] = relationship(
        User, primaryjoin="foreign(Waiver.approved_by_id) == User.id", viewonly=True)

    def __str__(self) -> str:
        return f"{self.employee} – {self.course}"


class CoverageNeed(SoftDeletes, TenantModel):
    """How many people with a valid certificate of a course a department (with those below it) or a crew needs.

    Either `department_id` or `foreman_id`, whose crew it is, is set; neither means the whole organisation.
    """

    __tablename__ = "coverage_needs"
    __table_args__ = (
        tenant_key("coverage_needs"),
        tenant_reference("coverage_needs", "course_id", "courses"),
        tenant_reference("coverage_needs", "department_id", "departments"),
        tenant_reference("coverage_needs", "foreman_id", "employees"),
        sa.Index("ix_coverage_needs_course", "tenant_id", "course_id"),
    )

    course_id: Mapped[UUID] = mapped_column(sa.Uuid, nullable=False)
    department_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    foreman_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    minimum: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=1)
    valid_from: Mapped[date] = mapped_column(sa.Date, nullable=False)
    valid_until: Mapped[date | None] = mapped_column(sa.Date)

    course: Mapped[Course] = _named_course("CoverageNeed")
    department: Mapped[Department | None] = relationship(
        primaryjoin="foreign(CoverageNeed.department_id) == Department.id", viewonly=True)
    foreman: Mapped[Employee | None] = relationship(
        primaryjoin="foreign(CoverageNeed.foreman_id) == Employee.id", viewonly=True)

    def __str__(self) -> str:
        where = self.department or self.foreman
        return f"{self.course} – {where}" if where is not None else str(self.course)
