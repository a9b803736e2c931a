"""The shape of what people choose, and of what programs read."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates

from app.notifications.kinds import DIGEST, NOW, OFF
from app.notifications.rules import international, one_line
from app.platform.fab.fields import Choice
from app.tenancy.schemas import HOURS

CHOICES = {"email": {NOW: _l("Straight away"), DIGEST: _l("In the daily digest"), OFF: _l("Not by e-mail")},
           "sms": {NOW: _l("Straight away"), OFF: _l("Not by text message")}}


class TimesSchema(Schema):
    """When and where a person wants to be told."""

    phone = fields.String(allow_none=True, metadata={
        "label": _l("Mobile number"), "example": "+966 50 123 4567",
        "help": _l("In international form: +966 50 123 4567.")})
    digest_hour = fields.Integer(allow_none=True, validate=HOURS, metadata={
        "label": _l("Daily digest at"), "help": _l("Leave empty for the hour of your organisation.")})
    is_digest_off = fields.Boolean(load_default=False, metadata={"label": _l("Send me no digest at all")})
    has_own_quiet_hours = fields.Boolean(load_default=False, metadata={
        "label": _l("I have quiet hours of my own"), "help": _l("Otherwise those of your organisation count.")})
    quiet_from = fields.Integer(allow_none=True, validate=HOURS, metadata={"label": _l("Quiet hours from")})
    quiet_until = fields.Integer(allow_none=True, validate=HOURS, metadata={"label": _l("Quiet hours until")})

    @validates("phone")
    def _international(self, value: str | None, **_more: Any) -> None:
        if value and international(value) is None:
            raise ValidationError(str(_l("Write the number with + and the country in front: +966 50 123 4567.")))


class ChoiceSchema(Schema):
    """What a person wants of one kind of message on one channel."""

    kind = fields.String(required=True)
    channel = Choice({"email": _l("E-mail"), "sms": _l("Text message")}, required=True)
    choice = Choice({NOW: _l("Straight away"), DIGEST: _l("In the daily digest"), OFF: _l("Off")}, required=True)


class PreferencesSchema(TimesSchema):
    """Everything a person chooses, over REST; kinds that are not named stay as they are."""

    choices = fields.List(fields.Nested(ChoiceSchema), load_default=list)


class NotificationOutput(Schema):
    """A notification as programs see it, in words of the caller's language."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    body = fields.String()
    link = fields.String()
    subject = fields.String()
    subject_id = fields.UUID()
    created_at = fields.DateTime()
    read_at = fields.DateTime()


class TemplateSchema(Schema):
    """A tenant's own words for one kind in one language."""

    title = fields.String(required=True, validate=validate.Length(1, 200), metadata={"label": _l("Title")})
    body = fields.String(load_default="", validate=validate.Length(0, 5000),
                         metadata={"label": _l("Text"), "kind": "long"})

    @validates("title")
    def _one_line(self, value: str, **_more: Any) -> None:
        if value != one_line(value):
            raise ValidationError(str(_l("Write the title in one line.")))


class OutboxOutput(Schema):
    """A message of the outbox as programs see it, without its words."""

    id = fields.UUID()
    channel = fields.String()
    kind = fields.String()
    recipient_name = fields.String()
    address = fields.String()
    locale = fields.String()
    state = fields.String()
    attempts = fields.Integer()
    due_at = fields.DateTime()
    sent_at = fields.DateTime()
    last_error = fields.String()
    message_id = fields.String()
    created_at = fields.DateTime()


class ForecastOutput(Schema):
    """How many messages a day will bring; `channel` is null for what was not told yet."""

    day = fields.Date()
    kind = fields.String()
    channel = fields.String()
    count = fields.Integer()


class TemplateOutput(Schema):
    """The words of a kind in a language; `own`: the tenant's; `values` may stand in them in braces."""

    kind = fields.String()
    locale = fields.String()
    title = fields.String()
    body = fields.String()
    own = fields.Boolean()
    values = fields.List(fields.String())
