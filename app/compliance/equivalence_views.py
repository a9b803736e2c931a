"""Equivalent courses on screen: whom a change moves is shown by name before it is saved, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from app.audit.changes import NotedChange, standing
from app.audit.taking_back import asked_change
from app.compliance import arrangements, equivalence_moves, schemas
from app.compliance.equivalence_moves import Turns
from app.compliance.models import Equivalence
from app.compliance.previews import by_id
from app.courses.models import Course
from app.platform.errors import DomainError
from app.platform.fab import OperationView, TenantInterface
from app.platform.fab.forms import form_for, load_form
from app.platform.look import dates

SHOWN = 5


class EquivalenceView(OperationView):
    """Which course counts as which."""

    route_base = "/equivalences"
    class_permission_name = "equivalences"
    datamodel = TenantInterface(Equivalence, load=(joinedload(Equivalence.course), joinedload(Equivalence.counted)))
    title_one, title_many, add_label = _l("Equivalent course"), _l("Equivalent courses"), _l("Add equivalent course")
    icon = "equal"
    intro = _l("Certificates of one course that count as another, from when until when.")
    empty_text = _l("Say which certificate counts as another, for example of an earlier course or another provider.")
    link_column = "counted"
    list_columns = ["counted", "course", "both_ways", "valid_from", "valid_until"]
    show_columns = ["counted", "course", "both_ways", "valid_from", "valid_until"]
    search_columns = ["counted", "course", "both_ways", "valid_from", "valid_until"]
    order_columns = ["valid_from"]
    label_columns = {
        "counted": _l("Whoever has"), "course": _l("need not do"), "both_ways": _l("And the other way round"),
        "valid_from": _l("From"), "valid_until": _l("Until"),
    }
    add_schema = edit_schema = schemas.EquivalenceSchema
    add_operation = staticmethod(arrangements.add_equivalence)
    edit_operation = staticmethod(arrangements.change_equivalence)
    delete_operation = staticmethod(arrangements.archive_equivalence)
    restore_operation = staticmethod(arrangements.restore_equivalence)

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """The form for a new equivalence; whom it moves is shown before it is saved."""
        if request.method == "POST":
            words = {"title": self.add_label, "submit": self.add_label, "cancel": self.url("list")}
            shown = self._asked_first(equivalence_moves.plan_addition, words)
            if shown is not None:
                return shown
        return super().add()

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form for changing one; whom that moves is shown before it is saved."""
        item = self.load(pk)
        if request.method == "POST":
            words = {"title": _("Edit %(name)s", name=str(item)), "submit": _("Save changes"),
                     "cancel": self.url("show", pk=pk), "version": item.updated_at}
            shown = self._asked_first(equivalence_moves.plan_change, words, item)
            if shown is not None:
                return shown
        return super().edit(pk)

    @expose("/<pk>/delete", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Put one away; whom that moves is shown first."""
        item = self.load(pk)
        turns = equivalence_moves.plan_end(g.user, item.id)
        if turns.total and request.form.get("confirmed") != turns.mark:
            return self._ask(item, turns, title=_("Delete %(name)s", name=str(item)), submit=_("Delete"),
                             sign="trash-2", action=self.url("delete", pk=pk))
        return super().delete(pk)

    @expose("/<pk>/restore", methods=["POST"])
    @has_access
    def restore(self, pk: str) -> Any:
        """Bring one back; whom that moves is shown first."""
        item = self.load(pk, include_deleted=True)
        turns = equivalence_moves.plan_restore(g.user, item.id) if item.is_deleted else None
        if turns is not None and turns.total and request.form.get("confirmed") != turns.mark:
            return self._ask(item, turns, title=_("Restore %(name)s", name=str(item)), submit=_("Restore"),
                             sign="undo-2", action=self.url("restore", pk=pk))
        return super().restore(pk)

    def panels(self, item: Any) -> Iterator[dict[str, Any]]:
        """What was changed, for whoever may change it."""
        yield from super().panels(item)
        found = equivalence_moves.changes(item.id) if self.may("edit") else []
        if found:
            yield {"title": _("Changes"), "html": Markup(self.render_template(
                "organisation/moves.html", view=self, item=item, moves=found[:SHOWN], latest=standing(found),
                words={one.id: in_words(one) for one in found[:SHOWN]}))}

    @expose("/<pk>/changes/undo", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def undo_move(self, pk: str) -> Any:
        """First whom it would move, then, with that seen, taking the latest change back."""
        item, change = self.load(pk), asked_change(equivalence_moves.changes(UUID(pk)))
        if change is None:
            return redirect(self.url("show", pk=pk))
        try:
            turns = equivalence_moves.plan_undo(g.user, item.id, change_id=change.id)
        except DomainError as refusal:
            flash(str(refusal), "warning")
            return redirect(self.url("show", pk=pk))
        if request.form.get("confirmed") != turns.mark:
            return self._ask(item, turns, title=_("Take the change back: %(name)s", name=str(item)),
                             submit=_("Take it back"), sign="undo-2", change=change.id,
                             action=self.url("undo_move", pk=pk))
        if self.perform(equivalence_moves.undo_change, item.id, change_id=change.id) is not None:
            flash(_("The change was taken back."), "success")
        return redirect(self.url("show", pk=pk))

    def _asked_first(self, plan: Any, words: dict[str, Any], item: Any = None) -> Any:
        """The page that says whom it moves; None where it was seen, moves nobody, or can not be saved anyway."""
        form = form_for(schemas.EquivalenceSchema)()
        values = load_form(schemas.EquivalenceSchema, form)
        try:
            turns = plan(g.user, *([item.id] if item is not None else []), **values) if values is not None else None
        except DomainError:
            return None
        if turns is None or not turns.total or request.form.get("confirmed") == turns.mark:
            return None
        return self._form_page(form, turns=turns, mark=turns.mark, template="compliance/confirm_turns.html", **words)[0]

    def _ask(self, item: Any, turns: Turns, **more: Any) -> Any:
        return self.render_template("compliance/ask_turns.html", view=self, item=item, turns=turns, **more)


def in_words(change: NotedChange) -> list[tuple[str, str, str]]:
    """(what, before, after) of a change, as the form calls them."""
    labels = schemas.EquivalenceSchema._declared_fields
    return [(str(labels[name].metadata["label"]), _said(name, before), _said(name, after))
            for name, (before, after) in change.changes.items()]


def _said(name: str, kept: Any) -> str:
    value = equivalence_moves.value_of(name, kept)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, UUID):
        return next((str(one) for one in by_id(Course, {value}).values()), "–")
    return str(dates.day(value))
