"""The rules of the matrix on screen: whom a change moves is shown by name before it is saved, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, g, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.compliance import operations, policies, queries, schemas
from app.compliance.models import Requirement
from app.platform.errors import DomainError
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.look.actions import RowAction
from app.platform.unit_of_work import unit_of_work

KINDS = {"added": _l("Added"), "changed": _l("Changed"), "ended": _l("Ended"), "undone": _l("Taken back")}


class RequirementView(OperationView):
    """Who must have which course."""

    route_base = "/requirements"
    class_permission_name = "requirements"
    datamodel = TenantInterface(Requirement, load=(
        joinedload(Requirement.course), joinedload(Requirement.department), joinedload(Requirement.grade),
        joinedload(Requirement.job_role)))
    base_filters = [["id", VisibleTo, policies.current_requirements]]  # noqa: RUF012
    title_one, title_many, add_label = _l("Requirement"), _l("Requirements"), _l("Require a course")
    icon = "list-checks"
    intro = _l("Who must have which course. Everything that counts who is trained asks these rules.")
    empty_text = _l("Require the first course of a department, a job role or everybody.")
    link_column = "course"
    list_columns = ["course", "department", "job_role", "grade", "grace_days", "valid_from", "valid_until", "reason"]
    show_columns = ["course", "department", "job_role", "grade", "grace_days", "valid_from", "valid_until", "reason"]
    search_columns = ["course", "department", "job_role", "grade", "valid_from", "valid_until"]
    order_columns = ["valid_from", "valid_until"]
    label_columns = {
        "course": _l("Course"), "department": _l("Department"), "job_role": _l("Job role"), "grade": _l("Grade"),
        "grace_days": _l("Grace for newcomers, days"), "valid_from": _l("From"), "valid_until": _l("Until"),
        "reason": _l("Why"),
    }
    formatters_columns = dict.fromkeys(("department", "job_role", "grade"), lambda row: str(row or _("All")))  # noqa: RUF012
    list_template = "compliance/requirements.html"
    add_schema, edit_schema = schemas.RequirementSchema, schemas.ChangeRequirementSchema
    add_operation = staticmethod(operations.add_requirement)
    edit_operation = staticmethod(operations.change_requirement)

    def row_actions(self, row: Any) -> Iterator[RowAction]:
        """A requirement ends; that it was there stays on record."""
        if self.may("edit") and row.valid_until is None:
            yield RowAction(_("Require it no longer"), self.url("end", pk=row.id), "circle-minus")

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """The form for a new rule; `course_id` and the like of the address are chosen already."""
        form = form_for(schemas.RequirementSchema)(request.form or request.args)
        if request.method == "GET":
            return self._form_page(form, title=self.add_label, submit=_("Show whom it moves"), cancel=self.url("list"))
        return self._ask_or_save(form, schemas.RequirementSchema, operations.plan_addition,
                                 operations.add_requirement, title=self.add_label, submit=_("Require it"))

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form for changing a rule from a day on."""
        item, schema = self.load(pk), schemas.ChangeRequirementSchema
        title = _("Edit %(name)s", name=str(item))
        if request.method == "GET":
            form = form_for(schema)(None, data=self.edit_values(item))
            return self._form_page(form, title=title, submit=_("Show whom it moves"), cancel=self.url("show", pk=pk))
        return self._ask_or_save(form_for(schema)(), schema, operations.plan_change, operations.change_requirement,
                                 item, title=title, submit=_("Save changes"))

    @expose("/<pk>/end", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def end(self, pk: str) -> Any:
        """Require a course no longer."""
        item, schema = self.load(pk), schemas.EndRequirementSchema
        title = _("Require it no longer: %(name)s", name=str(item))
        if request.method == "GET":
            return self._form_page(form_for(schema)(), title=title, submit=_("Show whom it moves"),
                                   cancel=self.url("show", pk=pk))
        return self._ask_or_save(form_for(schema)(), schema, operations.plan_end, operations.end_requirement, item,
                                 title=title, submit=_("Require it no longer"))

    @expose("/changes")
    @has_access
    @permission_name("read")
    def changes(self) -> Any:
        """What was changed, newest first, and what can be taken back."""
        return self.render_template("compliance/changes.html", view=self, title=_("Changes of the matrix"),
                                    changes=(found := queries.changes()), undone=queries.undone_ids(), kinds=KINDS,
                                    rules=queries.rules_of(found))

    @expose("/changes/<change_id>/undo", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def undo(self, change_id: str) -> Any:
        """First whom it would move, then, with that seen, taking a change back."""
        change = queries.change_named(change_id) or abort(404)
        try:
            moves = operations.plan_undo(g.user, change.id).moves()
        except DomainError as refusal:
            flash(str(refusal), "danger")
            return redirect(self.url("changes"))
        if request.form.get("confirmed") != _mark(moves):
            return self.render_template("compliance/undo_change.html", view=self, change=change, moves=moves,
                                        title=_("Take the change back: %(name)s", name=str(change.course)),
                                        mark=_mark(moves), kinds=KINDS)
        if self.perform(operations.undo_change, change.id) is not None:
            flash(_("The change was taken back."), "success")
        return redirect(self.url("changes"))

    def _ask_or_save(self, form: Any, schema: Any, plan: Any, operation: Any, item: Any = None, **words: Any) -> Any:
        """First whom it would move, then, with that seen, the change itself."""
        values = load_form(schema, form)
        if values is not None:
            arguments = [item.id] if item is not None else []
            try:
                moves = plan(g.user, *arguments, **values).moves()
                if request.form.get("confirmed") != _mark(moves) and (moves.total or request.form.get("confirmed")):
                    return self._preview(form, moves, item, **words)
                with unit_of_work():
                    row = operation(g.user, *arguments, **values)
            except DomainError as refusal:
                show_errors(form, refusal)
            else:
                flash(_("The matrix is changed. The list of changes lets you take it back."), "success")
                return redirect(self.url("show", pk=row.id) if row.superseded_at is None else self.url("list"))
        return self._form_page(form, title=words["title"], submit=_("Show whom it moves"), cancel=self.url("list"))

    def _preview(self, form: Any, moves: Any, item: Any, title: Any, submit: Any) -> Any:
        cancel = self.url("show", pk=item.id) if item is not None else self.url("list")
        return self._form_page(form, title=title, submit=submit, cancel=cancel, moves=moves, mark=_mark(moves),
                               template="compliance/confirm.html")[0]


def _mark(moves: Any) -> str:
    """What somebody has seen: it is asked again when others have changed it meanwhile."""
    return f"{moves.gained}/{moves.lost}/{moves.moved}/{moves.missing}"
