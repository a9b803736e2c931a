"""The settings of the tenant over REST."""

from __future__ import annotations

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.platform.described import gives, takes
from app.platform.fab import versions
from app.platform.fab.api import read_body
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
    @permission_name("read")
    @gives(result=SettingsSchema)
    def get_settings(self) -> Response:
        """The settings
        ---
        get:
          responses:
            200: {description: All of them}
            304: {description: Nothing changed since}
        """
        tenant = queries.current_tenant()
        return versions.read(self.response(200, result=SettingsSchema().dump(tenant)), tenant)

    @expose("/", methods=["PUT"])
    @protect()
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
        values = read_body(SettingsSchema(partial=True))
        with unit_of_work():
            tenant = queries.current_tenant()
            versions.guarded(operations.update_tenant, tenant)(g.user, tenant.id, **values)
        return versions.mark(self.response(200, result=SettingsSchema().dump(tenant)), tenant)
