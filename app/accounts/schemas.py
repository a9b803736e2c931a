"""The shape of sign-in and password input."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.accounts.permissions import PERMISSIONS
from app.accounts.rules import OWN_DOORS
from app.platform.fab.fields import Choice


class SignInSchema(Schema):
    """Who is at the door."""

    email = fields.String(required=True, validate=validate.Length(1, 320), metadata={"label": _l("E-mail")})
    password = fields.String(required=True, validate=validate.Length(1, 1000),
                             metadata={"label": _l("Password"), "kind": "password"})
    organisation = fields.String(load_default="", metadata={"label": _l("Organisation"), "help": _l(
        "Only needed when the same address signs in to several organisations.")})


class TokenSchema(SignInSchema):
    """A program at the door."""

    code = fields.String(load_default="", validate=validate.Length(max=40))
    cookies = fields.Boolean(load_default=False)


class CodeSchema(Schema):
    """The second step."""

    code = fields.String(required=True, validate=validate.Length(1, 40), metadata={
        "label": _l("Code"), "help": _l("Six digits of your authenticator app, or a recovery code.")})


class SecondStepSchema(CodeSchema):
    """An authenticator app that is set up: its secret, and the first code that it shows."""

    secret = fields.String(required=True, validate=validate.Regexp("^[A-Z2-7]{32}$"), metadata={
        "label": _l("Key"), "example": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})


class OwnPasswordSchema(Schema):
    """Somebody who is signed in shows once more who they are."""

    password = fields.String(required=True, validate=validate.Length(1, 1000),
                             metadata={"label": _l("Current password"), "kind": "password"})


class ApiKeySchema(Schema):
    """A key for a program."""

    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={
        "label": _l("Name"), "help": _l("What the key is for, so that you know later which one to revoke.")})
    access = Choice({"read": _l("Read only"), "write": _l("Read and write")}, load_default="read",
                    metadata={"label": _l("Access")})
    resources = fields.List(Choice({name: name for name in PERMISSIONS if name not in OWN_DOORS}), load_default=list,
                            metadata={
        "label": _l("Resources"), "help": _l("None chosen: everything that your role may.")})
    expires_on = fields.Date(load_default=None, allow_none=True, metadata={
        "label": _l("Last day"), "help": _l("90 days unless you choose; a year at most.")})


class OperatorKeySchema(ApiKeySchema):
    """A key for a program of a platform operator."""

    resources = fields.List(Choice({name: name for name, actions in PERMISSIONS.items()
                                    if name not in OWN_DOORS and "O" in "".join(actions.values())}),
                            load_default=list, metadata=ApiKeySchema._declared_fields["resources"].metadata)


class ForgottenSchema(Schema):
    """Somebody who can not get in."""

    email = fields.String(required=True, validate=validate.Length(1, 320), metadata={"label": _l("E-mail")})


class NewPasswordSchema(Schema):
    """A password chosen by the link of a mail."""

    password = fields.String(required=True, validate=validate.Length(1, 1000), metadata={
        "label": _l("New password"), "kind": "password", "help": _l("At least 10 characters.")})


class ImpersonationSchema(Schema):
    """As whom a platform operator works, and why."""

    email = fields.String(required=True, validate=validate.Length(1, 320), metadata={
        "label": _l("E-mail of the person"), "help": _l("Whose screens you want to see, or whose work to do.")})
    reason = fields.String(required=True, validate=validate.Length(10, 500), metadata={
        "label": _l("Reason"), "kind": "long", "help": _l(
            "Everybody concerned reads it: the person, the administrators, and whoever reads the audit log.")})


class ChangePasswordSchema(Schema):
    """Somebody's own new password."""

    current = fields.String(required=True, validate=validate.Length(1, 1000),
                            metadata={"label": _l("Current password"), "kind": "password"})
    password = fields.String(required=True, validate=validate.Length(1, 1000), metadata={
        "label": _l("New password"), "kind": "password", "help": _l("At least 10 characters.")})
