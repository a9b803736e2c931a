"""What events say besides the fields of forms: each name with its words and its kind of value."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from app.platform.fab.fields import Choice, Reference, References
from app.platform.wording import LANGUAGES


def _number(label: Any) -> fields.Integer:
    return fields.Integer(metadata={"label": label})


def _text(label: Any) -> fields.String:
    return fields.String(metadata={"label": label})


def _flag(label: Any) -> fields.Boolean:
    return fields.Boolean(metadata={"label": label})


def _one(resource: str, label: Any) -> Reference:
    return Reference(resource, metadata={"label": label})


def _several(resource: str, label: Any) -> References:
    return References(resource, metadata={"label": label})


FACTS: dict[str, fields.Field[Any]] = {
    # of whom and what
    "employee_id": _one("users", _l("Employee")), "employee_ids": _several("users", _l("People")),
    "course_id": _one("courses", _l("Course")), "enrollment_id": _one("enrollments", _l("Enrollment")),
    "enrollment_ids": _several("enrollments", _l("Enrollments")),
    "request_id": _one("all-renewals", _l("Renewal request")),
    "request_ids": _several("all-renewals", _l("Renewal requests")),
    "pairs": fields.List(fields.Tuple((Reference("users"), Reference("courses"))),
                         metadata={"label": _l("People and courses")}),
    "step_id": _text(_l("Approval step")), "step_ids": fields.List(_text(""), metadata={"label": _l("Approval steps")}),
    "decision_id": _text(_l("Decision")), "change_id": _text(_l("Change")),
    "undoes_id": _text(_l("Change taken back")), "user_id": _number(_l("Login")),
    "kind": _text(_l("What")), "name": _text(_l("Name")), "code": _text(_l("Code")), "reason": _text(_l("Reason")),
    "locale": Choice(LANGUAGES, metadata={"label": _l("Language")}), "title": _text(_l("Title")),
    "body": _text(_l("Text")), "file_name": _text(_l("File")), "address": _text(_l("Address")),
    "resource": _text(_l("List")), "format": _text(_l("File format")),
    "filters": fields.Dict(metadata={"label": _l("Narrowed by")}),
    "values": fields.Dict(metadata={"label": _l("Narrowed by")}), "q": _text(_l("Search")),
    "order": _text(_l("Order")), "deleted": _text(_l("Deleted ones")),
    # when
    "taken_on": fields.Date(metadata={"label": _l("Day")}),
    "valid_from": fields.Date(metadata={"label": _l("From")}),
    "ended_from": fields.Date(metadata={"label": _l("No longer required from")}),
    # how many
    "count": _number(_l("How many")), "counts": fields.Dict(metadata={"label": _l("Rows")}),
    "rows": _number(_l("Rows")),
    "total": _number(_l("Certificates")), "moved": _number(_l("Moved")), "earlier": _number(_l("Moved earlier")),
    "later": _number(_l("Moved later")), "people": _number(_l("People")), "enrolled": _number(_l("Enrolled")),
    "refused": _number(_l("Refused")), "removed": _number(_l("Removed")), "reverted": _number(_l("Set back")),
    "left_out": _number(_l("Left out")), "deactivate": _number(_l("Deactivated")),
    "follows": _number(_l("Moved along")),
    "standing": _number(_l("Could not be taken back")), "warnings": _number(_l("Warnings")),
    "escalations": _number(_l("Escalations")), "gained": _number(_l("People who must have it from then on")),
    "lost": _number(_l("People who need not have it any more")), "minutes": _number(_l("Minutes at most")),
    "left": _number(_l("Recovery codes left")), "sequence": _number(_l("No.")), "hash": _text(_l("Seal")),
    # how
    "locked": _flag(_l("Was locked")), "needs_confirmation": _flag(_l("A second person has to confirm")),
    "is_scheduled": _flag(_l("Scheduled")), "attached": _text(_l("File that goes with the mail")),
}
