"""How long a course is valid, over REST: what a change would move, what was changed, taking it back."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.audit.changes import NotedChangeOutput, UndoSchema
from app.courses import schemas, validity_changes
from app.platform.described import gives, takes
from app.platform.fab.api import read_body


class ValidityRoutes:
    """Mixed into the resource of courses."""

    response: Any
    _visible: Any
    _write: Any

    @expose("/<pk>/validity-changes", methods=["GET"])
    @protect()
    @permission_name("history")
    @gives(count=fields.Integer(), result=[NotedChangeOutput])
    def validity_changes(self, pk: str) -> Response:
        """Who changed how long the course is valid, newest first
        ---
        get:
          responses:
            200: {description: The changes with what each column was and became}
            404: {$ref: '#/components/responses/404'}
        """
        found = validity_changes.validity_changes(self._visible(pk).id)
        return self.response(200, count=len(found), result=NotedChangeOutput(many=True).dump(found))

    @expose("/<pk>/validity-changes/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.PolicySchema)
    @gives(result=schemas.MovesOutput)
    def preview_validity(self, pk: str) -> Response:
        """Whose expiries a policy would move; changes nothing
        ---
        post:
          responses:
            200: {description: 'How many would expire earlier and later, and the first of them by name'}
            404: {$ref: '#/components/responses/404'}
            422: {description: The policy does not hold together}
        """
        row = self._visible(pk)
        moves = validity_changes.moves_of(g.user, row.id, **read_body(schemas.PolicySchema()))
        return self.response(200, result=schemas.MovesOutput().dump(moves))

    @expose("/<pk>/validity-changes/undo", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(UndoSchema)
    def undo_validity(self, pk: str) -> Response:
        """Give the course the validity back that it had before its latest change
        ---
        post:
          responses:
            200: {description: The course; the expiries of its completions moved along}
            409: {description: 'It was taken back or changed again since'}
        """
        return self._write(200, validity_changes.undo_validity_change, UndoSchema(), pk)
