"""The trail over REST, to read and to check."""

from __future__ import annotations

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.audit import operations, queries
from app.audit.schemas import AuditEntryOutput, SoundnessOutput
from app.audit.views import AuditLogView, OperatorTrailView
from app.platform.described import gives
from app.platform.fab import OperationApi


class AuditLogApi(OperationApi):
    """Audit entries."""

    resource_name = "audit"
    class_permission_name = "audit-logs"
    include_route_methods = {*OperationApi.include_route_methods, "verify"}
    method_permission_name = {**OperationApi.method_permission_name, "verify": "read"}
    datamodel = AuditLogView.datamodel
    search_columns = AuditLogView.search_columns
    order_columns = AuditLogView.order_columns
    base_order = ("sequence", "desc")
    output_schema = AuditEntryOutput

    @expose("/verify", methods=["POST"])
    @protect()
    @permission_name("read")
    @gives(result=SoundnessOutput)
    def verify(self) -> Response:
        """Recompute the whole chain and say whether anything was touched
        ---
        post:
          responses:
            200: {description: "Whole, or the first entry that is not as it was written"}
        """
        broken = operations.first_broken_link()
        found = {"is_intact": broken is None, "entries": queries.length(), "first_broken": broken}
        return self.response(200, result=SoundnessOutput().dump(found))


class OperatorTrailApi(AuditLogApi):
    """What platform operators did."""

    resource_name = "operator-trail"
    class_permission_name = "operator-trail"
    datamodel = OperatorTrailView.datamodel
    search_columns = OperatorTrailView.search_columns
