"""A ModelView whose writes are operations; FAB routes, checks permissions and knows the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar
from uuid import UUID

from flask import abort, flash, g, jsonify, redirect, request, url_for
from flask_appbuilder import ModelView, expose, has_access
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from app.platform.db import db
from app.platform.errors import Conflict, DomainError
from app.platform.fab import export, listing, panels
from app.platform.fab.bulk import BulkActions
from app.platform.fab.filters import RequestFilters
from app.platform.fab.forms import (
    ReferenceField,
    ReferencesField,
    form_for,
    load_form,
    show_errors,
    starting_values,
)
from app.platform.fab.interface import TenantInterface
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import localised

LOOKUP_SIZE = 20


class OperationView(BulkActions, RequestFilters, ModelView):
    """The screens of one resource: list, show, add, edit, delete, restore, look-up.

    A subclass declares `class_permission_name` (the resource), `route_base`, `datamodel`, columns, labels,
    `add_schema`/`edit_schema` and the operations behind its writes. Nothing here knows a rule.
    """

    datamodel: TenantInterface
    add_schema: type[Schema] | None = None
    edit_schema: type[Schema] | None = None
    add_operation: Callable[..., Any] | None = None
    edit_operation: Callable[..., Any] | None = None
    delete_operation: Callable[..., Any] | None = None
    restore_operation: Callable[..., Any] | None = None

    title_one: Any = ""  # 'Department'
    title_many: Any = ""  # 'Departments'
    add_label: Any = _l("Add")
    intro: Any = ""
    empty_text: Any = ""
    icon = "list"
    default_order = ("", "desc")
    page_size = 25

    export_formats = export.FORMATS

    list_template = "trainflow/list.html"
    show_template = "trainflow/show.html"
    form_template = "trainflow/form_page.html"

    method_permission_name: ClassVar[dict[str, str]] = {
        "list": "read", "show": "read", "lookup": "read", "add": "add", "edit": "edit", "delete": "delete",
        "restore": "restore", "export": "export", "action": "read", "action_post": "read",
    }
    exclude_route_methods: set[str] = {"download"}

    def __init__(self, **kwargs: Any) -> None:
        # FAB would draw its own forms from the model; ours come from the schemas.
        self.add_form = self.edit_form = form_for(Schema)
        self.search_form = form_for(Schema)
        absent = {name for name in ("add", "edit", "delete", "restore")
                  if getattr(self, f"{name}_operation") is None}
        if not hasattr(self.datamodel.obj, "name"):
            absent.add("lookup")  # nothing to choose it by
        self.exclude_route_methods = self.exclude_route_methods | absent
        super().__init__(**kwargs)

    # -- reading ---------------------------------------------------------------------------------------

    @expose("")
    @has_access
    def list(self) -> Any:
        """The rows, filtered, ordered and paged as the address says."""
        active, unknown = listing.read_filters(self._filters)
        if unknown:
            flash(_("A filter of this address is not known here and was left out."), "warning")
        order = listing.read_order(self.order_columns, self.default_order)
        try:
            page = self.datamodel.page(
                self._joined_filters(), order, listing.read_page_size(self.page_size),
                after=request.args.get("after"), before=request.args.get("before"),
                term=listing.read_term(), deleted=self._shows_deleted(), count_all="count" in request.args)
        except DomainError as refusal:
            flash(str(refusal), "warning")
            return redirect(listing.link())
        return self.render_template(self.list_template, view=self, page=page, order=order, term=listing.read_term(),
                                    active_filters=active, shows_deleted=self._shows_deleted(),
                                    title=self.title_many)

    @expose("/export.<any(xlsx, csv):format>")
    @has_access
    def export(self, format: str) -> Any:
        """Every row that the list shows, in its order, as a file."""
        return export.export_of(self, format)

    def selection(self) -> Any:
        """The query behind the list as the address narrows and orders it, and the filters in force."""
        active, _unknown = listing.read_filters(self._filters)
        order = listing.read_order(self.order_columns, self.default_order)
        return self.datamodel.stream(self._joined_filters(), order, listing.read_term(), self._shows_deleted()), active

    @expose("/<pk>")
    @has_access
    def show(self, pk: str) -> Any:
        """One row, its facts and what other contexts know about it."""
        item = self.load(pk, include_deleted=self.may("restore"))
        return self.render_template(self.show_template, view=self, item=item, title=str(item),
                                    panels=list(self.panels(item)), **self.more_about(item))

    @expose("/lookup")
    @has_access
    def lookup(self) -> Any:
        """Choices for a search-as-you-type field: `q` the words, `page` from 1."""
        page = listing.read_page()
        found = self.datamodel.lookup(self._base_filters, listing.read_term(), page, LOOKUP_SIZE)
        results = [{"id": str(row.id), "text": localised(row), "detail": self.lookup_detail(row)}
                   for row in found[:LOOKUP_SIZE]]
        return jsonify(results=results, pagination={"more": len(found) > LOOKUP_SIZE})

    def lookup_detail(self, row: Any) -> str:
        """What tells namesakes apart: a code, a number."""
        return str(getattr(row, "code", ""))

    def panels(self, item: Any) -> Iterator[dict[str, Any]]:
        """Further sections of the show page: title and html."""
        yield from panels.panels_of(self.class_permission_name, item)

    def more_about(self, item: Any) -> dict[str, Any]:
        """What else the template of the show page needs: name to value."""
        return {}

    def load(self, pk: str, include_deleted: bool = False) -> Any:
        """The row that this user may see, or 404."""
        item = self.datamodel.get(pk, self._base_filters, include_deleted=include_deleted)
        return item if item is not None else abort(404)

    def may(self, action: str) -> bool:
        """Whether the user may do `action` to this resource, and the view offers it."""
        permission = f"can_{action}"
        return permission in self.base_permissions and self.appbuilder.sm.has_access(
            permission, self.class_permission_name)

    def url(self, method: str, **arguments: Any) -> str:
        """The address of one of this view's pages."""
        row = arguments.get("pk")
        if len(arguments) == 1 and isinstance(row, UUID):  # a list asks for several of each row
            return listing.row_address(f"{self.endpoint}.{method}", row)
        return url_for(f"{self.endpoint}.{method}", **arguments)

    # -- writing ---------------------------------------------------------------------------------------

    @expose("/add", methods=["GET", "POST"])
    @has_access
    def add(self) -> Any:
        """The form for a new row."""
        form = form_for(self.add_schema)(data=starting_values(self.add_schema or Schema))
        if request.method == "POST":
            row = self._submit(form, self.add_schema, self.add_operation)
            if row is not None:
                flash(_("%(name)s was added.", name=str(row)), "success")
                self.warn(self.warnings_of(row))
                return redirect(self.url("show", pk=row.id))
        return self._form_page(form, title=self.add_label, submit=self.add_label, cancel=self.url("list"))

    @expose("/<pk>/edit", methods=["GET", "POST"])
    @has_access
    def edit(self, pk: str) -> Any:
        """The form for changing a row; refuses to overwrite what somebody else changed meanwhile."""
        item = self.load(pk)
        if request.method == "POST":
            form = form_for(self.edit_schema)()
            if self._submit(form, self.edit_schema, self.edit_operation, item) is not None:
                flash(_("%(name)s was changed.", name=str(item)), "success")
                return redirect(self.url("show", pk=item.id))
        else:
            form = form_for(self.edit_schema)(None, data=self.edit_values(item))
        return self._form_page(form, title=_("Edit %(name)s", name=str(item)), submit=_("Save changes"),
                               cancel=self.url("show", pk=item.id), version=item.updated_at)

    def edit_values(self, item: Any) -> dict[str, Any]:
        """What the edit form starts with: field name to value."""
        assert self.edit_schema is not None
        return {name: getattr(item, name, None) for name in self.edit_schema().load_fields}

    @expose("/<pk>/delete", methods=["POST"])
    @has_access
    def delete(self, pk: str) -> Any:
        """Put a row away; an administrator can restore it."""
        item = self.load(pk)
        if self.perform(self.delete_operation, item.id) is None:
            return redirect(self.url("show", pk=pk))
        flash(_("%(name)s was deleted.", name=str(item)), "success")
        return redirect(self.url("list"))

    @expose("/<pk>/restore", methods=["POST"])
    @has_access
    def restore(self, pk: str) -> Any:
        """Bring a deleted row back."""
        item = self.load(pk, include_deleted=True)
        if self.perform(self.restore_operation, item.id) is not None:
            flash(_("%(name)s was restored.", name=str(item)), "success")
        return redirect(self.url("show", pk=pk))

    def warnings_of(self, row: Any) -> Iterable[DomainError]:
        """What whoever made `row` should know, although nothing was refused."""
        return ()

    def warn(self, warnings: Iterable[DomainError]) -> None:
        """Say it on the next page."""
        for one in warnings:
            flash(str(one), "warning")

    def perform(self, operation: Any, /, *args: Any, **values: Any) -> Any:
        """Run an operation as one transaction; a refusal becomes a flash and None."""
        try:
            with unit_of_work():
                return operation(g.user, *args, **values)
        except DomainError as refusal:
            for error in refusal.errors:
                flash(str(error), "danger")
            return None

    def _submit(self, form: Any, schema: Any, operation: Any, item: Any = None) -> Any:
        values = load_form(schema, form)
        if values is None:
            return None
        try:
            with unit_of_work():
                _require_version(item)
                return operation(g.user, *([item.id] if item is not None else []), **values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return None

    def _form_page(self, form: Any, *, title: Any, submit: Any, cancel: str, version: Any = None,
                   template: str = "", **more: Any) -> Any:
        for field in form:
            if isinstance(field, (ReferenceField, ReferencesField)):
                self._show_chosen(field)
        status = 422 if request.method == "POST" else 200
        return self.render_template(template or self.form_template, view=self, form=form, title=title,
                                    submit_label=submit, cancel_url=cancel, version=version, **more), status

    def _show_chosen(self, field: Any) -> None:
        target = resource_view(self.appbuilder, field.resource)
        keys = field.data if isinstance(field, ReferencesField) else [field.data]
        rows = [target.datamodel.get(key, target._base_filters) for key in keys or [] if key]
        chosen = [(str(row.id), localised(row)) for row in rows if row is not None]
        field.endpoint = target.url("lookup")
        field.chosen = chosen if isinstance(field, ReferencesField) else (chosen[0][1] if chosen else "")

    def _shows_deleted(self) -> bool:
        return "deleted" in request.args and self.may("restore")

    def update_redirect(self) -> None:
        """FAB keeps a page history in the session cookie; our redirects name their target."""


def resource_view(appbuilder: Any, resource: str) -> OperationView:
    """The view that lists `resource`. Raises LookupError when none does."""
    for view in appbuilder.baseviews:
        if isinstance(view, OperationView) and view.class_permission_name == resource:
            return view
    raise LookupError(f"no view lists {resource}")


def _require_version(item: Any) -> None:
    seen = request.form.get("_version")
    if item is None or not seen:
        return
    db.session.refresh(item, ["updated_at"], with_for_update=True)  # nobody saves between this look and ours
    if seen != item.updated_at.isoformat():
        raise Conflict(_("Somebody else changed this meanwhile. Your input is kept below; open the page in "
                         "a second tab to compare, then save again."), code="changed_meanwhile")
