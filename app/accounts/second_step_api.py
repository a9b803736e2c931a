"""The own second step over REST. No API key comes here: it would open what its owner keeps shut."""

from __future__ import annotations

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.accounts import second_step
from app.accounts.schemas import OwnPasswordSchema, SecondStepSchema
from app.accounts.sign_in import require_own_password
from app.accounts.tokens import private
from app.platform.described import gives, takes
from app.platform.fab.api import read_body
from app.platform.unit_of_work import unit_of_work

CODES = fields.List(fields.String(), metadata={"description": "Each opens once; they are told this once."})


class SecondStepApi(BaseApi):
    """A code of an authenticator app beside the password."""

    route_base = "/api/auth/second-step"
    resource_name = "second-step"
    class_permission_name = "account"
    allow_browser_login = True
    openapi_spec_tag = "Signing in"

    @expose("", methods=["GET"])
    @protect()
    @permission_name("edit")
    @gives(isOn=fields.Boolean(), recoveryCodesLeft=fields.Integer())
    def state(self) -> Response:
        """Whether signing in asks for a code, and how many recovery codes are left
        ---
        get:
          responses:
            200: {description: The state}
        """
        return self.response(200, isOn=bool(g.user.totp_secret), recoveryCodesLeft=len(g.user.recovery_codes or []))

    @expose("/secret", methods=["POST"])
    @protect()
    @permission_name("edit")
    @gives(secret=fields.String(), uri=fields.String(metadata={"description": "What the app reads as a picture."}))
    def secret(self) -> Response:
        """A secret for the app; nothing is switched on before its first code comes back with it
        ---
        post:
          responses:
            200: {description: The secret}
        """
        made = second_step.new_secret()
        return private(self.response(200, secret=made, uri=second_step.address_for_app(g.user, made)))

    @expose("", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(SecondStepSchema)
    @gives(recoveryCodes=CODES)
    def add(self) -> Response:
        """Ask for a code from now on, by the secret and the code that the app shows for it
        ---
        post:
          responses:
            201: {description: It is on}
            409: {$ref: '#/components/responses/409'}
            422: {$ref: '#/components/responses/422'}
        """
        given = read_body(SecondStepSchema())
        with unit_of_work():
            codes = second_step.add_second_step(g.user, **given)
        return private(self.response(201, recoveryCodes=codes))

    @expose("/recovery-codes", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(OwnPasswordSchema)
    @gives(recoveryCodes=CODES)
    def recovery_codes(self) -> Response:
        """Ten new recovery codes; those from before open nothing any more
        ---
        post:
          responses:
            201: {description: The codes}
            409: {$ref: '#/components/responses/409'}
            422: {$ref: '#/components/responses/422'}
        """
        require_own_password(g.user, **read_body(OwnPasswordSchema()))
        with unit_of_work():
            codes = second_step.renew_recovery_codes(g.user)
        return private(self.response(201, recoveryCodes=codes))

    @expose("/remove", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(OwnPasswordSchema)
    @gives(isOn=fields.Boolean())
    def remove(self) -> Response:
        """Ask for the password only from now on
        ---
        post:
          responses:
            200: {description: It is off}
            409: {$ref: '#/components/responses/409'}
            422: {$ref: '#/components/responses/422'}
        """
        require_own_password(g.user, **read_body(OwnPasswordSchema()))
        with unit_of_work():
            second_step.remove_second_step(g.user)
        return self.response(200, isOn=False)
