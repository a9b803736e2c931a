"""Whom a move puts under which requirements, asked of the context above that knows them, before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from markupsafe import Markup

from app.organisation.models import Employee
from app.organisation.schemas import EmployeeSchema
from app.platform.fab.forms import form_for, load_form

PLACE = ("department_id", "grade_id", "job_role_id")


@dataclass(frozen=True)
class Shown:
    """What a move would change, as markup that our own templates made; `mark` says what somebody has seen."""

    html: Markup
    mark: str


Preview = Callable[[Employee, dict[str, UUID | None], bool], Shown | None]
_wired: list[Preview] = []


def wire(preview: Preview) -> None:
    """Called once by app.wiring: `preview(employee, place, is_back)` with the new department, grade and job role."""
    _wired[:] = [preview]


def shown_move(employee: Employee, place: dict[str, UUID | None], is_back: bool = False) -> Shown | None:
    """What moving somebody to `place` would change, or back to it as if they had never left; None: nothing."""
    return _wired[0](employee, place, is_back) if _wired else None


class AsksBeforeMoving:
    """The edit form of somebody: a move that changes what they must have is saved once the person has seen it."""

    load: Any
    _form_page: Any
    url: Any

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form; a new department, grade or job role first says which requirements come and go."""
        item = self.load(pk)
        values = load_form(EmployeeSchema, form_for(EmployeeSchema)()) if request.method == "POST" else None
        place = {name: (values or {}).get(name, getattr(item, name)) for name in PLACE}
        if values is not None and any(place[name] != getattr(item, name) for name in PLACE):
            shown = shown_move(item, place)
            if shown is not None and request.form.get("confirmed") != shown.mark:
                return self._ask(item, shown)
        return super().edit(pk)  # type: ignore[misc]

    def _ask(self, item: Any, shown: Shown) -> Any:
        form = form_for(EmployeeSchema)()
        load_form(EmployeeSchema, form)
        return self._form_page(
            form, title=_("Edit %(name)s", name=str(item)), submit=_("Save changes"), version=item.updated_at,
            cancel=self.url("show", pk=item.id), template="organisation/confirm.html",
            shown=shown.html, mark=shown.mark)[0]
