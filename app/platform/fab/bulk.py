"""What can be done to the selected rows of a list: in one transaction, with an answer for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request
from flask_appbuilder import expose, has_access
from flask_babel import gettext as _
from marshmallow import Schema

from app.platform.drafts import Draft
from app.platform.errors import DomainError
from app.platform.fab.filters import to_uuid
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work

LIMIT = 500  # rows that one request may name


@dataclass(frozen=True)
class BulkAction:
    """An entry of the bar that appears when rows are selected, for whoever may do `permission` to `resource`.

    `operation(actor, ids, **values)` changes what it can and returns a draft for each row with its refusals;
    `schema` is what it asks for first, `ask` a question to confirm, `done(count)` the sentence afterwards.
    An action with `url` is a page instead: `url(ids)` is its address.
    """

    name: str
    text: Any
    resource: str
    permission: str
    operation: Callable[..., Sequence[Draft]] | None = None
    done: Callable[[int], str] = str
    schema: type[Schema] | None = None
    ask: Any = ""
    url: Callable[[Sequence[UUID]], str] | None = None

    @property
    def confirmation(self) -> Any:
        """What the button asks before it is sent; where a form follows, that is the question."""
        return self.ask


_wired: dict[str, Sequence[BulkAction]] = {}


def wire(offers: Mapping[str, Sequence[BulkAction]]) -> None:
    """Called once by app.wiring: resource to what contexts above do to its selected rows."""
    _wired.clear()
    _wired.update(offers)


class BulkActions:
    """The routes of actions, mixed into every list; the list says which rows somebody may reach."""

    bulk: Sequence[BulkAction] = ()
    bulk_template = "trainflow/bulk_form.html"
    done_template = "trainflow/bulk_done.html"
    actions: Any
    appbuilder: Any
    class_permission_name: str
    datamodel: Any
    load: Any
    render_template: Any
    url: Any
    get_action_permission_name: Any
    _base_filters: Any

    def bulk_actions(self) -> list[BulkAction]:
        """What this person may do to selected rows of this list."""
        offered = (*self.bulk, *_wired.get(self.class_permission_name, ()))
        return [one for one in offered if self.appbuilder.sm.has_access(f"can_{one.permission}", one.resource)]

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    @has_access
    def action(self, name: str, pk: str) -> Any:
        """Do a named action to one row."""
        return self._act(name, [pk])

    @expose("/action_post", methods=["POST"])
    @has_access
    def action_post(self) -> Any:
        """Do a named action to the selected rows: at once, after its form, or on its own page."""
        name, pks = request.form.get("action", ""), request.form.getlist("rowid")[:LIMIT]
        wanted = next((one for one in self.bulk_actions() if one.name == name), None)
        return self._act(name, pks) if wanted is None else self._bulk(wanted, pks)

    def _act(self, name: str, pks: Sequence[str]) -> Any:
        if name not in self.actions:
            abort(404)
        if not self.appbuilder.sm.has_access(self.get_action_permission_name(name), self.class_permission_name):
            abort(403)
        # Through the base filters, which FAB's own actions leave out.
        return self.actions[name].func([self.load(pk) for pk in pks])

    def _bulk(self, wanted: BulkAction, pks: Sequence[str]) -> Any:
        rows = self.datamodel.get_many(pks, self._base_filters)
        if not rows:
            flash(_("None of the selected entries is there any more."), "warning")
            return redirect(self._back())
        if wanted.url is not None:
            return redirect(wanted.url([row.id for row in rows]))
        values: dict[str, Any] | None = {}
        if wanted.schema is not None:
            form = form_for(wanted.schema)()
            values = load_form(wanted.schema, form) if "confirmed" in request.form else None
            if values is None:
                return self._bulk_form(wanted, rows, form)
        return self._bulk_answer(wanted, rows, {to_uuid(pk) for pk in pks} - {row.id for row in rows}, values or {})

    def _bulk_form(self, wanted: BulkAction, rows: Sequence[Any], form: Any) -> Any:
        if "confirmed" not in request.form:
            form = form_for(wanted.schema)(None)  # type: ignore[arg-type]
        return self.render_template(self.bulk_template, view=self, form=form, wanted=wanted, rows=rows,
                                    title=wanted.text, back=self._back())

    def _bulk_answer(self, wanted: BulkAction, rows: Sequence[Any], missing: set[Any], values: dict[str, Any]) -> Any:
        assert wanted.operation is not None
        named = {row.id: str(row) for row in rows}
        try:
            with unit_of_work():
                drafts = wanted.operation(g.user, list(named), **values)
        except DomainError as refusal:
            return self._bulk_refused(wanted, rows, refusal)
        refused = [(draft.id, named[draft.id], " ".join(map(str, draft.errors))) for draft in drafts if draft.errors]
        done = len(drafts) - len(refused)
        if done:
            flash(wanted.done(done), "success")
        if not refused and not missing:
            return redirect(self._back())
        done_rows = [(row_id, name) for row_id, name in named.items() if row_id not in {one[0] for one in refused}]
        return self.render_template(self.done_template, view=self, title=wanted.text, done=done_rows,
                                    refused=refused, missing=len(missing), back=self._back())

    def _bulk_refused(self, wanted: BulkAction, rows: Sequence[Any], refusal: DomainError) -> Any:
        if wanted.schema is None:
            for error in refusal.errors:
                flash(str(error), "danger")
            return redirect(self._back())
        form = form_for(wanted.schema)()
        show_errors(form, refusal)
        return self._bulk_form(wanted, rows, form)

    def _back(self) -> str:
        """The list as it was filtered: the bar sends its query along."""
        query = request.form.get("list", "")
        return f"{self.url('list')}?{query}" if query else self.url("list")
