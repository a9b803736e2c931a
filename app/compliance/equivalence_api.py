"""Equivalent courses over REST, and whom a change of them would move before it is made."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.audit.changes_api import CHANGE_ROUTES, NotedChanges
from app.compliance import arrangements, equivalence_moves, schemas
from app.compliance.equivalence_views import EquivalenceView
from app.platform.described import gives, takes
from app.platform.fab import OperationApi
from app.platform.fab.api import read_body


class TurnOutput(Schema):
    """What becomes of one person: `kind` is covered, uncovered or moved (another certificate decides)."""

    employee_id = fields.UUID(attribute="employee.id")
    name = fields.String(attribute="employee.name")
    course_id = fields.UUID(attribute="course.id")
    kind = fields.String()
    state = fields.String()
    expires_on = fields.Date(allow_none=True)
    was_state = fields.String()
    was_expires_on = fields.Date(allow_none=True)


class TurnsOutput(Schema):
    """Whom a change moves on `day`, the first on which it makes a difference: counts of all, the first by name."""

    day = fields.Date()
    covered = fields.Integer()
    uncovered = fields.Integer()
    moved = fields.Integer()
    named = fields.List(fields.Nested(TurnOutput))


class EquivalenceApi(NotedChanges, OperationApi):
    """Courses that count as others."""

    resource_name = "equivalences"
    include_route_methods = {*OperationApi.include_route_methods, *CHANGE_ROUTES, "preview_addition", "preview_change",
                             "preview_end", "preview_restore"}
    class_permission_name = "equivalences"
    method_permission_name = OperationApi.method_permission_name | {"changes": "history"}
    datamodel = EquivalenceView.datamodel
    search_columns = EquivalenceView.search_columns
    order_columns = EquivalenceView.order_columns
    output_schema = schemas.EquivalenceOutput
    add_schema = edit_schema = schemas.EquivalenceSchema
    add_operation = staticmethod(arrangements.add_equivalence)
    edit_operation = staticmethod(arrangements.change_equivalence)
    delete_operation = staticmethod(arrangements.archive_equivalence)
    restore_operation = staticmethod(arrangements.restore_equivalence)
    noted_changes = staticmethod(equivalence_moves.changes)
    undo_operation = staticmethod(equivalence_moves.undo_change)

    @expose("/preview", methods=["POST"])
    @protect()
    @permission_name("add")
    @takes(schemas.EquivalenceSchema)
    @gives(result=TurnsOutput)
    def preview_addition(self) -> Response:
        """Whom a new equivalence would move; changes nothing"""
        return self._turns(equivalence_moves.plan_addition, schemas.EquivalenceSchema())

    @expose("/<pk>/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(schemas.EquivalenceSchema, partial=True)
    @gives(result=TurnsOutput)
    def preview_change(self, pk: str) -> Response:
        """Whom changing an equivalence would move; changes nothing"""
        return self._turns(equivalence_moves.plan_change, schemas.EquivalenceSchema(partial=True), pk)

    @expose("/<pk>/end/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @gives(result=TurnsOutput)
    def preview_end(self, pk: str) -> Response:
        """Whom deleting an equivalence would move; changes nothing"""
        return self._turns(equivalence_moves.plan_end, None, pk)

    @expose("/<pk>/restore/preview", methods=["POST"])
    @protect()
    @permission_name("restore")
    @gives(result=TurnsOutput)
    def preview_restore(self, pk: str) -> Response:
        """Whom bringing a deleted equivalence back would move; changes nothing"""
        row = self._visible(pk, is_deleted=True)
        return self.response(200, result=TurnsOutput().dump(equivalence_moves.plan_restore(g.user, row.id)))

    def _turns(self, plan: Any, schema: Any, pk: str | None = None) -> Response:
        keys = [] if pk is None else [self._visible(pk).id]
        values = read_body(schema) if schema is not None else {}
        return self.response(200, result=TurnsOutput().dump(plan(g.user, *keys, **values)))
