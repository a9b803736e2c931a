"""The shape of a tenant's data."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

from app.platform.fab.fields import Choice
from app.platform.wording import LANGUAGES

HOURS = validate.OneOf(range(24), labels=[f"{hour:02}:00" for hour in range(24)])
DAY_LABELS = {
    "sun": _l("Sunday"), "mon": _l("Monday"), "tue": _l("Tuesday"), "wed": _l("Wednesday"), "thu": _l("Thursday"),
    "fri": _l("Friday"), "sat": _l("Saturday"),
}

PREREQUISITE_RULES = {"refuse": _l("Refuse to enrol"), "warn": _l("Warn, and enrol")}


def _wall_clock(metadata: dict[str, Any], **options: Any) -> fields.String:
    return fields.String(metadata={"kind": "time", **metadata}, validate=validate.Regexp(
        r"^([01]\d|2[0-3]):[0-5]\d$", error=_l("Enter a time such as 08:00.")), **options)


class DaysField(fields.String):
    """A few numbers of days as people write them: '30, 14, 7'. Kept tidy, most first."""

    MOST, MANY = 365, 10

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        written = [part for part in re.split(r"[,;\s]+", super()._deserialize(value, attr, data, **kwargs)) if part]
        if not written or not all(re.fullmatch(r"[0-9]{1,3}", part) for part in written):
            raise ValidationError(_("Write numbers of days, such as 30, 14, 7, 1, 0."))
        days = sorted({int(part) for part in written}, reverse=True)
        if len(days) > self.MANY or days[0] > self.MOST:
            raise ValidationError(_("Name up to %(many)s days, none above %(most)s.", many=self.MANY, most=self.MOST))
        return ", ".join(map(str, days))


class SettingsSchema(Schema):
    """What a tenant's administrator decides for everybody there."""

    name = fields.String(required=True, validate=validate.Length(1, 120), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 120),
                            metadata={"label": _l("Name in Arabic")})
    locale = Choice(LANGUAGES, load_default="en", metadata={
        "label": _l("Language"), "help": _l("For mail and files that nobody asked for in person.")})
    time_zone = fields.String(load_default="UTC", validate=validate.OneOf(sorted(available_timezones())), metadata={
        "label": _l("Time zone"), "help": _l("Decides when a day begins, and with it when a certificate expires.")})
    accent = fields.String(
        allow_none=True, load_default=None,
        validate=validate.Regexp(r"^#[0-9a-fA-F]{6}$", error=_l(
            "Write a colour as # and six digits, such as #0c6272.")),
        metadata={"label": _l("Colour"), "kind": "colour", "example": "#0c6272", "help": _l(
            "Buttons and links take it; what stands on it is made light or dark enough to read. Empty: TrainFlow's.")})
    expiring_window_days = fields.Integer(load_default=30, validate=validate.Range(1, 365), metadata={
        "label": _l("Expiring window"),
        "help": _l("Days before an expiry from which a certificate counts as expiring.")})
    prerequisite_rule = Choice(PREREQUISITE_RULES, load_default="refuse", metadata={
        "label": _l("Without a prerequisite"),
        "help": _l("When somebody begins a course without the courses that come before it.")})
    working_days = fields.List(Choice(DAY_LABELS), load_default=list(DAY_LABELS)[:5], validate=validate.Length(
        min=1, error=_l("Choose at least one working day.")), metadata={
            "label": _l("Working days"), "help": _l("Hold Ctrl to choose several. Waiting time counts on these days.")})
    work_starts = _wall_clock(load_default="08:00", metadata={"label": _l("Work starts at")})
    work_ends = _wall_clock(load_default="16:00", metadata={"label": _l("Work ends at")})
    approval_reminder_hours = fields.Integer(load_default=8, validate=validate.Range(1, 1000), metadata={
        "label": _l("Reminder of an approval"),
        "help": _l("Working hours that an approval waits before its person is reminded.")})
    approval_sla_hours = fields.Integer(load_default=16, validate=validate.Range(1, 1000), metadata={
        "label": _l("Escalation of an approval"),
        "help": _l("Working hours that an approval waits before it goes to the next level.")})
    alert_days = DaysField(load_default="30, 14, 7, 1, 0", metadata={
        "label": _l("Warnings"),
        "help": _l("Days before an expiry on which people are warned. 0 is the last day of validity.")})
    alert_patience_days = fields.Integer(load_default=7, validate=validate.Range(1, 90), metadata={
        "label": _l("Patience"),
        "help": _l("Days after an unread warning, or after the expiry, until the foreman is told, and as many again "
                   "until the manager is.")})
    import_create_limit = fields.Integer(load_default=1000, validate=validate.Range(0, 1_000_000), metadata={
        "label": _l("New entries per import"),
        "help": _l("An import that adds more waits for a second person to confirm it.")})
    import_change_limit = fields.Integer(load_default=1000, validate=validate.Range(0, 1_000_000), metadata={
        "label": _l("Changed entries per import"),
        "help": _l("An import that changes more waits for a second person to confirm it.")})
    import_deactivate_limit = fields.Integer(load_default=20, validate=validate.Range(0, 1_000_000), metadata={
        "label": _l("Deactivated people per import"),
        "help": _l("An import that deactivates more waits for a second person to confirm it.")})
    digest_hour = fields.Integer(load_default=7, validate=HOURS, metadata={
        "label": _l("Daily digest at"), "help": _l("Unless a person chose another hour.")})
    quiet_from = fields.Integer(allow_none=True, load_default=None, validate=HOURS, metadata={
        "label": _l("Quiet hours from"),
        "help": _l("No mail and no text message goes out then; it follows when the quiet hours are over.")})
    quiet_until = fields.Integer(allow_none=True, load_default=None, validate=HOURS,
                                 metadata={"label": _l("Quiet hours until")})
    is_urgent_at_night = fields.Boolean(load_default=True, metadata={
        "label": _l("Urgent messages go out during quiet hours too")})


    audit_root_email = fields.Email(allow_none=True, load_default=None, validate=validate.Length(0, 320), metadata={
        "label": _l("Audit log to"), "help": _l(
            "Every day the seal of the last entry goes to this address. Kept outside TrainFlow, it proves that "
            "nobody rewrote the audit log.")})


