"""Demo data over REST, for the platform's operator. SPEC 11.2 names both addresses."""

from __future__ import annotations

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.platform.described import gives
from app.platform.unit_of_work import unit_of_work
from seeds.jobs import request_demo


class DemoApi(BaseApi):
    """Two tenants for trying things out."""

    route_base = "/api/v1"
    resource_name = "demo"
    class_permission_name = "demo"
    allow_browser_login = True

    @expose("/admin/seed-demo", methods=["POST"])
    @protect()
    @permission_name("add")
    @gives(accepted=fields.Boolean())
    def seed_demo(self) -> Response:
        """Have a worker add what the demo tenants lack; harmless any number of times
        ---
        post:
          responses:
            202: {description: A worker will add it}
            409: {description: This is production}
        """
        with unit_of_work():
            request_demo(g.user)
        return self.response(202, accepted=True)

    @expose("/users/seed-demo", methods=["POST"])
    @protect()
    @permission_name("add")
    @gives(accepted=fields.Boolean())
    def seed_demo_users(self) -> Response:
        """The same as POST /api/v1/admin/seed-demo
        ---
        post:
          responses:
            202: {description: A worker will add it}
            409: {description: This is production}
        """
        return self.seed_demo()
