"""Enrollments over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.enrollments import openings, operations, policies, queries, schemas
from app.enrollments.evidence_api import EvidenceResource
from app.enrollments.views import EnrollmentView
from app.organisation import queries as organisation
from app.platform.described import WARNINGS, gives, takes
from app.platform.errors import DomainError
from app.platform.fab import OperationApi, VisibleTo
from app.platform.fab.api import read_body
from app.platform.fab.lists import lists
from app.platform.unit_of_work import unit_of_work


class EnrollmentApi(EvidenceResource, OperationApi):
    """Enrollments."""

    resource_name = "enrollments"
    class_permission_name = "enrollments"
    include_route_methods = {*OperationApi.include_route_methods, "me", "enrol", "complete", "fail", "withdraw",
                             "revoke", "reinstate", "renew", "evidence", "attach", "evidence_file", "remove"}
    datamodel = EnrollmentView.datamodel
    base_filters = [["id", VisibleTo, policies.visible]]
    search_columns = EnrollmentView.search_columns
    order_columns = EnrollmentView.order_columns
    output_schema = schemas.EnrollmentOutput
    add_schema, edit_schema = schemas.EnrollmentSchema, schemas.CorrectionSchema
    add_operation = staticmethod(operations.create_enrollment)
    edit_operation = staticmethod(operations.correct_enrollment)
    delete_operation = staticmethod(operations.archive_enrollment)
    restore_operation = staticmethod(operations.restore_enrollment)

    def warnings_of(self, row: Any) -> list[DomainError]:
        """What the person should have done first."""
        return openings.warnings([row])

    @expose("/me", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(schemas.EnrollmentOutput)
    def me(self) -> Any:
        """The own enrollments
        ---
        get:
          responses:
            200: {description: Everything that the signed-in person did, oldest first}
            401: {$ref: '#/components/responses/401'}
        """
        employee = organisation.employee_for_user(g.user.id)
        return queries.of_employee(employee.id) if employee else []

    @expose("/enrol", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(schemas.EnrolSchema)
    @gives(ids=fields.List(fields.UUID()), warnings=WARNINGS)
    def enrol(self) -> Response:
        """Enrol several people in one course, all of them or none
        ---
        post:
          responses:
            201: {description: The ids of the new enrollments, and who lacks what comes first}
            422: {$ref: '#/components/responses/422'}
        """
        values = read_body(schemas.EnrolSchema())
        with unit_of_work():
            rows = operations.enrol_people(g.user, **values)
            warnings = [one.as_dict() for one in openings.warnings(rows)]
        return self.response(201, ids=[str(row.id) for row in rows], warnings=warnings)

    @expose("/<pk>/complete", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.CompleteSchema)
    def complete(self, pk: str) -> Response:
        """Record that somebody passed
        ---
        post:
          responses:
            200: {description: The enrollment}
            409: {description: It is over already}
        """
        return self._step(pk, operations.complete_enrollment, schemas.CompleteSchema)

    @expose("/<pk>/fail", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.FailSchema)
    def fail(self, pk: str) -> Response:
        """Record that somebody did not pass
        ---
        post:
          responses:
            200: {description: The enrollment}
            409: {description: It is over already}
        """
        return self._step(pk, operations.fail_enrollment, schemas.FailSchema)

    @expose("/<pk>/withdraw", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.WithdrawSchema)
    def withdraw(self, pk: str) -> Response:
        """Take somebody off a course
        ---
        post:
          responses:
            200: {description: The enrollment}
            409: {description: It is over already}
        """
        return self._step(pk, operations.withdraw_enrollment, schemas.WithdrawSchema)

    @expose("/<pk>/revoke", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.RevokeSchema)
    def revoke(self, pk: str) -> Response:
        """Let a certificate no longer count
        ---
        post:
          responses:
            200: {description: The enrollment}
            409: {description: It is revoked already, or was not completed}
        """
        return self._step(pk, operations.revoke_enrollment, schemas.RevokeSchema)

    @expose("/<pk>/reinstate", methods=["POST"])
    @protect()
    @permission_name("edit")
    def reinstate(self, pk: str) -> Response:
        """Let a revoked certificate count again
        ---
        post:
          responses:
            200: {description: The enrollment}
            409: {description: It is not revoked}
        """
        return self._step(pk, operations.reinstate_enrollment)

    @expose("/<pk>/renew", methods=["POST"])
    @protect()
    @permission_name("add")
    def renew(self, pk: str) -> Response:
        """Enrol the person again
        ---
        post:
          responses:
            201: {description: The new enrollment, linked to the one it renews}
            409: {description: It was not completed, or another runs already}
        """
        return self._write(201, operations.renew_enrollment, None, pk)

    def _step(self, pk: str, operation: Any, schema: Any = None) -> Response:
        return self._write(200, operation, schema() if schema else None, pk)
