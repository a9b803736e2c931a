"""Arrange the organisation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.accounts import operations as accounts
from app.accounts import second_step
from app.organisation import events, queries, rules
from app.organisation.models import Department, Employee, Grade, JobRole
from app.platform import clock
from app.platform.db import db
from app.platform.drafts import Draft, load_current, refuse_taken, refuse_unknown, save_one
from app.platform.errors import Conflict, Invalid, NotFound
from app.platform.unit_of_work import record

# -- departments -----------------------------------------------------------------------------------------


def create_department(actor: Any, **values: Any) -> Department:
    """Open a department; fields as in `DepartmentSchema`. Refuses a taken code and an unknown parent."""
    department = save_one(Department, plan_departments, actor, Draft.new(values))
    record(events.DepartmentCreated(actor_id=actor.id, subject_id=department.id, code=department.code))
    return department


def update_department(actor: Any, department_id: UUID, **values: Any) -> Department:
    """Change a department. Besides what `create_department` refuses: a tree that would bite its tail."""
    draft = Draft.change(department_id, values)
    department = save_one(Department, plan_departments, actor, draft)
    if draft.changes:
        record(events.DepartmentUpdated(actor_id=actor.id, subject_id=department.id, changes=draft.changes))
    return department


def plan_departments(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                     lock: bool = True) -> None:
    """Check drafts of departments; refusals hang on them. `coming`: ids that the same batch makes."""
    load_current(Department, drafts, lock=lock)
    refuse_taken(drafts, Department, "code", lambda code: _("There is a department %(code)s already.", code=code))
    refuse_unknown(drafts, "parent_id", Department, _("There is no such department."), coming)
    _refuse_loops(drafts, "parent_id", queries.parent_departments,
                  _("A department can not be part of itself."), "department_cycle")


def archive_department(actor: Any, department_id: UUID) -> Department:
    """Put a department away. Conflict while active employees or other departments are in it."""
    department = _found(queries.named(Department, department_id))
    if queries.has_parts(department.id):
        raise Conflict(_("Move the departments that are part of it first."), code="in_use")
    _require_unused(Employee.department_id, department, _("Move its employees to another department first."))
    department.deleted_at = clock.now()
    record(events.DepartmentArchived(actor_id=actor.id, subject_id=department.id))
    return department


def restore_department(actor: Any, department_id: UUID) -> Department:
    """Bring a department back. Conflict when its code is in use again."""
    department = _restorable(Department, department_id)
    record(events.DepartmentRestored(actor_id=actor.id, subject_id=department.id))
    return department


# -- grades ----------------------------------------------------------------------------------------------


def create_grade(actor: Any, **values: Any) -> Grade:
    """Add a grade; fields as in `GradeSchema`. Refuses a taken code."""
    grade = save_one(Grade, plan_grades, actor, Draft.new(values))
    record(events.GradeCreated(actor_id=actor.id, subject_id=grade.id, code=grade.code))
    return grade


def update_grade(actor: Any, grade_id: UUID, **values: Any) -> Grade:
    """Change a grade."""
    draft = Draft.change(grade_id, values)
    grade = save_one(Grade, plan_grades, actor, draft)
    if draft.changes:
        record(events.GradeUpdated(actor_id=actor.id, subject_id=grade.id, changes=draft.changes))
    return grade


def plan_grades(actor: Any, drafts: Sequence[Draft], *, lock: bool = True) -> None:
    """Check drafts of grades; refusals hang on them."""
    load_current(Grade, drafts, lock=lock)
    refuse_taken(drafts, Grade, "code", lambda code: _("There is a grade %(code)s already.", code=code))


def archive_grade(actor: Any, grade_id: UUID) -> Grade:
    """Put a grade away. Conflict while active employees hold it."""
    grade = _found(queries.named(Grade, grade_id))
    _require_unused(Employee.grade_id, grade, _("Give its employees another grade first."))
    grade.deleted_at = clock.now()
    record(events.GradeArchived(actor_id=actor.id, subject_id=grade.id))
    return grade


def restore_grade(actor: Any, grade_id: UUID) -> Grade:
    """Bring a grade back. Conflict when its code is in use again."""
    grade = _restorable(Grade, grade_id)
    record(events.GradeRestored(actor_id=actor.id, subject_id=grade.id))
    return grade


# -- job roles -------------------------------------------------------------------------------------------


def create_job_role(actor: Any, **values: Any) -> JobRole:
    """Add a job role; fields as in `JobRoleSchema`. Refuses a taken code."""
    job_role = save_one(JobRole, plan_job_roles, actor, Draft.new(values))
    record(events.JobRoleCreated(actor_id=actor.id, subject_id=job_role.id, code=job_role.code))
    return job_role


def update_job_role(actor: Any, job_role_id: UUID, **values: Any) -> JobRole:
    """Change a job role."""
    draft = Draft.change(job_role_id, values)
    job_role = save_one(JobRole, plan_job_roles, actor, draft)
    if draft.changes:
        record(events.JobRoleUpdated(actor_id=actor.id, subject_id=job_role.id, changes=draft.changes))
    return job_role


def plan_job_roles(actor: Any, drafts: Sequence[Draft], *, lock: bool = True) -> None:
    """Check drafts of job roles; refusals hang on them."""
    load_current(JobRole, drafts, lock=lock)
    refuse_taken(drafts, JobRole, "code", lambda code: _("There is a job role %(code)s already.", code=code))


def archive_job_role(actor: Any, job_role_id: UUID) -> JobRole:
    """Put a job role away. Conflict while active employees have it."""
    job_role = _found(queries.named(JobRole, job_role_id))
    _require_unused(Employee.job_role_id, job_role, _("Give its employees another job role first."))
    job_role.deleted_at = clock.now()
    record(events.JobRoleArchived(actor_id=actor.id, subject_id=job_role.id))
    return job_role


def restore_job_role(actor: Any, job_role_id: UUID) -> JobRole:
    """Bring a job role back. Conflict when its code is in use again."""
    job_role = _restorable(JobRole, job_role_id)
    record(events.JobRoleRestored(actor_id=actor.id, subject_id=job_role.id))
    return job_role


# -- employees -------------------------------------------------------------------------------------------


def create_employee(actor: Any, **values: Any) -> Employee:
    """Add somebody; fields as in `EmployeeSchema`. Refuses what `plan_employees` refuses."""
    employee = save_one(Employee, plan_employees, actor, Draft.new(values))
    record(events.EmployeeCreated(actor_id=actor.id, subject_id=employee.id, number=employee.number))
    return employee


def update_employee(actor: Any, employee_id: UUID, **values: Any) -> Employee:
    """Change somebody's record. Somebody who leaves can no longer sign in."""
    draft = Draft.change(employee_id, values)
    employee = save_one(Employee, plan_employees, actor, draft)
    if draft.changes:
        record(events.EmployeeUpdated(actor_id=actor.id, subject_id=employee.id, changes=draft.changes))
    if "is_active" in draft.changes and employee.user_id:
        accounts.update_login(actor, employee.user_id, active=employee.is_active)
    return employee


