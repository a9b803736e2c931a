"""The tenants, for the platform's operator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from uuid_utils.compat import uuid7

from app.organisation.schemas import OpenTenantSchema
from app.organisation.tenants import open_tenant
from app.platform.db import db
from app.platform.fab import OperationView, TenantInterface
from app.platform.look.actions import RowAction
from app.platform.scope import tenant_scope
from app.tenancy import operations
from app.tenancy.models import Tenant
from app.tenancy.schemas import EditTenantSchema


class TenantView(OperationView):
    """Who shares this installation. What an operator does to a tenant stands in that tenant's own trail."""

    route_base = "/tenants"
    class_permission_name = "tenants"
    datamodel = TenantInterface(Tenant, search=lambda term: sa.or_(
        *(column.icontains(term, autoescape=True) for column in (Tenant.slug, Tenant.name, Tenant.name_ar))))
    title_one, title_many, add_label = _l("Tenant"), _l("Tenants"), _l("Open tenant")
    icon = "building-2"
    intro = _l("The organisations that share this installation.")
    empty_text = _l("Open the first tenant with its administrator.")
    list_columns = ["slug", "name", "time_zone", "is_active", "created_at"]
    show_columns = ["slug", "name", "name_ar", "locale", "time_zone", "plan", "is_active", "created_at"]
    search_columns = ["slug", "name", "is_active", "created_at"]
    order_columns = ["slug", "name", "created_at"]
    default_order = ("slug", "asc")
    label_columns = {
        "slug": _l("Short name"), "name": _l("Name"), "name_ar": _l("Name in Arabic"), "locale": _l("Language"),
        "time_zone": _l("Time zone"), "plan": _l("Plan"), "is_active": _l("Active"), "created_at": _l("Opened"),
    }
    add_schema, edit_schema = OpenTenantSchema, EditTenantSchema
    add_operation = staticmethod(open_tenant)
    edit_operation = staticmethod(operations.update_tenant)

    def row_actions(self, row: Tenant) -> list[RowAction]:
        """Suspend, or resume."""
        if not self.may("edit"):
            return []
        if row.is_active:
            question = _("Suspend %(name)s? Everybody there is signed out at once.", name=row.name)
            return [RowAction(_("Work as somebody"), url_for("ImpersonationView.start", pk=row.id), "user"),
                    RowAction(_("Suspend"), self.url("suspend", pk=row.id), "ban", is_post=True, ask=question)]
        return [RowAction(_("Resume"), self.url("resume", pk=row.id), "circle-play", is_post=True)]

    @expose("/<pk>/suspend", methods=["POST"])
    @has_access
    @permission_name("edit")
    def suspend(self, pk: str) -> Any:
        """Keep the tenant's people out."""
        return self._switch(operations.suspend_tenant, pk)

    @expose("/<pk>/resume", methods=["POST"])
    @has_access
    @permission_name("edit")
    def resume(self, pk: str) -> Any:
        """Let the tenant's people in again."""
        return self._switch(operations.resume_tenant, pk)

    def _switch(self, operation: Any, pk: str) -> Any:
        tenant = self.load(pk)
        with acting_in(tenant.id):
            self.perform(operation, tenant.id)
        return redirect(self.url("show", pk=pk))

    def _submit(self, form: Any, schema: Any, operation: Any, item: Any = None) -> Any:
        with acting_in(item.id if item is not None else uuid7()):
            return super()._submit(form, schema, operation, item)


@contextmanager
def acting_in(tenant_id: UUID) -> Iterator[None]:
    """Write in the tenant's scope, so that its own trail has the entry; the operator's reading ends first."""
    db.session.remove()
    with tenant_scope(tenant_id):
        yield
