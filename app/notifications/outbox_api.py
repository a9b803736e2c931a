"""The outbox over REST, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.notifications import forecasts, outbox_operations
from app.notifications.outbox_views import OutboxView
from app.notifications.schemas import ForecastOutput, OutboxOutput
from app.platform import clock
from app.platform.fab import OperationApi
from app.platform.fab.lists import lists


class OutboxApi(OperationApi):
    """Mails and text messages on their way and after, for administrators."""

    resource_name = "outbox"
    class_permission_name = "outbox"
    include_route_methods = {*OperationApi.include_route_methods, "retry", "cancel", "forecast"}
    method_permission_name = {**OperationApi.method_permission_name, "retry": "retry", "cancel": "retry",
                              "forecast": "read"}
    datamodel = OutboxView.datamodel
    search_columns = ["state", "channel", "kind", "address", "created_at", "due_at", "attempts"]
    order_columns = OutboxView.order_columns
    base_order = ("created_at", "desc")
    output_schema = OutboxOutput

    @expose("/<pk>/retry", methods=["POST"])
    @protect()
    @permission_name("retry")
    def retry(self, pk: str) -> Response:
        """Send a message now
        ---
        post:
          responses:
            200: {description: The message}
            409: {description: It is out, or going out}
        """
        return self._write(200, outbox_operations.retry_message, None, pk)

    @expose("/<pk>/cancel", methods=["POST"])
    @protect()
    @permission_name("retry")
    def cancel(self, pk: str) -> Response:
        """Never send a message
        ---
        post:
          responses:
            200: {description: The message}
            409: {description: It is out, or going out}
        """
        return self._write(200, outbox_operations.cancel_message, None, pk)

    @expose("/forecast", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(ForecastOutput, size=100)
    def forecast(self) -> Any:
        """What will be told and sent in the next 30 days
        ---
        get:
          responses:
            200: {description: "By day, kind and channel (null: not told yet)"}
        """
        return forecasts.outlook(clock.today())
