"""Keys for programs, over REST. A key itself makes none: its owner does, signed in."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields

from app.accounts import keys
from app.accounts.key_views import ApiKeyView, OperatorKeyView
from app.accounts.schemas import ApiKeySchema, OperatorKeySchema
from app.platform.fab import OperationApi, VisibleTo


class ApiKeyOutput(Schema):
    """A key as programs see it; `key` is there in the answer that makes it, and never again."""

    id = fields.UUID()
    name = fields.String()
    prefix = fields.String(metadata={"description": "The last characters of the key."})
    access = fields.String()
    resources = fields.List(fields.String())
    expires_at = fields.DateTime()
    last_used_at = fields.DateTime()
    revoked_at = fields.DateTime()
    created_at = fields.DateTime()
    key = fields.String()


class ApiKeyApi(OperationApi):
    """API keys."""

    resource_name = "api-keys"
    class_permission_name = "api-keys"
    datamodel = ApiKeyView.datamodel
    base_filters = [["id", VisibleTo, keys.visible_keys]]  # noqa: RUF012
    search_columns = ApiKeyView.search_columns
    order_columns = ApiKeyView.order_columns
    output_schema = ApiKeyOutput
    add_schema = ApiKeySchema
    add_operation = staticmethod(keys.create_api_key)
    delete_operation = staticmethod(keys.revoke_api_key)

    def post_headless(self) -> Response:
        """Make a key; nobody on the way keeps the answer, in which it stands."""
        answer = super().post_headless()
        answer.headers["Cache-Control"] = "no-store"
        return answer


class OperatorKeyApi(ApiKeyApi):
    """Keys of platform operators."""

    resource_name = "operator-keys"
    class_permission_name = "operator-keys"
    datamodel = OperatorKeyView.datamodel
    search_columns = OperatorKeyView.search_columns
    add_schema = OperatorKeySchema
