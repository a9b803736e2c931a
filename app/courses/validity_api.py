"""How long a course is valid, over REST: what a change would move, and which were made."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.audit.changes_api import NotedChanges
from app.courses import schemas, validity_changes
from app.platform.described import gives, takes
from app.platform.fab.api import read_body


class ValidityRoutes(NotedChanges):
    """Mixed into the resource of courses; what is noted of one is how long it is valid."""

    noted_changes = staticmethod(validity_changes.validity_changes)
    undo_operation = staticmethod(validity_changes.undo_validity_change)
    response: Any

    @expose("/<pk>/changes/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.PolicySchema)
    @gives(result=schemas.MovesOutput)
    def preview_validity(self, pk: str) -> Response:
        """Whose expiries a policy would move; changes nothing"""
        row = self._visible(pk)
        moves = validity_changes.moves_of(g.user, row.id, **read_body(schemas.PolicySchema()))
        return self.response(200, result=schemas.MovesOutput().dump(moves))
