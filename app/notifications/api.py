"""Notifications over REST."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.notifications import kinds, operations, queries, reading
from app.notifications.schemas import NotificationOutput, PreferencesSchema, TimesSchema
from app.notifications.views import NotificationView
from app.platform.described import gives, takes
from app.platform.fab import OperationApi, VisibleTo, versions
from app.platform.fab.api import read_body
from app.platform.unit_of_work import unit_of_work


class InWords(NotificationOutput):
    """Puts a row into words before it is written."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A field of the row, `title` and `body` of its words."""
        return super().get_attribute(reading.in_words(obj) if attr in ("title", "body") else obj, attr, default)


class NotificationApi(OperationApi):
    """The own notifications."""

    resource_name = "notifications"
    class_permission_name = "notifications"
    include_route_methods = {*OperationApi.include_route_methods, "read", "mark_all_read", "unread_count",
                             "preferences", "choose"}
    method_permission_name = {
        **OperationApi.method_permission_name, "read": "edit", "mark_all_read": "edit", "choose": "edit",
        "unread_count": "read", "preferences": "read"}
    datamodel = NotificationView.datamodel
    base_filters = [["id", VisibleTo, reading.wanted]]
    search_columns = ["kind", "subject", "subject_id", "created_at"]
    order_columns = NotificationView.order_columns
    base_order = ("created_at", "desc")
    output_schema = InWords

    @expose("/<pk>/read", methods=["PATCH"])
    @protect()
    @permission_name("edit")
    def read(self, pk: str) -> Response:
        """Mark one as read
        ---
        patch:
          responses:
            200: {description: The notification}
            404: {$ref: '#/components/responses/404'}
        """
        return self._write(200, operations.mark_read, None, pk)

    @expose("/mark-all-read", methods=["POST"])
    @protect()
    @permission_name("edit")
    @gives(count=fields.Integer())
    def mark_all_read(self) -> Response:
        """Mark all as read, or with `{"kind": …}` those of one kind
        ---
        post:
          responses:
            200: {description: How many were unread}
        """
        with unit_of_work():
            count = operations.mark_all_read(g.user, _kind())
        return self.response(200, count=count)

    @expose("/unread-count", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(count=fields.Integer())
    def unread_count(self) -> Response:
        """How many are unread
        ---
        get:
          responses:
            200: {description: "The number, counted up to 100"}
        """
        return self.response(200, count=queries.unread_count(g.user.id) if g.user.tenant_id else 0)

    @expose("/preferences", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(result=PreferencesSchema)
    def preferences(self) -> Response:
        """What the signed-in person wants to be told
        ---
        get:
          responses:
            200: {description: "Every kind with its channels, and the times"}
            304: {description: Nothing changed since}
        """
        shown = _preferences()
        return versions.read(self.response(200, result=shown), shown)

    @expose("/preferences", methods=["PUT"])
    @protect()
    @permission_name("edit")
    @takes(PreferencesSchema, partial=True)
    @gives(result=PreferencesSchema)
    def choose(self) -> Response:
        """Choose; what is not sent stays
        ---
        put:
          responses:
            200: {description: Saved}
            422: {$ref: '#/components/responses/422'}
        """
        values = read_body(PreferencesSchema(partial=True))
        with unit_of_work():
            versions.guarded(operations.save_preferences, g.user, _preferences)(g.user, **values)
        shown = _preferences()
        return versions.mark(self.response(200, result=shown), shown)


def _preferences() -> dict[str, Any]:
    chosen, settings = queries.preferences(g.user.id), queries.own_settings(g.user.id)
    choices = [{"kind": kind.name, "channel": channel, "choice": chosen[kind.name, channel].choice
                if (kind.name, channel) in chosen else kind.default(channel)}
               for kind in kinds.choices() for channel in kinds.CHANNELS]
    return {"choices": choices, **TimesSchema().dump(settings or {})}


def _kind() -> str | None:
    body = request.get_json(silent=True)
    return str(body["kind"]) if isinstance(body, dict) and body.get("kind") else None
