"""The moves of people and departments over REST: what they were, what another would change, taking one back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g
from marshmallow import Schema, fields

from app.audit.changes_api import CHANGE_ROUTES, NotedChanges
from app.organisation import moves
from app.organisation.previews import shown_move
from app.platform.drafts import Draft
from app.platform.errors import Invalid
from app.platform.fab.api import read_body
from app.platform.fab.fields import Reference

NOBODY = {"gained": 0, "lost": 0, "moved": 0, "missing": 0, "named": []}
MOVE_ROUTES = CHANGE_ROUTES | {"preview_move"}


class PlaceSchema(Schema):
    """Where somebody would stand; what is not named stays as it is."""

    department_id = Reference("departments", allow_none=True)
    grade_id = Reference("grades", allow_none=True)
    job_role_id = Reference("job-roles", allow_none=True)


class ParentSchema(Schema):
    """What a department would be part of; null: of none."""

    parent_id = Reference("departments", required=True, allow_none=True)


class NamedMoveOutput(Schema):
    """What a move means for one person: `kind` is gained, lost or moved (due on another day)."""

    employee_id = fields.UUID()
    name = fields.String()
    course_id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    due_on = fields.Date()
    was_due_on = fields.Date(allow_none=True)


class PlaceMovesOutput(Schema):
    """Which requirements a move brings and takes: counts of all, and the first by name; `missing` of those who gain
    lack the course."""

    gained = fields.Integer()
    lost = fields.Integer()
    moved = fields.Integer()
    missing = fields.Integer()
    named = fields.List(fields.Nested(NamedMoveOutput))



class MoveRoutes(NotedChanges):
    """Mixed into the resources of people and of departments (`moved`); what is noted of one is where it stood."""

    moved = moves.PEOPLE
    undo_operation: Any = staticmethod(moves.undo_move)
    response: Any

    def noted_changes(self, row_id: UUID) -> Any:
        """The moves of the row, newest first."""
        return moves.moves_of(row_id, self.moved)

    def _preview(self, pk: str, schema: Schema) -> Response:
        """What moving the row as the body says would change; refuses what saving would."""
        row = self._visible(pk)
        place = {name: getattr(row, name) for name in self.moved.place} | read_body(schema)
        draft = Draft.change(row.id, dict(place))
        self.moved.check(g.user, [draft])
        if draft.errors:
            raise Invalid.all(draft.errors)
        shown = shown_move(row, place)
        return self.response(200, result=shown.data if shown is not None else NOBODY)
