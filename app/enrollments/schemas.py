"""The shape of an enrollment: form, REST body and spreadsheet row alike."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.platform.fab.fields import Choice, Reference, References

ENTERED = {"active": _l("In progress"), "completed": _l("Completed"), "failed": _l("Failed")}
"""The statuses that a new enrollment may have; the others come from what is done to it."""

_SCORE: Any = dict(allow_none=True, places=2, validate=validate.Range(0, 100))


class CorrectionSchema(Schema):
    """What can be put right about an enrollment."""

    started_on = fields.Date(allow_none=True, metadata={"label": _l("Started on")})
    completed_on = fields.Date(allow_none=True, metadata={
        "label": _l("Completed on"), "help": _l("The day of the result, passed or failed.")})
    granted_expires_on = fields.Date(allow_none=True, metadata={
        "label": _l("Expiry stated on the certificate"),
        "help": _l("Leave empty to have it computed from the course. 31.12.9999 means that it does not expire.")})
    score = fields.Decimal(**_SCORE, metadata={"label": _l("Score"), "help": _l("0 to 100.")})
    certificate_number = fields.String(allow_none=True, validate=validate.Length(0, 80),
                                       metadata={"label": _l("Certificate number")})


class EnrollmentSchema(CorrectionSchema):
    """An enrollment on every way in."""

    employee_id = Reference("users", required=True, metadata={"label": _l("Employee")})
    course_id = Reference("courses", required=True, metadata={"label": _l("Course")})
    status = Choice(ENTERED, load_default="active", metadata={"label": _l("Status")})

    class Meta:
        """The person and the course come first."""

        fields = ("employee_id", "course_id", "status", "started_on", "completed_on", "granted_expires_on", "score",
                  "certificate_number")


class EnrolSchema(Schema):
    """Several people for one course."""

    course_id = Reference("courses", required=True, metadata={"label": _l("Course")})
    employee_ids = References("users", required=True, validate=validate.Length(
        1, 500, error=_l("Choose between 1 and 500 people.")), metadata={"label": _l("People")})
    started_on = fields.Date(allow_none=True, load_default=None, metadata={
        "label": _l("Starts on"), "help": _l("Leave empty for today.")})


class CompleteSchema(Schema):
    """How somebody passed."""

    completed_on = fields.Date(required=True, metadata={"label": _l("Completed on")})
    score = fields.Decimal(**_SCORE, metadata={"label": _l("Score"), "help": _l("0 to 100.")})
    certificate_number = fields.String(allow_none=True, validate=validate.Length(0, 80),
                                       metadata={"label": _l("Certificate number")})
    granted_expires_on = fields.Date(allow_none=True, metadata={
        "label": _l("Expiry stated on the certificate"),
        "help": _l("Leave empty to have it computed from the course.")})


class FailSchema(Schema):
    """How somebody did not pass."""

    completed_on = fields.Date(required=True, metadata={"label": _l("Ended on")})
    score = fields.Decimal(**_SCORE, metadata={"label": _l("Score"), "help": _l("0 to 100.")})


class WithdrawSchema(Schema):
    """Why somebody does not go on."""

    reason = fields.String(required=True, validate=validate.Length(1, 400), metadata={"label": _l("Reason")})


class RevokeSchema(Schema):
    """From when and why a certificate no longer counts."""

    revoked_on = fields.Date(required=True, metadata={
        "label": _l("Revoked from"), "help": _l("The first day on which it no longer counts.")})
    reason = fields.String(required=True, validate=validate.Length(1, 400), metadata={"label": _l("Reason")})


class EnrollmentOutput(Schema):
    """An enrollment as programs see it; `state` is today's, computed from the dates."""

    id = fields.UUID()
    employee_id = fields.UUID()
    course_id = fields.UUID()
    state = fields.String()
    status = fields.String()
    started_on = fields.Date()
    completed_on = fields.Date()
    expires_on = fields.Date()
    granted_expires_on = fields.Date()
    withdrawn_on = fields.Date()
    revoked_on = fields.Date()
    reason = fields.String()
    score = fields.Float()
    certificate_number = fields.String()
    source = fields.String()
    renews_id = fields.UUID()


class EntryOutput(Schema):
    """A period of validity, or an attempt at one."""

    enrollment_id = fields.UUID(attribute="id")
    status = fields.String()
    certificate_number = fields.String()
    score = fields.Float()
    started_on = fields.Date()
    completed_on = fields.Date()
    expires_on = fields.Date()
    revoked_on = fields.Date()


class TranscriptOutput(Schema):
    """A course of somebody's training record."""

    course_id = fields.UUID(attribute="course.id")
    code = fields.String(attribute="course.code")
    name = fields.String(attribute="course.name")
    state = fields.String(attribute="state.value")
    entries = fields.List(fields.Nested(EntryOutput))
