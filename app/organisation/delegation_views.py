"""Absences and who stands in, on screen and over REST."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields
from sqlalchemy.orm import joinedload

from app.organisation import delegation, policies
from app.organisation.models import Delegation, Employee
from app.organisation.schemas import ChangeDelegationSchema, DelegationSchema
from app.organisation.views import EmployeeView
from app.platform.fab import OperationApi, OperationView, TenantInterface, VisibleTo


class DelegateView(OperationView):
    """The choice of who stands in: everybody who works here, by name, number and department. No page."""

    route_base = "/delegates"
    class_permission_name = "delegates"
    datamodel = TenantInterface(Employee, search=EmployeeView.datamodel.search,
                                load=(joinedload(Employee.department),))
    base_filters = [["id", VisibleTo, policies.employed]]
    list_columns = show_columns = search_columns = ["number", "name"]
    exclude_route_methods = {"list", "show", "export", "action", "action_post", "download"}
    lookup_detail = EmployeeView.lookup_detail


class DelegationView(OperationView):
    """Who is away when, and who decides meanwhile."""

    route_base = "/delegations"
    class_permission_name = "delegations"
    datamodel = TenantInterface(Delegation, load=(joinedload(Delegation.employee), joinedload(Delegation.delegate)))
    base_filters = [["id", VisibleTo, policies.visible_delegations]]
    title_one, title_many, add_label = _l("Absence"), _l("Absences"), _l("Add absence")
    icon = "calendar-clock"
    intro = _l("Who is away when, and who decides in their place. What waits already is covered as well.")
    empty_text = _l("Say when you are away, and who decides meanwhile.")
    link_column = "employee"
    list_columns = show_columns = ["employee", "delegate", "starts_on", "ends_on", "reason"]
    search_columns = ["employee", "delegate", "starts_on", "ends_on"]
    order_columns = ["starts_on", "ends_on"]
    default_order = ("starts_on", "desc")
    label_columns = {"employee": _l("Who is away"), "delegate": _l("Who stands in"), "starts_on": _l("First day"),
                     "ends_on": _l("Last day"), "reason": _l("Reason")}
    add_schema, edit_schema = DelegationSchema, ChangeDelegationSchema
    add_operation = staticmethod(delegation.create_delegation)
    edit_operation = staticmethod(delegation.update_delegation)
    delete_operation = staticmethod(delegation.archive_delegation)


class DelegationOutput(Schema):
    """A delegation as programs see it."""

    id = fields.UUID()
    employee_id = fields.UUID()
    delegate_id = fields.UUID()
    starts_on = fields.Date()
    ends_on = fields.Date()
    reason = fields.String()


class DelegationApi(OperationApi):
    """Absences and delegations."""

    resource_name = "delegations"
    class_permission_name = "delegations"
    datamodel = DelegationView.datamodel
    base_filters: Any = DelegationView.base_filters
    search_columns = DelegationView.search_columns
    order_columns = DelegationView.order_columns
    output_schema = DelegationOutput
    add_schema, edit_schema = DelegationSchema, ChangeDelegationSchema
    add_operation = staticmethod(delegation.create_delegation)
    edit_operation = staticmethod(delegation.update_delegation)
    delete_operation = staticmethod(delegation.archive_delegation)