def plan_employees(actor: Any, drafts: Sequence[Draft], coming: Collection[UUID] = (), *,
                   lock: bool = True) -> None:
    """Check drafts of employees; refusals hang on them. `coming`: ids that the same batch makes, departments,
    grades and job roles among them.

    Refused: a taken number; an unknown department, grade, job role, foreman or manager; a line of foremen
    or managers that comes back to the same person; leaving before being hired.
    """
    load_current(Employee, drafts, "hired_on", "left_on", lock=lock)
    refuse_taken(drafts, Employee, "number",
                 lambda number: _("There is an employee %(number)s already.", number=number))
    refuse_unknown(drafts, "department_id", Department, _("There is no such department."), coming)
    refuse_unknown(drafts, "grade_id", Grade, _("There is no such grade."), coming)
    refuse_unknown(drafts, "job_role_id", JobRole, _("There is no such job role."), coming)
    refuse_unknown(drafts, "foreman_id", Employee, _("There is no such employee."), coming)
    refuse_unknown(drafts, "manager_id", Employee, _("There is no such employee."), coming)
    _refuse_loops(drafts, "foreman_id", lambda: queries.leaders(Employee.foreman_id),
                  _("Nobody can be their own foreman, directly or through others."), "foreman_cycle")
    _refuse_loops(drafts, "manager_id", lambda: queries.leaders(Employee.manager_id),
                  _("Nobody can be their own manager, directly or through others."), "manager_cycle")
    for draft in drafts:
        if draft.get("hired_on") and draft.get("left_on") and draft.get("left_on") < draft.get("hired_on"):
            draft.refuse(Invalid(_("The day of leaving is before the day of hiring."), field="left_on",
                                 code="left_before_hired"))


