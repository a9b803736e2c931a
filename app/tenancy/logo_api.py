"""The tenant's logo over REST."""

from __future__ import annotations

from typing import IO

from flask import Response, g, send_file
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.platform import files
from app.platform.described import gives, takes_file
from app.platform.errors import NotFound
from app.platform.fab import versions
from app.platform.fab.attached import sent_file
from app.platform.rest import no_such_row
from app.platform.unit_of_work import unit_of_work
from app.tenancy import logos, queries


class LogoOutput(Schema):
    """Whether the tenant has a logo of its own."""

    has_logo = fields.Boolean()


class LogoApi(BaseApi):
    """One picture of the tenant's own, for programs."""

    resource_name = "logo"
    route_base = "/api/v1/settings/logo"
    class_permission_name = "logo"
    allow_browser_login = True

    @expose("", methods=["GET"])
    @protect()
    @permission_name("read")
    def get_logo(self) -> Response:
        """The logo as it stands in the head of every page
        ---
        get:
          responses:
            200:
              description: The picture, at most 800 by 240 pixels
              content:
                image/png: {schema: {type: string, format: binary}}
            304: {description: It is the one that If-None-Match names}
            404: {$ref: '#/components/responses/404'}
        """
        key = queries.current_tenant().logo
        if not key:
            raise NotFound(no_such_row())
        return versions.read(send_file(files.open_kept(key), mimetype="image/png"), key)

    @expose("", methods=["PUT"])
    @protect()
    @permission_name("edit")
    @takes_file()
    @gives(result=LogoOutput)
    def put_logo(self) -> Response:
        """Set the logo: a PNG or JPEG of at most 1 MB and 4,000 pixels, which is drawn anew to fit
        ---
        put:
          responses:
            200: {description: It is set}
            422: {description: 'No file, one that is too large, or no such picture'}
            507: {description: There is no room for it}
        """
        file, _name = sent_file()
        return self._set(file)

    @expose("", methods=["DELETE"])
    @protect()
    @permission_name("edit")
    @gives(result=LogoOutput)
    def delete_logo(self) -> Response:
        """Take the logo away
        ---
        delete:
          responses:
            200: {description: 'There is none now, whether or not there was one'}
        """
        return self._set(None)

    def _set(self, file: IO[bytes] | None) -> Response:
        with unit_of_work():
            before = queries.current_tenant()
            tenant = versions.guarded(logos.set_logo, before, lambda: before.logo or "")(g.user, file=file)
            return versions.mark(self.response(200, result={"has_logo": tenant.logo is not None}), tenant.logo or "")
