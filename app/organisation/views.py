"""The organisation's screens."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema
from sqlalchemy.orm import joinedload, undefer

from app.organisation import moves, operations, policies
from app.organisation.models import Department, Employee, Grade, JobRole
from app.organisation.move_views import MovePages
from app.organisation.schemas import (
    ROLE_LABELS,
    DepartmentSchema,
    EditLoginSchema,
    EmployeeSchema,
    GradeSchema,
    GrantLoginSchema,
    JobRoleSchema,
)
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.fab.forms import form_for
from app.platform.wording import search_key

NAMED_LABELS = {"code": _l("Code"), "name": _l("Name"), "name_ar": _l("Name in Arabic"), "parent": _l("Part of"),
                "is_active": _l("Active"), "rank": _l("Rank")}


def _matches(model: Any) -> Any:
    def criterion(term: str) -> Any:
        return sa.and_(*(model.search_key.contains(word, autoescape=True)
                         for word in search_key(term).split(" ") if word))
    return criterion


class DepartmentView(MovePages, OperationView):
    """Departments and what they are part of."""

    moved, undo, place = moves.DEPARTMENTS, staticmethod(moves.undo_department_move), moves.DEPARTMENTS.place

    route_base = "/departments"
    class_permission_name = "departments"
    datamodel = TenantInterface(Department, load=(joinedload(Department.parent),), search=_matches(Department))
    title_one, title_many, add_label = _l("Department"), _l("Departments"), _l("Add department")
    icon = "building-2"
    intro = _l("How the organisation is divided.")
    empty_text = _l("Add the first department, or import them from a spreadsheet.")
    list_columns = ["code", "name", "parent", "is_active"]
    show_columns = ["code", "name", "name_ar", "parent", "is_active"]
    search_columns = ["code", "name", "parent", "is_active"]
    order_columns = ["code", "name"]
    default_order = ("code", "asc")
    label_columns = NAMED_LABELS
    add_schema = edit_schema = DepartmentSchema
    add_operation = staticmethod(operations.create_department)
    edit_operation = staticmethod(operations.update_department)
    delete_operation = staticmethod(operations.archive_department)
    restore_operation = staticmethod(operations.restore_department)


class GradeView(OperationView):
    """The career ladder."""

    route_base = "/grades"
    class_permission_name = "grades"
    datamodel = TenantInterface(Grade, search=_matches(Grade))
    title_one, title_many, add_label = _l("Grade"), _l("Grades"), _l("Add grade")
    icon = "signal"
    intro = _l("The steps of the career ladder, lowest rank first.")
    empty_text = _l("Add the first grade.")
    list_columns = ["code", "name", "rank"]
    show_columns = ["code", "name", "name_ar", "rank"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name", "rank"]
    default_order = ("rank", "asc")
    label_columns = NAMED_LABELS
    add_schema = edit_schema = GradeSchema
    add_operation = staticmethod(operations.create_grade)
    edit_operation = staticmethod(operations.update_grade)
    delete_operation = staticmethod(operations.archive_grade)
    restore_operation = staticmethod(operations.restore_grade)


class JobRoleView(OperationView):
    """What people do."""

    route_base = "/job-roles"
    class_permission_name = "job-roles"
    datamodel = TenantInterface(JobRole, search=_matches(JobRole))
    title_one, title_many, add_label = _l("Job role"), _l("Job roles"), _l("Add job role")
    icon = "hard-hat"
    intro = _l("What people do, whatever their grade.")
    empty_text = _l("Add the first job role.")
    list_columns = ["code", "name"]
    show_columns = ["code", "name", "name_ar"]
    search_columns = ["code", "name"]
    order_columns = ["code", "name"]
    default_order = ("code", "asc")
    label_columns = NAMED_LABELS
    add_schema = edit_schema = JobRoleSchema
    add_operation = staticmethod(operations.create_job_role)
    edit_operation = staticmethod(operations.update_job_role)
    delete_operation = staticmethod(operations.archive_job_role)
    restore_operation = staticmethod(operations.restore_job_role)


class EmployeeView(MovePages, OperationView):
    """The people, each with the login they may have."""

    route_base = "/users"
    class_permission_name = "users"
    datamodel = TenantInterface(
        Employee, search=_matches(Employee),
        load=(joinedload(Employee.department), joinedload(Employee.grade), joinedload(Employee.job_role),
              joinedload(Employee.foreman), joinedload(Employee.manager),
              joinedload(Employee.user), undefer(Employee.role)),
    )
    base_filters = [["id", VisibleTo, policies.visible]]  # noqa: RUF012
    title_one, title_many, add_label = _l("Employee"), _l("People"), _l("Add employee")
    icon = "users"
    intro = _l("Everybody who works here, with or without a login.")
    empty_text = _l("Add the first employee, or import everybody from a spreadsheet.")
    list_columns = ["number", "name", "department", "job_role", "grade", "foreman", "manager", "user.email", "role",
                    "is_active"]
    show_columns = ["number", "name", "name_ar", "department", "job_role", "grade", "foreman", "manager",
                    "email", "phone", "hired_on", "left_on", "is_active", "user.email", "role", "may_sign_in"]
    search_columns = ["number", "name", "department", "grade", "job_role", "foreman", "manager", "is_active",
                      "hired_on"]
    order_columns = ["number", "name", "hired_on"]
    default_order = ("name", "asc")
    label_columns = {
        "number": _l("Number"), "name": _l("Name"), "name_ar": _l("Name in Arabic"), "email": _l("E-mail"),
        "phone": _l("Phone"), "department": _l("Department"), "grade": _l("Grade"), "job_role": _l("Job role"),
        "foreman": _l("Foreman"), "manager": _l("Manager"), "hired_on": _l("Hired on"), "left_on": _l("Left on"),
        "is_active": _l("Active"), "user.email": _l("Signs in as"), "role": _l("Role"),
        "may_sign_in": _l("May sign in"),
    }
    choices = {"role": ROLE_LABELS}
    add_schema = edit_schema = EmployeeSchema
    add_operation = staticmethod(operations.create_employee)
    edit_operation = staticmethod(operations.update_employee)
    delete_operation = staticmethod(operations.archive_employee)
    restore_operation = staticmethod(operations.restore_employee)

    def lookup_detail(self, row: Any) -> str:
        """Namesakes differ by number and department."""
        return " · ".join(filter(None, [row.number, str(row.department or "")]))

    @expose("/<pk>/login", methods=["GET", "POST"])
    @has_access
    @permission_name("grant")
    def login(self, pk: str) -> Any:
        """Give somebody a login, or change the one they have."""
        employee = self.load(pk)
        schema, operation = login_change(employee)
        form = form_for(schema)(None, data=_login_values(employee))
        if request.method == "POST":
            form = form_for(schema)()
            if self._submit(form, schema, operation, employee) is not None:
                flash(_("The login of %(name)s is set.", name=str(employee)), "success")
                return redirect(self.url("show", pk=pk))
        return self._form_page(form, title=_("Login of %(name)s", name=str(employee)), submit=_("Save login"),
                               cancel=self.url("show", pk=pk))


def login_change(employee: Employee) -> tuple[type[Schema], Any]:
    """The schema and the operation that set somebody's login, new or there already."""
    if employee.user is None:
        return GrantLoginSchema, operations.grant_login
    return EditLoginSchema, operations.edit_login


def _login_values(employee: Employee) -> dict[str, Any]:
    if employee.user is None:
        return {"email": employee.email, "role": "Employee"}
    return {"active": employee.may_sign_in, "role": employee.role or "Employee"}
