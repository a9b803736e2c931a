"""The shape of the matrix's input: form and REST body alike."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.platform.fab.fields import Reference

_UNTIL: Any = {"label": _l("Until"), "help": _l("The last day; empty until further notice.")}


class RequirementSchema(Schema):
    """A rule of the matrix. Whoever fits everything that is chosen must have the course; nothing chosen: everybody."""

    course_id = Reference("courses", required=True, metadata={"label": _l("Course")})
    department_id = Reference("departments", allow_none=True, metadata={
        "label": _l("Department"), "help": _l("And every department that is part of it.")})
    job_role_id = Reference("job-roles", allow_none=True, metadata={"label": _l("Job role")})
    grade_id = Reference("grades", allow_none=True, metadata={"label": _l("Grade")})
    grace_days = fields.Integer(load_default=0, validate=validate.Range(0, 3650), metadata={
        "label": _l("Grace for newcomers, days"),
        "help": _l("How long somebody has who was hired, came here or got this role just now.")})
    valid_from = fields.Date(allow_none=True, metadata={
        "label": _l("From"), "help": _l("Leave empty for today.")})
    valid_until = fields.Date(allow_none=True, metadata=_UNTIL)
    reason = fields.String(allow_none=True, validate=validate.Length(0, 400), metadata={
        "label": _l("Why"), "help": _l("The law, standard or decision behind it.")})


class ChangeRequirementSchema(RequirementSchema):
    """How a rule changes from a day on."""

    from_on = fields.Date(allow_none=True, load_default=None, metadata={
        "label": _l("The change holds from"),
        "help": _l("Leave empty for today. What held before stays on record.")})

    class Meta:
        """A rule that has begun does not begin anew."""

        exclude = ("valid_from",)


class EquivalenceSchema(Schema):
    """That one course counts as another."""

    counted_id = Reference("courses", required=True, metadata={
        "label": _l("Whoever has"), "help": _l("The course whose certificate counts.")})
    course_id = Reference("courses", required=True, metadata={
        "label": _l("need not do"), "help": _l("The course as which it counts.")})
    both_ways = fields.Boolean(load_default=False, metadata={"label": _l("And the other way round")})
    valid_from = fields.Date(allow_none=True, metadata={"label": _l("From"), "help": _l("Leave empty for today.")})
    valid_until = fields.Date(allow_none=True, metadata=_UNTIL)


class WaiverSchema(Schema):
    """That somebody need not have a course for a time."""

    employee_id = Reference("users", required=True, metadata={"label": _l("Employee")})
    course_id = Reference("courses", required=True, metadata={"label": _l("Course")})
    starts_on = fields.Date(allow_none=True, metadata={"label": _l("From"), "help": _l("Leave empty for today.")})
    ends_on = fields.Date(allow_none=True, metadata=_UNTIL)
    reason = fields.String(required=True, validate=validate.Length(1, 400), metadata={"label": _l("Reason")})


class WaiveSchema(WaiverSchema):
    """A time and a reason for many people and courses at once."""

    class Meta:
        """Who and what was chosen in the grid."""

        exclude = ("employee_id", "course_id")


class EndSchema(Schema):
    """From when a waiver no longer holds."""

    ended_on = fields.Date(allow_none=True, load_default=None, metadata={
        "label": _l("No longer holds from"), "help": _l("Leave empty for today.")})


class EndRequirementSchema(Schema):
    """From when a course is no longer required."""

    from_on = fields.Date(allow_none=True, load_default=None, metadata={
        "label": _l("No longer required from"), "help": _l("Leave empty for today.")})


class CoverageSchema(Schema):
    """How many certificates a place needs."""

    course_id = Reference("courses", required=True, metadata={"label": _l("Course")})
    minimum = fields.Integer(required=True, validate=validate.Range(1, 100_000), metadata={
        "label": _l("People needed"), "help": _l("How many with a valid certificate at any time.")})
    department_id = Reference("departments", allow_none=True, metadata={
        "label": _l("Department"), "help": _l("And every department that is part of it.")})
    foreman_id = Reference("users", allow_none=True, metadata={
        "label": _l("Crew of"), "help": _l("The foreman whose crew it is, instead of a department.")})
    valid_from = fields.Date(allow_none=True, metadata={"label": _l("From"), "help": _l("Leave empty for today.")})
    valid_until = fields.Date(allow_none=True, metadata=_UNTIL)


class RequirementOutput(Schema):
    """A rule as programs see it."""

    id = fields.UUID()
    rule_id = fields.UUID()
    course_id = fields.UUID()
    department_id = fields.UUID()
    job_role_id = fields.UUID()
    grade_id = fields.UUID()
    grace_days = fields.Integer()
    valid_from = fields.Date()
    valid_until = fields.Date()
    reason = fields.String()
    change_id = fields.UUID()


class ChangeOutput(Schema):
    """A change of the matrix as programs see it: `kind` is added, changed, ended or undone."""

    id = fields.UUID()
    rule_id = fields.UUID()
    course_id = fields.UUID()
    kind = fields.String()
    created_at = fields.DateTime()
    gained = fields.Integer()
    lost = fields.Integer()
    undoes_id = fields.UUID(allow_none=True)
    is_undone = fields.Boolean()


class RuleMoveOutput(Schema):
    """What a change means for one person: `kind` is gained, lost or moved."""

    employee_id = fields.UUID(attribute="employee.id")
    name = fields.String(attribute="employee.name")
    course_id = fields.UUID(attribute="course.id")
    kind = fields.String()
    state = fields.String()
    due_on = fields.Date()
    was_due_on = fields.Date(allow_none=True)


class RuleMovesOutput(Schema):
    """Whom a change moves: counts of all, and the first by name; `missing` of those who gain lack the course."""

    gained = fields.Integer()
    lost = fields.Integer()
    moved = fields.Integer()
    missing = fields.Integer()
    named = fields.List(fields.Nested(RuleMoveOutput))


class EquivalenceOutput(Schema):
    """An equivalence as programs see it."""

    id = fields.UUID()
    course_id = fields.UUID()
    counted_id = fields.UUID()
    both_ways = fields.Boolean()
    valid_from = fields.Date()
    valid_until = fields.Date()


class WaiverOutput(Schema):
    """A waiver as programs see it."""

    id = fields.UUID()
    employee_id = fields.UUID()
    course_id = fields.UUID()
    starts_on = fields.Date()
    ends_on = fields.Date()
    ended_on = fields.Date()
    reason = fields.String()
    approved_by_id = fields.Integer()


class CoverageOutput(Schema):
    """A coverage need as programs see it."""

    id = fields.UUID()
    course_id = fields.UUID()
    department_id = fields.UUID()
    foreman_id = fields.UUID()
    minimum = fields.Integer()
    valid_from = fields.Date()
    valid_until = fields.Date()


class StandInOutput(Schema):
    """Somebody who could step in, with the last valid day of their certificate; null for who is enrolled."""

    employee_id = fields.UUID()
    until = fields.Date(allow_none=True)


class StandingOutput(Schema):
    """How a coverage need stands on a day; `breaks_on`: the first day on which too few are left."""

    id = fields.UUID(attribute="need.id")
    course_id = fields.UUID(attribute="need.course_id")
    members = fields.Integer()
    valid = fields.Integer()
    minimum = fields.Integer(attribute="need.minimum")
    spare = fields.Integer()
    breaks_on = fields.Date()
    breakers = fields.List(fields.UUID())
    stand_ins = fields.List(fields.Nested(StandInOutput))


class CellOutput(Schema):
    """A person and a course: `lane` says where the pair counts."""

    state = fields.String()
    lane = fields.String()
    required = fields.Boolean(attribute="is_required")
    expires_on = fields.Date()
    due_on = fields.Date()


class ExplainedOutput(Schema):
    """A cell with what explains it: sentences, the rules that ask for it, the enrollments behind it."""

    cell = fields.Nested(CellOutput)
    reasons = fields.List(fields.String())
    rule_ids = fields.Function(lambda found: [str(rule.rule_id) for rule in found.rules])
    waiver_ids = fields.Function(lambda found: [str(waiver.id) for waiver in found.waivers])
    enrollment_id = fields.UUID(attribute="enrollment.id", allow_none=True)
    running_id = fields.UUID(attribute="running.id", allow_none=True)


class MatrixCourseOutput(Schema):
    """A column of the matrix."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()


class MatrixPersonOutput(Schema):
    """A line of the matrix: `cells` by the id of the course."""

    employee_id = fields.UUID(attribute="id")
    number = fields.String()
    name = fields.String()
    cells = fields.Dict(keys=fields.String(), values=fields.Nested(CellOutput))
