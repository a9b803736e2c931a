"""The moves of people and departments over REST: what they were, what another would change, taking one back."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.audit.changes import NotedChangeOutput, UndoSchema
from app.organisation import moves
from app.organisation.previews import shown_move
from app.platform.described import gives, takes
from app.platform.drafts import Draft
from app.platform.errors import Invalid
from app.platform.fab.api import read_body
from app.platform.fab.fields import Reference

NOBODY = {"gained": 0, "lost": 0, "moved": 0, "missing": 0, "named": []}
MOVE_ROUTES = {"moves", "preview_move", "undo_move"}


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



class MoveRoutes:
    """Mixed into the resources of people and of departments (`moved`), which decide who sees a row."""

    moved = moves.PEOPLE
    undo: Any = staticmethod(moves.undo_move)
    response: Any
    _visible: Any
    _write: Any

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

    @expose("/<pk>/moves", methods=["GET"])
    @protect()
    @permission_name("history")
    @gives(count=fields.Integer(), result=[NotedChangeOutput])
    def moves(self, pk: str) -> Response:
        """From where to where it was moved, newest first
        ---
        get:
          responses:
            200: {description: 'The moves: the place before and after (of people department, grade and job role)'}
            404: {$ref: '#/components/responses/404'}
        """
        found = moves.moves_of(self._visible(pk).id, self.moved)
        return self.response(200, count=len(found), result=NotedChangeOutput(many=True).dump(found))

    @expose("/<pk>/moves/undo", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(UndoSchema)
    def undo_move(self, pk: str) -> Response:
        """Put back where it stood before the latest move
        ---
        post:
          responses:
            200: {description: The row}
            409: {description: 'It was taken back or changed again since'}
        """
        return self._write(200, self.undo, UndoSchema(), pk)
