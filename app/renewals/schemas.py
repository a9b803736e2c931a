"""The shape of requests, decisions and chains on every way in and out."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.platform.fab.fields import Choice, Reference, References
from app.renewals.models import CHAIN_CATEGORIES
from app.renewals.wording import STEP_KINDS

LONGEST = 1000


def _text(required: bool = False, **about: Any) -> fields.String:
    if required:
        return fields.String(required=True, validate=validate.Length(1, LONGEST), metadata=about | {"kind": "long"})
    return fields.String(load_default="", validate=validate.Length(0, LONGEST), metadata=about | {"kind": "long"})


class RenewalRequestSchema(Schema):
    """What is asked for."""

    enrollment_id = Reference("enrollments", required=True, metadata={"label": _l("Enrollment")})
    reason = _text(label=_l("Reason"))


class _StepSchema(Schema):
    """Which step is meant; left out, a person decides about a request once."""

    step_id = fields.UUID(load_default=None)


class ApproveSchema(_StepSchema):
    """What an approval may say."""

    comment = _text(label=_l("Comment"))


class RejectSchema(_StepSchema):
    """What a rejection says."""

    comment = _text(required=True, label=_l("Comment"))


class ReturnSchema(_StepSchema):
    """What the person who decides has to know first."""

    question = _text(required=True, label=_l("Question"))


class AnswerSchema(Schema):
    """What the requester answers."""

    answer = _text(required=True, label=_l("Answer"))


class RequestWithdrawSchema(Schema):
    """Why it is no longer asked for."""

    reason = _text(label=_l("Reason"))


class ReassignSchema(Schema):
    """Who decides instead."""

    employee_id = Reference("users", required=True, metadata={"label": _l("Who decides")})
    comment = _text(label=_l("Comment"))


class DecideSchema(Schema):
    """Many steps, one verdict, one comment."""

    step_ids = References("approvals", required=True, validate=validate.Length(1, 10_000))
    verdict = Choice({"approved": _l("Approved"), "rejected": _l("Rejected")}, required=True)
    comment = _text(label=_l("Comment"))


class ApprovalChainSchema(Schema):
    """Who decides about a category of courses, one after the other."""

    category = Choice(CHAIN_CATEGORIES, load_default="any", metadata={"label": _l("Category of courses")})
    step_1 = Choice(STEP_KINDS, allow_none=True, metadata={"label": _l("First")})
    person_1_id = Reference("delegates", allow_none=True, metadata={"label": _l("First: the named person")})
    step_2 = Choice(STEP_KINDS, allow_none=True, metadata={"label": _l("Second")})
    person_2_id = Reference("delegates", allow_none=True, metadata={"label": _l("Second: the named person")})
    step_3 = Choice(STEP_KINDS, allow_none=True, metadata={"label": _l("Third")})
    person_3_id = Reference("delegates", allow_none=True, metadata={"label": _l("Third: the named person")})
    step_4 = Choice(STEP_KINDS, allow_none=True, metadata={"label": _l("Fourth")})
    person_4_id = Reference("delegates", allow_none=True, metadata={"label": _l("Fourth: the named person")})


class ApprovalChainOutput(Schema):
    """A chain as programs see it."""

    id = fields.UUID()
    category = fields.String()
    step_1 = fields.String()
    person_1_id = fields.UUID()
    step_2 = fields.String()
    person_2_id = fields.UUID()
    step_3 = fields.String()
    person_3_id = fields.UUID()
    step_4 = fields.String()
    person_4_id = fields.UUID()


class RenewalRequestOutput(Schema):
    """A request as programs see it."""

    id = fields.UUID()
    employee_id = fields.UUID()
    course_id = fields.UUID()
    enrollment_id = fields.UUID()
    reason = fields.String()
    status = fields.String()
    outcome = fields.String()
    question = fields.String()
    created_at = fields.DateTime()
    closed_at = fields.DateTime()
    new_enrollment_id = fields.UUID()


class WorkflowStepOutput(Schema):
    """A step as programs see it."""

    id = fields.UUID()
    request_id = fields.UUID()
    position = fields.Integer()
    kind = fields.String()
    status = fields.String()
    note = fields.String()
    assignee_id = fields.UUID()
    pool = fields.String()
    opened_at = fields.DateTime()
    remind_at = fields.DateTime()
    escalate_at = fields.DateTime()
    decided_at = fields.DateTime()
    decided_for_id = fields.UUID()
    comment = fields.String()


class WaitingOutput(WorkflowStepOutput):
    """A step that waits, with what it is about."""

    request = fields.Nested(RenewalRequestOutput)
    person = fields.String(attribute="request.employee")
    course = fields.String(attribute="request.course")


class WorkflowLogOutput(Schema):
    """A line of a timeline as programs see it."""

    id = fields.UUID()
    step_id = fields.UUID()
    at = fields.DateTime(attribute="created_at")
    event = fields.String()
    who = fields.Function(lambda row: row.actor.get_full_name() if row.actor else "TrainFlow")
    for_id = fields.UUID()
    person_id = fields.UUID()
    pool = fields.String()
    note = fields.String()
    comment = fields.String()


class WorkflowDecisionOutput(Schema):
    """What a click decided: `answers` say per step what happened, `standing` what could not be undone."""

    id = fields.UUID()
    verdict = fields.String()
    comment = fields.String()
    total = fields.Function(lambda row: len(row.wanted))
    done = fields.Integer()
    is_finished = fields.Boolean()
    answers = fields.Dict(keys=fields.String(), values=fields.String())
    undone_at = fields.DateTime()
    standing = fields.Dict(keys=fields.String(), values=fields.String())
