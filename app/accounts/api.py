"""Sign-in for programs: a token in exchange for address and password, as a bearer or in cookies; and the own
password."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, g, request, session
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_jwt,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
    verify_jwt_in_request,
)
from marshmallow import ValidationError

from app.accounts.models import User, role_names
from app.accounts.schemas import ChangePasswordSchema, TokenSchema
from app.accounts.security import open_session
from app.accounts.sign_in import change_own_password, end_session, enter_with_code, needs_code, sign_in
from app.platform.described import takes
from app.platform.errors import Invalid, NotAllowed
from app.platform.fab.api import read_body
from app.platform.fab.fields import read


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
        return self._tokens(user, secrets.token_urlsafe(16), given["cookies"], with_refresh=True)

    @staticmethod
    def _enter(given: dict[str, Any]) -> User:
        user = sign_in(given["email"], given["password"], given["organisation"])
        if not needs_code(user):
            return user
        if not given["code"]:
            raise NotAllowed(_("Send the code that your authenticator app shows, too."), field="code",
                             code="code_needed")
        return enter_with_code(user.id, user.tenant_id, given["code"])

    def _tokens(self, user: User, sid: str, in_cookies: bool, with_refresh: bool) -> Response:
        claims = {"tenant": str(user.tenant_id) if user.tenant_id else None, "epoch": user.session_epoch, "sid": sid}
        access = create_access_token(str(user.id), additional_claims=claims)
        refresh = create_refresh_token(str(user.id), additional_claims=claims) if with_refresh else None
        if not in_cookies:
            body: dict[str, Any] = {"accessToken": access, "expiresIn": 3600}
            return self._private(self.response(200, **body | ({"refreshToken": refresh} if refresh else {})))
        answer = self._private(self.response(200, expiresIn=3600))
        set_access_cookies(answer, access)
        if refresh:
            set_refresh_cookies(answer, refresh)
        return answer

    @staticmethod
    def _private(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        return answer

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
        return self._tokens(g.user, get_jwt()["sid"], in_cookies, with_refresh=False)

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
                  schema:
                    anyOf:
                    - {$ref: '#/components/schemas/Tokens'}
                    - {type: object, required: [message], properties: {message: {type: string}}}
            401: {$ref: '#/components/responses/401'}
            403: {$ref: '#/components/responses/403'}
            422: {$ref: '#/components/responses/422'}
            429: {$ref: '#/components/responses/429'}
        """
        in_cookies = not request.headers.get("Authorization")
        user = change_own_password(g.user, **read_body(ChangePasswordSchema()))
        if session.get("_user_id"):
            open_session(user)
            return self.response(200, message=_("Your password is changed. Other devices have been signed out."))
        return self._tokens(user, secrets.token_urlsafe(16), in_cookies, with_refresh=True)

    @staticmethod
    def _credentials() -> dict[str, Any]:
        try:
            return read(TokenSchema(), request.get_json(silent=True) or {})
        except ValidationError as refusal:
            raise Invalid.all(Invalid(str(texts[0]), field=name)
                              for name, texts in refusal.normalized_messages().items()) from refusal
