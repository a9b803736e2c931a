"""Sign-in for programs: a token in exchange for address and password, as a bearer or in cookies; and the own
password."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_jwt_extended import (
    get_jwt,
    unset_jwt_cookies,
    verify_jwt_in_request,
)
from marshmallow import ValidationError

from app.accounts import operations
from app.accounts.models import User, role_names
from app.accounts.schemas import ChangePasswordSchema, TokenSchema
from app.accounts.sign_in import change_own_password, end_session, enter_with_code, needs_code, sign_in
from app.accounts.tokens import new_tokens, stay_in, tokens
from app.platform.described import takes
from app.platform.errors import Invalid, NotAllowed
from app.platform.fab.api import read_body
from app.platform.fab.fields import read
from app.platform.unit_of_work import unit_of_work


class AuthApi(BaseApi):
    """Who am I, and a token to prove it."""

    route_base = "/api/auth"
    resource_name = "auth"
    class_permission_name = "account"
    allow_browser_login = True
    openapi_spec_tag = "Signing in"

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        """A token for an hour, and one to renew it with for 14 days
        ---
        post:
          description: >-
            Send the token as a bearer. With `cookies` true it comes in HttpOnly cookies instead;
            writes then carry the cookie `csrf_access_token` in the header `X-CSRF-TOKEN`.
          requestBody:
            required: true
            content:
              application/json:
                schema: {$ref: '#/components/schemas/SignIn'}
          responses:
            200:
              description: The tokens
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Tokens'}
            403: {$ref: '#/components/responses/403'}
            422: {$ref: '#/components/responses/422'}
            429: {$ref: '#/components/responses/429'}
        """
        given = self._credentials()
        user = self._enter(given)
        return new_tokens(user, given["cookies"])

    @staticmethod
    def _enter(given: dict[str, Any]) -> User:
        user = sign_in(given["email"], given["password"], given["organisation"])
        if not needs_code(user):
            return user
        if not given["code"]:
            raise NotAllowed(_("Send the code that your authenticator app shows, too."), field="code",
                             code="code_needed")
        return enter_with_code(user.id, user.tenant_id, given["code"])

    @expose("/refresh", methods=["POST"])
    def refresh(self) -> Response:
        """A new token in exchange for the one to renew with
        ---
        post:
          description: The token to renew with as the bearer, or in its cookie with `X-CSRF-TOKEN`.
          responses:
            200:
              description: The token
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Tokens'}
            401: {$ref: '#/components/responses/401'}
            429: {$ref: '#/components/responses/429'}
        """
        verify_jwt_in_request(refresh=True)
        in_cookies = not request.headers.get("Authorization")
        return tokens(g.user, get_jwt()["sid"], in_cookies, with_refresh=False)

    @expose("/me", methods=["GET"])
    def me(self) -> Response:
        """The login that is signed in
        ---
        get:
          responses:
            200:
              description: Name, address, roles and tenant
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/Me'}
            401: {$ref: '#/components/responses/401'}
        """
        if not g.user.is_authenticated:
            verify_jwt_in_request()
        user: User = g.user
        return self.response(200, result={
            "name": user.get_full_name(), "email": user.email, "roles": sorted(role_names(user)),
            "tenant": user.tenant.slug if user.tenant else None,
        })

    @expose("/logout", methods=["POST"])
    def logout(self) -> Response:
        """End the session or token that the request comes with, and what renews it
        ---
        post:
          responses:
            200:
              description: Signed out
              content:
                application/json:
                  schema: {type: object, required: [message], properties: {message: {type: string}}}
            400: {$ref: '#/components/responses/400'}
            429: {$ref: '#/components/responses/429'}
        """
        end_session()
        answer = self.response(200, message=_("Signed out."))
        unset_jwt_cookies(answer)
        return answer

    @expose("/password", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(ChangePasswordSchema)
    def password(self) -> Response:
        """Change the own password; every other session and token of the login ends
        ---
        post:
          description: >-
            Whoever asks stays signed in. The token that the request comes with ends too, and new ones are in the
            answer, or in its cookies, as after signing in. An API key can not do this.
          responses:
            200:
              description: Changed; with new tokens, unless a session of the browser asked
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/StayedIn'}
            401: {$ref: '#/components/responses/401'}
            403: {$ref: '#/components/responses/403'}
            422: {$ref: '#/components/responses/422'}
            429: {$ref: '#/components/responses/429'}
        """
        return stay_in(change_own_password(g.user, **read_body(ChangePasswordSchema())))

    @expose("/sign-out-everywhere", methods=["POST"])
    @protect()
    @permission_name("edit")
    def sign_out_everywhere(self) -> Response:
        """End every session and token of the own login; whoever asks goes on as after a new password
        ---
        post:
          description: The token that the request comes with ends too. An API key can not do this.
          responses:
            200:
              description: Ended; with new tokens, unless a session of the browser asked
              content:
                application/json:
                  schema: {$ref: '#/components/schemas/StayedIn'}
            401: {$ref: '#/components/responses/401'}
            403: {$ref: '#/components/responses/403'}
            429: {$ref: '#/components/responses/429'}
        """
        with unit_of_work():
            user = operations.end_sessions(g.user)
        return stay_in(user)

    @staticmethod
    def _credentials() -> dict[str, Any]:
        try:
            return read(TokenSchema(), request.get_json(silent=True) or {})
        except ValidationError as refusal:
            raise Invalid.all(Invalid(str(texts[0]), field=name)
                              for name, texts in refusal.normalized_messages().items()) from refusal
