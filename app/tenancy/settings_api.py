"""The settings of the tenant over REST."""

from __future__ import annotations

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect, safe
from flask_appbuilder.security.decorators import permission_name

from app.platform.described import gives, takes
from app.platform.errors import DomainError
from app.platform.fab.api import read_body
from app.platform.rest import envelope
from app.platform.unit_of_work import unit_of_work
from app.tenancy import operations, queries
from app.tenancy.schemas import SettingsSchema


class SettingsApi(BaseApi):
    """What holds for everybody in the organisation."""

    resource_name = "settings"
    version = "v1"
    class_permission_name = "settings"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @safe
    @permission_name("read")
    @gives(result=SettingsSchema)
    def get_settings(self) -> Response:
        """The settings
        ---
        get:
          responses:
            200: {description: All of them}
        """
        return self.response(200, result=SettingsSchema().dump(queries.current_tenant()))

    @expose("/", methods=["PUT"])
    @protect()
    @safe
    @permission_name("edit")
    @takes(SettingsSchema, partial=True)
    @gives(result=SettingsSchema)
    def put_settings(self) -> Response:
        """Change settings; what is not sent stays
        ---
        put:
          responses:
            200: {description: All of them as they are now}
        """
        try:
            values = read_body(SettingsSchema(partial=True))
            with unit_of_work():
                g.source = "api"
                tenant = operations.update_tenant(g.user, queries.current_tenant().id, **values)
        except DomainError as refusal:
            return envelope(refusal)
        return self.response(200, result=SettingsSchema().dump(tenant))