def archive_employee(actor: Any, employee_id: UUID) -> Employee:
    """Put somebody's record away and end their sign-in. Conflict on oneself."""
    employee = _found(queries.employee(employee_id))
    if employee.user_id is not None and employee.user_id == actor.id:
        raise Conflict(_("You can not delete your own record."), code="employee_is_self")
    employee.deleted_at = clock.now()
    if employee.user_id:
        accounts.update_login(actor, employee.user_id, active=False)
    record(events.EmployeeArchived(actor_id=actor.id, subject_id=employee.id))
    return employee


def restore_employee(actor: Any, employee_id: UUID) -> Employee:
    """Bring somebody's record back; their sign-in stays off until somebody allows it again."""
    employee = _restorable(Employee, employee_id, key="number")
    record(events.EmployeeRestored(actor_id=actor.id, subject_id=employee.id))
    return employee


def grant_login(actor: Any, employee_id: UUID, *, email: str, role: str, password: str) -> Employee:
    """Let an employee sign in with this role. Conflict when they have a login already."""
    employee = _found(queries.employee(employee_id))
    if employee.user_id:
        raise Conflict(_("%(name)s has a login already.", name=employee.name), code="login_exists")
    first, _space, last = employee.name.partition(" ")
    user = accounts.create_login(actor, email=email, first_name=first[:64], last_name=last[:64] or "-",
                                 roles=[role], password=password)
    employee.user_id = user.id
    employee.email = employee.email or user.email
    record(events.LoginGranted(actor_id=actor.id, subject_id=employee.id, user_id=user.id))
    return _with_login(employee)


def edit_login(actor: Any, employee_id: UUID, *, role: str, active: bool, password: str | None = None,
               forget_second_step: bool = False) -> Employee:
    """Change an employee's role or sign-in, and give a new password when one is named.

    `forget_second_step` has the login ask for no code any more; Conflict `second_step_absent` where it asks for none.
    """
    employee = _found(queries.employee(employee_id))
    if not employee.user_id:
        raise Conflict(_("%(name)s has no login yet.", name=employee.name), code="login_missing")
    accounts.update_login(actor, employee.user_id, roles=[role], active=active)
    if password:
        accounts.set_password(actor, employee.user_id, password=password)
    if forget_second_step:
        second_step.remove_second_step(actor, employee.user_id)
    return _with_login(employee)


def _with_login(employee: Employee) -> Employee:
    """The employee, whose login and role are to be read anew."""
    db.session.flush()
    db.session.expire(employee, ["user", "role"])
    return employee


# -- shared ----------------------------------------------------------------------------------------------


def _refuse_loops(drafts: Sequence[Draft], name: str, read: Any, message: str, code: str) -> None:
    moved = [d for d in drafts if d.values.get(name) is not None and (d.is_new or name in d.changes)]
    if not moved:
        return
    above = read() | {draft.id: draft.values.get(name) for draft in drafts if name in draft.values}
    loops = rules.keys_in_cycles(above)
    for draft in moved:
        if draft.id in loops:
            draft.refuse(Conflict(message, field=name, code=code))


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound(_("There is no such entry."))
    return row


def _require_unused(column: Any, row: Any, message: str) -> None:
    if queries.has_employees(column, row.id):
        raise Conflict(message, code="in_use")


def _restorable(model: Any, row_id: UUID, key: str = "code") -> Any:
    row = _found(queries.deleted(model, row_id))
    value = getattr(row, key)
    if queries.ids_by_key(model, getattr(model, key), [value]):
        raise Conflict(_("%(key)s is in use again; change that one first.", key=value), code=f"{key}_taken")
    row.deleted_at = None
    db.session.flush()
    return row
