"""Alerts over REST."""

from __future__ import annotations

from app.alerts import policies, schemas
from app.alerts.views import AlertView
from app.platform.fab import OperationApi, VisibleTo


class ExpiryAlertApi(OperationApi):
    """What was told about expiries."""

    resource_name = "expiry-alerts"
    class_permission_name = "alerts"
    datamodel = AlertView.datamodel
    base_filters = [["id", VisibleTo, policies.visible]]
    search_columns = AlertView.search_columns
    order_columns = AlertView.order_columns
    output_schema = schemas.AlertOutput
