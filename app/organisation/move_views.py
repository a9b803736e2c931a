"""The moves of somebody, or of a department, on their page: what each changes before it is saved, taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from markupsafe import Markup

from app.audit.changes import NotedChange, standing
from app.audit.taking_back import asked_change
from app.organisation import moves, previews
from app.organisation.models import Department, Grade, JobRole
from app.organisation.schemas import DepartmentSchema, EmployeeSchema
from app.platform.db import db

SHOWN = 5
MODELS: dict[str, Any] = {"department_id": Department, "grade_id": Grade, "job_role_id": JobRole,
                          "parent_id": Department}


class MovePages(previews.AsksBeforeMoving):
    """Mixed into the view of people, which decides who sees them, and of departments (`moved`)."""

    moved = moves.PEOPLE
    undo: Any = staticmethod(moves.undo_move)
    place = moves.PEOPLE.place

    may: Any
    perform: Any
    render_template: Any

    def panels(self, item: Any) -> Iterator[dict[str, Any]]:
        """What other contexts know of a row, and where it was moved to, for whoever may move it."""
        yield from super().panels(item)  # type: ignore[misc]
        found = moves.moves_of(item.id, self.moved) if self.may("edit") else []
        if found:
            yield {"title": _("Moves"), "html": Markup(self.render_template(
                "organisation/moves.html", view=self, item=item, moves=found[:SHOWN], latest=standing(found),
                words=in_words(found[:SHOWN])))}

    @expose("/<pk>/moves/undo", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def undo_move(self, pk: str) -> Any:
        """First what people will have to have again, then, with that seen, taking the move back."""
        item, change = self.load(pk), asked_change(moves.moves_of(UUID(pk), self.moved))
        if change is None:
            return redirect(self.url("show", pk=pk))
        place = {name: getattr(item, name) for name in self.place} | moves.place_before(change)
        shown = previews.shown_move(item, place, is_back=True)
        mark = shown.mark if shown is not None else "-"
        if request.form.get("confirmed") != mark:
            return self.render_template(
                "organisation/undo_move.html", title=_("Take the move back: %(name)s", name=str(item)), view=self,
                item=item, change=change, words=in_words([change]), shown=shown, mark=mark)
        if self.perform(self.undo, item.id, change_id=change.id) is not None:
            flash(_("The move was taken back."), "success")
        return redirect(self.url("show", pk=pk))


def in_words(changes: Sequence[NotedChange]) -> dict[UUID, list[tuple[str, str, str]]]:
    """Change to (what, before, after), as the form and the places are called."""
    labels, names = DepartmentSchema._declared_fields | EmployeeSchema._declared_fields, dict[str, str]()
    for column, model in MODELS.items():
        keys = {UUID(key) for one in changes for key in one.changes.get(column, ()) if key is not None}
        rows = db.session.scalars(sa.select(model).where(model.id.in_(keys)),
                                  execution_options={"include_deleted": True}) if keys else ()
        names |= {str(row.id): str(row) for row in rows}
    return {one.id: [(str(labels[column].metadata["label"]), names.get(before, "–"), names.get(after, "–"))
                     for column, (before, after) in one.changes.items()] for one in changes}
