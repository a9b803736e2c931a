"""What became of a course's validity, on its page: who changed it to what, and taking that back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import flash, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from markupsafe import Markup

from app.audit.changes import NotedChange, standing
from app.audit.taking_back import asked_change
from app.courses import previews, validity_changes
from app.courses.schemas import CourseSchema
from app.courses.wording import VALIDITIES

SHOWN = 5


class ValidityPages:
    """Mixed into the view of courses, which decides who sees them."""

    load: Any
    may: Any
    perform: Any
    url: Any
    render_template: Any

    def validity_panel(self, item: Any) -> Iterator[dict[str, Any]]:
        """The latest changes of the validity, for whoever may change it."""
        changes = validity_changes.validity_changes(item.id) if self.may("edit") else []
        if changes:
            yield {"title": _("Changes of the validity"), "html": Markup(self.render_template(
                "courses/validity_changes.html", view=self, course=item, changes=changes[:SHOWN], in_words=in_words,
                latest=standing(changes)))}

    @expose("/<pk>/validity/undo", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def undo_validity(self, pk: str) -> Any:
        """First whose dates move back, by name, then, with that seen, taking the change back."""
        item, change = self.load(pk), asked_change(validity_changes.validity_changes(UUID(pk)))
        if change is None:
            return redirect(self.url("show", pk=pk))
        moves = previews.moves_of(item.id, validity_changes.policy_before(item, change))
        mark = f"{moves.moved}/{moves.earlier}/{moves.expired}"
        if request.form.get("confirmed") != mark:
            return self.render_template("courses/undo_validity.html", title=_("Take the change back: %(name)s",
                                        name=str(item)), view=self, course=item, change=change, moves=moves,
                                        mark=mark, in_words=in_words)
        if self.perform(validity_changes.undo_validity_change, item.id, change_id=change.id) is not None:
            flash(_("The change was taken back."), "success")
        return redirect(self.url("show", pk=pk))


def in_words(change: NotedChange) -> list[tuple[str, str, str]]:
    """(what, before, after) of a change, as the form calls them."""
    labels = CourseSchema._declared_fields
    return [(str(labels[name].metadata["label"]), _said(before), _said(after))
            for name, (before, after) in change.changes.items()]


def _said(value: Any) -> str:
    return "–" if value is None else str(VALIDITIES.get(value, value))
