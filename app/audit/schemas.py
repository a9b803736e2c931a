"""What programs read of the trail."""

from __future__ import annotations

from marshmallow import Schema, fields


class AuditEntryOutput(Schema):
    """An audit entry as programs see it."""

    id = fields.UUID()
    sequence = fields.Integer()
    occurred_at = fields.DateTime()
    event = fields.String()
    actor_id = fields.Integer()
    actor_name = fields.String()
    impersonator_id = fields.Integer(metadata={"description": "The platform operator who worked as the actor"})
    impersonator_name = fields.String()
    subject = fields.String()
    subject_id = fields.String()
    data = fields.Dict()
    source = fields.String()
    address = fields.String()
    trace_id = fields.String()
    previous_hash = fields.String()
    hash = fields.String()


class SoundnessOutput(Schema):
    """Whether the trail is whole."""

    is_intact = fields.Boolean()
    entries = fields.Integer(metadata={"description": "How many there are"})
    first_broken = fields.Integer(allow_none=True, metadata={
        "description": "The sequence number of the first entry that was changed or removed after it was written"})
