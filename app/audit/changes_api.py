"""What was noted of a row's changes over REST, and taking the latest of them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name

from app.audit.changes import NotedChange, NotedChangeOutput, UndoSchema
from app.platform.described import takes
from app.platform.fab.lists import lists

CHANGE_ROUTES = {"changes", "undo_change"}


class NotedChanges:
    """Mixed into an OperationApi, which decides who sees the row and names `CHANGE_ROUTES` among its methods."""

    noted_changes: Callable[[UUID], Sequence[NotedChange]]
    """The changes of the row with this id, newest first."""
    undo_operation: Callable[..., Any]
    """Takes the change `change_id` of a row back."""
    _visible: Any
    _write: Any

    @expose("/<pk>/changes", methods=["GET"])
    @protect()
    @permission_name("history")
    @lists(NotedChangeOutput)
    def changes(self, pk: str) -> Any:
        """What was changed of it and is kept to be taken back, newest first: each column as it was and became"""
        return self.noted_changes(self._visible(pk).id)

    @expose("/<pk>/changes/undo", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(UndoSchema)
    def undo_change(self, pk: str) -> Response:
        """Let it be again what it was before its latest change
        ---
        post:
          responses:
            200: {description: The row; what follows from it moved along}
            409: {description: 'It was taken back or changed again since'}
        """
        answer: Response = self._write(200, self.undo_operation, UndoSchema(), pk)
        return answer
