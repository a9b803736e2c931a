"""The matrix over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.compliance import arrangements, coverage, operations, policies, schemas, waivers
from app.compliance.change_api import ChangeRoutes
from app.compliance.coverage_views import CoverageView, asked_day
from app.compliance.requirement_views import RequirementView
from app.compliance.stand_ins import with_stand_ins
from app.compliance.waiver_views import WaiverView
from app.platform.described import takes
from app.platform.fab import OperationApi, VisibleTo
from app.platform.fab.lists import lists


class RequirementApi(ChangeRoutes, OperationApi):
    """Requirements: rules as known now. A change appends; what held before stays on record."""

    resource_name = "requirements"
    class_permission_name = "requirements"
    include_route_methods = {*OperationApi.include_route_methods, "end", "undo", "changes", "preview_addition",
                             "preview_change", "preview_end"}
    datamodel = RequirementView.datamodel
    base_filters = [["id", VisibleTo, policies.current_requirements]]
    search_columns = RequirementView.search_columns
    order_columns = RequirementView.order_columns
    output_schema = schemas.RequirementOutput
    add_schema, edit_schema = schemas.RequirementSchema, schemas.ChangeRequirementSchema
    add_operation = staticmethod(operations.add_requirement)
    edit_operation = staticmethod(operations.change_requirement)

    @expose("/<pk>/end", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.EndRequirementSchema)
    def end(self, pk: str) -> Response:
        """Require a course no longer
        ---
        post:
          responses:
            200: {description: The requirement as it was}
            409: {description: It has ended already}
        """
        return self._write(200, operations.end_requirement, schemas.EndRequirementSchema(), pk)

    @expose("/<pk>/undo", methods=["POST"])
    @protect()
    @permission_name("edit")
    def undo(self, pk: str) -> Response:
        """Take back the change that made this requirement what it is
        ---
        post:
          responses:
            200: {description: The requirement as it was before it was taken back}
            409: {description: Something stands in the way}
        """
        return self._write(200, _undo_last, None, pk)


def _undo_last(actor: Any, requirement_id: Any) -> Any:
    row = operations.found(requirement_id)
    operations.undo_change(actor, row.change_id)
    return row


class WaiverApi(OperationApi):
    """Waivers."""

    resource_name = "waivers"
    class_permission_name = "waivers"
    include_route_methods = {*OperationApi.include_route_methods, "end"}
    datamodel = WaiverView.datamodel
    base_filters = [["id", VisibleTo, policies.visible_waivers]]
    search_columns = WaiverView.search_columns
    order_columns = WaiverView.order_columns
    output_schema = schemas.WaiverOutput
    add_schema = schemas.WaiverSchema
    add_operation = staticmethod(waivers.grant_waiver)
    delete_operation = staticmethod(waivers.archive_waiver)
    restore_operation = staticmethod(waivers.restore_waiver)

    @expose("/<pk>/end", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(schemas.EndSchema)
    def end(self, pk: str) -> Response:
        """Let a waiver no longer hold
        ---
        post:
          responses:
            200: {description: The waiver}
            409: {description: It is over by then}
        """
        return self._write(200, waivers.end_waiver, schemas.EndSchema(), pk)


class CoverageApi(OperationApi):
    """Coverage needs, and how they stand."""

    resource_name = "coverage"
    class_permission_name = "coverage"
    include_route_methods = {*OperationApi.include_route_methods, "standing"}
    datamodel = CoverageView.datamodel
    base_filters = [["id", VisibleTo, policies.visible_needs]]
    search_columns = CoverageView.search_columns
    order_columns = CoverageView.order_columns
    output_schema = schemas.CoverageOutput
    add_schema = edit_schema = schemas.CoverageSchema
    add_operation = staticmethod(arrangements.add_coverage_need)
    edit_operation = staticmethod(arrangements.change_coverage_need)
    delete_operation = staticmethod(arrangements.archive_coverage_need)
    restore_operation = staticmethod(arrangements.restore_coverage_need)

    @expose("/standing", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(schemas.StandingOutput)
    def standing(self) -> Any:
        """How every coverage need stands on a day
        ---
        get:
          parameters:
          - in: query
            name: day
            schema: {type: string, format: date}
          responses:
            200:
              description: >-
                The needs: members, valid, minimum, spare, the day on which each breaks, by whose expiry, who could
                step in
            401: {$ref: '#/components/responses/401'}
        """
        return with_stand_ins(g.user, coverage.standings(asked_day(), visible=policies.visible_needs(g.user)))
