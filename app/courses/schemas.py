"""The shape of a course: form, REST body and spreadsheet row alike."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.courses.rules import LIMITS
from app.courses.wording import CATEGORIES, DELIVERIES, SCOPES, VALIDITIES
from app.platform.fab.fields import Choice, Reference, References


class CourseSchema(Schema):
    """A course on every way in. Whether its policy holds together is asked by the operation."""

    code = fields.String(required=True, validate=validate.Length(1, 40), metadata={"label": _l("Code")})
    name = fields.String(required=True, validate=validate.Length(1, 160), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 160),
                            metadata={"label": _l("Name in Arabic")})
    description = fields.String(allow_none=True, validate=validate.Length(0, 4000),
                                metadata={"label": _l("Description"), "kind": "long"})
    category = Choice(CATEGORIES, load_default="technical", metadata={"label": _l("Category")})
    delivery = Choice(DELIVERIES, load_default="classroom", metadata={"label": _l("Delivery")})
    validity_kind = Choice(VALIDITIES, load_default="never", metadata={"label": _l("Validity")})
    validity_months = fields.Integer(allow_none=True, strict=False, metadata={
        "label": _l("Valid for months"), "help": _l("Calendar months. Leave empty when it counts in days.")})
    validity_days = fields.Integer(allow_none=True, metadata={"label": _l("Valid for days")})
    fixed_month = fields.Integer(allow_none=True, validate=validate.Range(*LIMITS["fixed_month"]), metadata={
        "label": _l("Ends in month"), "help": _l("1 to 12, for a course that is valid until a day of the year.")})
    fixed_day = fields.Integer(allow_none=True, validate=validate.Range(*LIMITS["fixed_day"]),
                               metadata={"label": _l("Ends on day")})
    window_before_days = fields.Integer(load_default=0, metadata={
        "label": _l("May be renewed early, days"),
        "help": _l("How many days before the expiry a renewal keeps the anniversary, or counts for the next year.")})
    window_after_days = fields.Integer(load_default=0, metadata={
        "label": _l("May be renewed late, days"),
        "help": _l("How many days after the expiry a renewal keeps the anniversary.")})
    grace_days = fields.Integer(load_default=0, metadata={
        "label": _l("Grace, days"), "help": _l("How long an expired certificate is tolerated.")})
    is_mandatory = fields.Boolean(load_default=False, metadata={"label": _l("Mandatory")})
    department_id = Reference("departments", allow_none=True, metadata={"label": _l("Owning department")})
    scope = Choice(SCOPES, load_default="tenant", metadata={"label": _l("Open to")})
    is_active = fields.Boolean(load_default=True, metadata={
        "label": _l("Active"), "help": _l("Nobody is enrolled in a course that is not active; its history stays.")})
    provider = fields.String(allow_none=True, validate=validate.Length(0, 160), metadata={"label": _l("Provider")})
    duration_hours = fields.Decimal(allow_none=True, places=2, validate=validate.Range(0, 99_999),
                                    metadata={"label": _l("Duration, hours")})
    cost = fields.Decimal(allow_none=True, places=2, validate=validate.Range(0, 9_999_999_999),
                          metadata={"label": _l("Cost per person")})
    prerequisite_ids = References("courses", metadata={
        "label": _l("Prerequisites"), "help": _l("Courses to complete before this one.")})


class PolicySchema(Schema):
    """How long a course would be valid, to ask what that moves; what is not named stays as it is."""

    validity_kind = Choice(VALIDITIES)
    validity_months = fields.Integer(allow_none=True)
    validity_days = fields.Integer(allow_none=True)
    fixed_month = fields.Integer(allow_none=True)
    fixed_day = fields.Integer(allow_none=True)
    window_before_days = fields.Integer()
    window_after_days = fields.Integer()
    grace_days = fields.Integer()


class MovesOutput(Schema):
    """What a policy would move: of `total` completions so many `earlier` and `later`; `expired` count those that count
    today and would not. `named` are the first of them: the person, the expiry now and the one to come."""

    total = fields.Integer()
    moved = fields.Integer()
    earlier = fields.Integer()
    later = fields.Integer()
    expired = fields.Integer()
    named = fields.Function(lambda moves: [
        {"name": name, "expires_on": old and old.isoformat(), "would_expire_on": new and new.isoformat()}
        for name, old, new in moves.named])


class CourseOutput(Schema):
    """A course as programs see it."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    name_ar = fields.String()
    description = fields.String()
    category = fields.String()
    delivery = fields.String()
    validity_kind = fields.String()
    validity_months = fields.Integer()
    validity_days = fields.Integer()
    fixed_month = fields.Integer()
    fixed_day = fields.Integer()
    window_before_days = fields.Integer()
    window_after_days = fields.Integer()
    grace_days = fields.Integer()
    is_mandatory = fields.Boolean()
    department_id = fields.UUID()
    scope = fields.String()
    is_active = fields.Boolean()
    provider = fields.String()
    duration_hours = fields.Float()
    cost = fields.Float()