class TenantSchema(Schema):
    """A tenant as the platform's operator opens it."""

    slug = fields.String(
        required=True,
        validate=validate.Regexp(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$", error=_l(
            "Use 3 to 40 lower-case letters, digits and hyphens, starting with a letter.")),
        metadata={"label": _l("Short name"), "example": "acme",
                  "help": _l("Names it at sign-in; it can not be changed later.")},
    )
    name = fields.String(required=True, validate=validate.Length(1, 120), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 120),
                            metadata={"label": _l("Name in Arabic")})
    time_zone = fields.String(load_default="Asia/Riyadh", validate=validate.OneOf(sorted(available_timezones())),
                              metadata={"label": _l("Time zone")})
    locale = Choice(LANGUAGES, load_default="en", metadata={"label": _l("Language")})


class EditTenantSchema(Schema):
    """What the platform's operator may change about a tenant; the rest is its administrators' business."""

    name = fields.String(required=True, validate=validate.Length(1, 120), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 120),
                            metadata={"label": _l("Name in Arabic")})


class HolidaySchema(Schema):
    """A holiday on every way in."""

    name = fields.String(required=True, validate=validate.Length(1, 120), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 120),
                            metadata={"label": _l("Name in Arabic")})
    starts_on = fields.Date(required=True, metadata={"label": _l("First day")})
    ends_on = fields.Date(required=True, metadata={"label": _l("Last day")})
    work_starts = _wall_clock(allow_none=True, load_default=None, metadata={
        "label": _l("Work starts at"), "example": "10:00",
        "help": _l("For shorter days, such as in Ramadan. Empty: nobody works.")})
    work_ends = _wall_clock(allow_none=True, load_default=None, metadata={
        "label": _l("Work ends at"), "example": "14:00"})
