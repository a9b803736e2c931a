"""Alerts as REST shows them."""

from __future__ import annotations

from marshmallow import Schema, fields


class AlertOutput(Schema):
    """One thing that was told."""

    id = fields.UUID()
    told_on = fields.Date()
    level = fields.String()
    threshold = fields.Integer()
    enrollment_id = fields.UUID()
    employee_id = fields.UUID()
    course_id = fields.UUID()
    expires_on = fields.Date()
    told_id = fields.UUID()
