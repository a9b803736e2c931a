"""The shape of a tenant's data."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.platform.wording import LANGUAGES


class TenantSchema(Schema):
    """A tenant on every way in."""

    slug = fields.String(
        required=True,
        validate=validate.Regexp(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$", error=_l(
            "Use 3 to 40 lower-case letters, digits and hyphens, starting with a letter.")),
        metadata={"label": _l("Short name"), "help": _l("Appears in web addresses; it can not be changed later.")},
    )
    name = fields.String(required=True, validate=validate.Length(1, 120), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 120),
                            metadata={"label": _l("Name in Arabic")})
    time_zone = fields.String(load_default="UTC", validate=validate.OneOf(sorted(available_timezones())),
                              metadata={"label": _l("Time zone")})
    locale = fields.String(load_default="en", validate=validate.OneOf(list(LANGUAGES)),
                           metadata={"label": _l("Language")})
    expiring_window_days = fields.Integer(
        load_default=30, validate=validate.Range(1, 365),
        metadata={"label": _l("Expiring window"),
                  "help": _l("Days before an expiry from which a certificate counts as expiring.")},
    )
