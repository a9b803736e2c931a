"""The shape of sign-in and password input."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate


class SignInSchema(Schema):
    """Who is at the door."""

    email = fields.String(required=True, validate=validate.Length(1, 320), metadata={"label": _l("E-mail")})
    password = fields.String(required=True, validate=validate.Length(1, 1000),
                             metadata={"label": _l("Password"), "kind": "password"})
    organisation = fields.String(load_default="", metadata={"label": _l("Organisation"), "help": _l(
        "Only needed when the same address signs in to several organisations.")})


class ChangePasswordSchema(Schema):
    """Somebody's own new password."""

    current = fields.String(required=True, metadata={"label": _l("Current password"), "kind": "password"})
    password = fields.String(required=True, metadata={"label": _l("New password"), "kind": "password",
                                                      "help": _l("At least 10 characters.")})
