"""Jobs and runs as REST shows them. Arguments stay inside: they are ids of whatever the job works on."""

from __future__ import annotations

from marshmallow import Schema, fields


class LastRunSchema(Schema):
    """How a job went the last time."""

    id = fields.UUID(allow_none=True)
    began_at = fields.AwareDateTime()
    duration_ms = fields.Integer(allow_none=True)
    outcome = fields.String()
    code = fields.String(allow_none=True)


class ScheduleSchema(Schema):
    """When a job comes by itself: each day from a time of the organisation's clock on, or every so often."""

    name = fields.String()
    daily_at = fields.Time(allow_none=True)
    every = fields.TimeDelta(precision="seconds", allow_none=True)


class JobSchema(Schema):
    """One job of the organisation, or of the platform for its operator."""

    name = fields.String()
    title = fields.String()
    purpose = fields.String()
    queue = fields.String()
    schedule = fields.List(fields.Nested(ScheduleSchema), attribute="lines")
    next_at = fields.AwareDateTime(allow_none=True)
    last = fields.Nested(LastRunSchema, allow_none=True)


class RunSchema(Schema):
    """One run that was kept."""

    id = fields.UUID()
    job = fields.String()
    outcome = fields.String()
    code = fields.String(allow_none=True)
    began_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    duration_ms = fields.Integer(allow_none=True)
    source = fields.String()
    trace_id = fields.String(allow_none=True)


class ProcessesSchema(Schema):
    """Whether what runs jobs is there."""

    is_reachable = fields.Boolean()
    is_enabled = fields.Boolean()
    is_scheduling = fields.Boolean()
    workers = fields.Integer()
    waiting = fields.Integer()
