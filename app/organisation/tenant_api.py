"""The tenants over REST, for the platform's operator."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields
from uuid_utils.compat import uuid7

from app.organisation.tenant_views import TenantView, acting_in
from app.platform.fab import OperationApi
from app.platform.fab.filters import to_uuid
from app.tenancy import operations


class TenantOutput(Schema):
    """A tenant as its operator's programs see it."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.String()
    name_ar = fields.String()
    locale = fields.String()
    time_zone = fields.String()
    plan = fields.String()
    is_active = fields.Boolean()
    created_at = fields.DateTime()


class TenantApi(OperationApi):
    """Tenants. What an operator does to one stands in its own trail."""

    resource_name = "tenants"
    class_permission_name = "tenants"
    include_route_methods = OperationApi.include_route_methods | {"suspend", "resume"}
    method_permission_name = OperationApi.method_permission_name | {"suspend": "edit", "resume": "edit"}  # noqa: RUF012
    datamodel = TenantView.datamodel
    search_columns = TenantView.search_columns
    order_columns = TenantView.order_columns
    output_schema = TenantOutput
    add_schema, edit_schema = TenantView.add_schema, TenantView.edit_schema
    add_operation = staticmethod(TenantView.add_operation)
    edit_operation = staticmethod(TenantView.edit_operation)

    @expose("/<pk>/suspend", methods=["POST"])
    @protect()
    @permission_name("edit")
    def suspend(self, pk: str) -> Response:
        """Keep the tenant's people out; everybody who is in is signed out
        ---
        post:
          responses:
            200: {description: The tenant}
            404: {$ref: '#/components/responses/404'}
        """
        return self._write(200, operations.suspend_tenant, None, pk)

    @expose("/<pk>/resume", methods=["POST"])
    @protect()
    @permission_name("edit")
    def resume(self, pk: str) -> Response:
        """Let the tenant's people in again
        ---
        post:
          responses:
            200: {description: The tenant}
            404: {$ref: '#/components/responses/404'}
        """
        return self._write(200, operations.resume_tenant, None, pk)

    def _write(self, status: int, operation: Any, schema: Schema | None, pk: str | None = None,
               is_deleted: bool = False) -> Response:
        with acting_in(to_uuid(pk or "") or uuid7()):
            return super()._write(status, operation, schema, pk, is_deleted)
