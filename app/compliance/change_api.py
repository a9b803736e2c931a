"""Changes of the matrix over REST: what was changed, and whom a change would move before it is made."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.compliance import operations, queries, schemas
from app.platform.described import gives, takes
from app.platform.fab.api import read_body
from app.platform.fab.lists import lists


class ChangeRoutes:
    """Mixed into the resource of requirements."""

    response: Any
    _visible: Any

    @expose("/changes", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(schemas.ChangeOutput)
    def changes(self) -> Any:
        """What was changed in the matrix, newest first
        ---
        get:
          responses:
            200: {description: 'The latest hundred; is_undone: it was taken back'}
            401: {$ref: '#/components/responses/401'}
        """
        found, undone = queries.changes(), queries.undone_ids()
        return [schemas.ChangeOutput().dump(one) | {"is_undone": one.id in undone} for one in found]

    @expose("/preview", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(schemas.RequirementSchema)
    @gives(result=schemas.RuleMovesOutput)
    def preview_addition(self) -> Response:
        """Whom a new requirement would move; changes nothing"""
        return self._moves(operations.plan_addition, schemas.RequirementSchema)

    @expose("/<pk>/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.ChangeRequirementSchema, partial=True)
    @gives(result=schemas.RuleMovesOutput)
    def preview_change(self, pk: str) -> Response:
        """Whom changing a requirement would move; changes nothing"""
        return self._moves(operations.plan_change, schemas.ChangeRequirementSchema, pk, partial=True)

    @expose("/<pk>/end/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.EndRequirementSchema)
    @gives(result=schemas.RuleMovesOutput)
    def preview_end(self, pk: str) -> Response:
        """Whom requiring a course no longer would move; changes nothing"""
        return self._moves(operations.plan_end, schemas.EndRequirementSchema, pk)

    def _moves(self, plan: Any, schema: Any, pk: str | None = None, partial: bool = False) -> Response:
        keys = [] if pk is None else [self._visible(pk).id]
        moves = plan(g.user, *keys, **read_body(schema(partial=partial))).moves()
        return self.response(200, result=schemas.RuleMovesOutput().dump(moves))
