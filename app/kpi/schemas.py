"""The shape of numbers for programs."""

from __future__ import annotations

from marshmallow import Schema, fields


class FigureOutput(Schema):
    """A metric with what it comes to and what that means. `value` is null where there is nothing to measure."""

    name = fields.String()
    label = fields.String()
    meaning = fields.String()
    numerator = fields.String()
    denominator = fields.String()
    unit = fields.String()
    value = fields.Float(allow_none=True)
    hits = fields.Integer()
    among = fields.Integer()
    rows = fields.String()


class PointOutput(Schema):
    """What was known on a day."""

    day = fields.Date()
    value = fields.Float(allow_none=True)
    hits = fields.Integer()
    among = fields.Integer()
