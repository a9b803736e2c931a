"""Whom a move of somebody or of a department puts under which requirements, before it is saved.

The context above that knows the requirements is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import request
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from markupsafe import Markup

from app.platform.fab.forms import form_for, load_form

PLACE = ("department_id", "grade_id", "job_role_id")


@dataclass(frozen=True)
class Shown:
    """What a move would change, as markup that our own templates made; `mark` says what somebody has seen, `data`
    is the same for programs."""

    html: Markup
    mark: str
    data: dict[str, Any] = field(default_factory=dict)


Preview = Callable[[Any, dict[str, UUID | None], bool], Shown | None]
_wired: dict[type, Preview] = {}


def wire(previews: Mapping[type, Preview]) -> None:
    """Called once by app.wiring: for employees and for departments `preview(row, place, is_back)`, `place` being the
    new department, grade and job role, or the new parent."""
    _wired.update(previews)


def shown_move(row: Any, place: dict[str, UUID | None], is_back: bool = False) -> Shown | None:
    """What moving `row` to `place` would change, or back to it as if it had never left; None: nothing."""
    preview = _wired.get(type(row))
    return preview(row, place, is_back) if preview is not None else None


class AsksBeforeMoving:
    """The edit form of what has a place: a move that changes what people must have is saved once whoever moves it has
    seen that. The view declares `place`, the columns of its schema that say where a row stands."""

    place: Sequence[str]
    edit_schema: Any
    load: Any
    _form_page: Any
    url: Any

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form; another place first says which requirements come and go."""
        item = self.load(pk)
        values = load_form(self.edit_schema, form_for(self.edit_schema)()) if request.method == "POST" else None
        place = {name: (values or {}).get(name, getattr(item, name)) for name in self.place}
        if values is not None and any(place[name] != getattr(item, name) for name in self.place):
            shown = shown_move(item, place)
            if shown is not None and request.form.get("confirmed") != shown.mark:
                return self._ask(item, shown)
        return super().edit(pk)  # type: ignore[misc]

    def _ask(self, item: Any, shown: Shown) -> Any:
        form = form_for(self.edit_schema)()
        load_form(self.edit_schema, form)
        return self._form_page(
            form, title=_("Edit %(name)s", name=str(item)), submit=_("Save changes"), version=item.updated_at,
            cancel=self.url("show", pk=item.id), template="organisation/confirm.html",
            shown=shown.html, mark=shown.mark)[0]
