"""Keys for programs, on screen."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.accounts import keys
from app.accounts.models import ApiKey, OperatorKey
from app.accounts.schemas import ApiKeySchema, OperatorKeySchema
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.fab.forms import form_for
from app.platform.look.actions import RowAction


class ApiKeyView(OperationView):
    """One's own keys; an administrator sees everybody's, to revoke them."""

    route_base = "/api-keys"
    class_permission_name = "api-keys"
    datamodel = TenantInterface(ApiKey, load=(joinedload(ApiKey.owner),))
    base_filters = [["id", VisibleTo, keys.visible_keys]]  # noqa: RUF012
    title_one, title_many, add_label = _l("API key"), _l("API keys"), _l("Create key")
    icon = "key-round"
    intro = _l("Keys let programs act in your name, never with more rights than you have.")
    empty_text = _l("Create a key for a program that reads or writes here.")
    list_columns = ["name", "prefix", "access", "expires_at", "last_used_at", "revoked_at"]
    show_columns = ["name", "prefix", "access", "resources", "created_at", "expires_at", "last_used_at", "revoked_at"]
    search_columns = ["name", "expires_at", "revoked_at"]
    order_columns = ["name", "created_at", "expires_at"]
    default_order = ("created_at", "desc")
    choices = {"access": {"read": _l("Read only"), "write": _l("Read and write")}}  # noqa: RUF012
    label_columns = {  # noqa: RUF012
        "name": _l("Name"), "prefix": _l("Ends in"), "access": _l("Access"), "resources": _l("Resources"),
        "created_at": _l("Created"), "expires_at": _l("Valid until"), "last_used_at": _l("Last used"),
        "revoked_at": _l("Revoked"),
    }
    exclude_route_methods = OperationView.exclude_route_methods | {"export", "lookup"}
    add_schema = ApiKeySchema
    add_operation = staticmethod(keys.create_api_key)
    method_permission_name = OperationView.method_permission_name | {"revoke": "delete"}  # noqa: RUF012

    @expose("/add", methods=["GET", "POST"])
    @has_access
    @permission_name("add")
    def add(self) -> Any:
        """The form for a new key, and the key itself, which is shown this once."""
        form = form_for(self.add_schema)()
        row = self._submit(form, self.add_schema, self.add_operation) if request.method == "POST" else None
        if row is None:
            return self._form_page(form, title=self.add_label, submit=self.add_label, cancel=self.url("list"))
        page = self.render_template("accounts/new_key.html", view=self, key=row.key,
                                    title=_("Key %(name)s", name=row.name))
        answer = make_response(page, 201)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def row_actions(self, row: ApiKey | OperatorKey) -> list[RowAction]:
        """Revoke, while it is good."""
        if row.revoked_at is not None:
            return []
        question = _("Revoke %(name)s? The program that uses it stops at once.", name=row.name)
        return [RowAction(_("Revoke the key"), self.url("revoke", pk=row.id), "ban", is_post=True, ask=question)]

    @expose("/<pk>/revoke", methods=["POST"])
    @has_access
    @permission_name("delete")
    def revoke(self, pk: str) -> Any:
        """End a key at once."""
        row = self.load(pk)
        if self.perform(keys.revoke_api_key, row.id) is not None:
            flash(_("%(name)s opens nothing any more.", name=row.name), "success")
        return redirect(self.url("show", pk=pk))


class OperatorKeyView(ApiKeyView):
    """The keys of platform operators; each of them sees all, to revoke a colleague's as well."""

    route_base = "/operator-keys"
    class_permission_name = "operator-keys"
    datamodel = TenantInterface(OperatorKey, load=(joinedload(OperatorKey.owner),))
    list_columns = ["name", "prefix", "owner", "access", "expires_at", "last_used_at", "revoked_at"]
    show_columns = ["name", "prefix", "owner", "access", "resources", "created_at", "expires_at", "last_used_at",
                    "revoked_at"]
    search_columns = ["name", "expires_at", "revoked_at"]
    label_columns = ApiKeyView.label_columns | {"owner": _l("Who")}  # noqa: RUF012
    add_schema = OperatorKeySchema
