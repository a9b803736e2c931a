"""The organisation over REST."""

from __future__ import annotations

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.organisation import moves, operations, policies
from app.organisation.move_api import MOVE_ROUTES, MoveRoutes, ParentSchema, PlaceMovesOutput, PlaceSchema
from app.organisation.schemas import DepartmentSchema, EmployeeSchema, GradeSchema, JobRoleSchema
from app.organisation.views import DepartmentView, EmployeeView, GradeView, JobRoleView, login_change
from app.platform.described import gives, takes
from app.platform.fab import OperationApi, VisibleTo


class NamedOutput(Schema):
    """A row with a code and a name, as programs see it."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    name_ar = fields.String()


class DepartmentOutput(NamedOutput):
    """A department as programs see it."""

    parent_id = fields.UUID()
    is_active = fields.Boolean()


class GradeOutput(NamedOutput):
    """A grade as programs see it."""

    rank = fields.Integer()


class EmployeeOutput(Schema):
    """An employee as programs see it."""

    id = fields.UUID()
    number = fields.String()
    name = fields.String()
    name_ar = fields.String()
    email = fields.String()
    phone = fields.String()
    department_id = fields.UUID()
    grade_id = fields.UUID()
    job_role_id = fields.UUID()
    foreman_id = fields.UUID()
    manager_id = fields.UUID()
    hired_on = fields.Date()
    left_on = fields.Date()
    is_active = fields.Boolean()
    sign_in = fields.String(attribute="user.email")
    role = fields.String()
    may_sign_in = fields.Boolean()


class DepartmentApi(MoveRoutes, OperationApi):
    """Departments."""

    resource_name = "departments"
    class_permission_name = "departments"
    datamodel = DepartmentView.datamodel
    search_columns = DepartmentView.search_columns
    output_schema = DepartmentOutput
    add_schema = edit_schema = DepartmentSchema
    include_route_methods = OperationApi.include_route_methods | MOVE_ROUTES
    method_permission_name = OperationApi.method_permission_name | {"changes": "history"}
    moved, undo_operation = moves.DEPARTMENTS, staticmethod(moves.undo_department_move)
    add_operation = staticmethod(operations.create_department)
    edit_operation = staticmethod(operations.update_department)
    delete_operation = staticmethod(operations.archive_department)
    restore_operation = staticmethod(operations.restore_department)

    @expose("/<pk>/changes/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(ParentSchema)
    @gives(result=PlaceMovesOutput)
    def preview_move(self, pk: str) -> Response:
        """Whose requirements making it part of another one would move; changes nothing"""
        return self._preview(pk, ParentSchema())


class GradeApi(OperationApi):
    """Grades."""

    resource_name = "grades"
    class_permission_name = "grades"
    datamodel = GradeView.datamodel
    search_columns = GradeView.search_columns
    output_schema = GradeOutput
    add_schema = edit_schema = GradeSchema
    add_operation = staticmethod(operations.create_grade)
    edit_operation = staticmethod(operations.update_grade)
    delete_operation = staticmethod(operations.archive_grade)
    restore_operation = staticmethod(operations.restore_grade)


class JobRoleApi(OperationApi):
    """Job roles."""

    resource_name = "job-roles"
    class_permission_name = "job-roles"
    datamodel = JobRoleView.datamodel
    search_columns = JobRoleView.search_columns
    output_schema = NamedOutput
    add_schema = edit_schema = JobRoleSchema
    add_operation = staticmethod(operations.create_job_role)
    edit_operation = staticmethod(operations.update_job_role)
    delete_operation = staticmethod(operations.archive_job_role)
    restore_operation = staticmethod(operations.restore_job_role)


class EmployeeApi(MoveRoutes, OperationApi):
    """Employees; the path says users, as the screen does."""

    resource_name = "users"
    class_permission_name = "users"
    datamodel = EmployeeView.datamodel
    base_filters = [["id", VisibleTo, policies.visible]]  # noqa: RUF012
    search_columns = EmployeeView.search_columns
    output_schema = EmployeeOutput
    add_schema = edit_schema = EmployeeSchema
    add_operation = staticmethod(operations.create_employee)
    edit_operation = staticmethod(operations.update_employee)
    delete_operation = staticmethod(operations.archive_employee)
    restore_operation = staticmethod(operations.restore_employee)
    include_route_methods = OperationApi.include_route_methods | MOVE_ROUTES | {"login"}
    method_permission_name = OperationApi.method_permission_name | {"login": "grant", "changes": "history"}

    @expose("/<pk>/login", methods=["PUT"])
    @protect()
    @permission_name("grant")
    def login(self, pk: str) -> Response:
        """Let somebody sign in, or change how
        ---
        put:
          parameters:
          - in: path
            name: pk
            schema: {type: string, format: uuid}
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [role]
                  properties:
                    role: {type: string, enum: [Employee, Foreman, Manager, Training Officer, Administrator]}
                    email: {type: string, description: for a new login}
                    password: {type: string, description: required for a new login}
                    active: {type: boolean, description: for a login that is there}
                  example: {role: Foreman, email: a.saleh@democorp.local, password: correct horse battery}
          responses:
            200: {description: The person}
            404: {$ref: '#/components/responses/404'}
            409: {description: The address signs in here already}
            422: {description: Something is missing or too weak}
        """
        schema, operation = login_change(self._visible(pk))
        return self._write(200, operation, schema(), pk)

    @expose("/<pk>/changes/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(PlaceSchema)
    @gives(result=PlaceMovesOutput)
    def preview_move(self, pk: str) -> Response:
        """What somebody would have to have in another place; changes nothing"""
        return self._preview(pk, PlaceSchema())
