"""Sign-in for programs: a bearer token in exchange for address and password."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, request
from flask_appbuilder.api import BaseApi, expose
from flask_babel import gettext as _
from flask_jwt_extended import create_access_token, verify_jwt_in_request
from flask_login import current_user
from marshmallow import ValidationError

from app.accounts.models import User, role_names
from app.accounts.schemas import SignInSchema
from app.accounts.sign_in import end_session, sign_in
from app.platform.errors import DomainError, Invalid
from app.platform.fab.fields import read
from app.platform.rest import envelope

TOKEN_LIFE = timedelta(hours=1)


class AuthApi(BaseApi):
    """Who am I, and a token to prove it."""

    route_base = "/api/auth"
    resource_name = "auth"

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        """A bearer token for an hour
        ---
        post:
          requestBody:
            required: true
            content:
              application/json:
                schema:
                  type: object
                  required: [email, password]
                  properties:
                    email: {type: string}
                    password: {type: string}
                    organisation: {type: string}
          responses:
            200: {description: The token}
            403: {description: Address or password is wrong}
            422: {description: Something is missing}
        """
        try:
            user = sign_in(**self._credentials())
        except DomainError as refusal:
            return envelope(refusal)
        claims = {"tenant": str(user.tenant_id) if user.tenant_id else None, "epoch": user.session_epoch}
        token = create_access_token(str(user.id), additional_claims=claims, expires_delta=TOKEN_LIFE)
        return self.response(200, accessToken=token, expiresIn=int(TOKEN_LIFE.total_seconds()))

    @expose("/me", methods=["GET"])
    def me(self) -> Response:
        """The login that is signed in
        ---
        get:
          responses:
            200: {description: Name, address, roles and tenant}
            401: {description: Nobody is signed in}
        """
        if not current_user.is_authenticated:
            verify_jwt_in_request()
        user: User = g.user
        return self.response(200, result={
            "name": user.get_full_name(), "email": user.email, "roles": sorted(role_names(user)),
            "tenant": user.tenant.slug if user.tenant else None,
        })

    @expose("/logout", methods=["POST"])
    def logout(self) -> Response:
        """End the browser session; a bearer token ends by itself, or when the password changes
        ---
        post:
          responses:
            200: {description: Signed out}
        """
        end_session()
        return self.response(200, message=_("Signed out."))

    @staticmethod
    def _credentials() -> dict[str, str]:
        try:
            return read(SignInSchema(), request.get_json(silent=True) or {})
        except ValidationError as refusal:
            raise Invalid.all(Invalid(str(texts[0]), field=name)
                              for name, texts in refusal.normalized_messages().items()) from refusal
