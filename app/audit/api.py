"""The trail over REST, to read."""

from __future__ import annotations

from app.audit.schemas import AuditEntryOutput
from app.audit.views import AuditLogView
from app.platform.fab import OperationApi


class AuditLogApi(OperationApi):
    """Audit entries."""

    resource_name = "audit"
    class_permission_name = "audit-logs"
    datamodel = AuditLogView.datamodel
    search_columns = AuditLogView.search_columns
    order_columns = AuditLogView.order_columns
    base_order = ("sequence", "desc")
    output_schema = AuditEntryOutput
