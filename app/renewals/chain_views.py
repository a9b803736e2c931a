"""The chains of approval, for administrators: screen and REST."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.platform.fab import OperationApi, OperationView, TenantInterface
from app.renewals import chains
from app.renewals.models import ApprovalChain
from app.renewals.schemas import ApprovalChainOutput, ApprovalChainSchema


class ApprovalChainView(OperationView):
    """Who decides about renewals, in which order, category by category."""

    route_base = "/approval-chains"
    class_permission_name = "approval-chains"
    datamodel = TenantInterface(ApprovalChain)
    title_one, title_many, add_label = _l("Approval chain"), _l("Approval chains"), _l("Add approval chain")
    icon = "list-checks"
    intro = _l("Who decides about renewals, one after the other. A step whose person is missing is skipped; "
               "requests under way keep the chain that they began with.")
    empty_text = _l("Without a chain of your own the foreman decides first, then the manager.")
    link_column = "category"
    list_columns = ["category", "step_1", "step_2", "step_3", "step_4"]
    show_columns = list_columns
    search_columns = ["category"]
    order_columns = ["category"]
    default_order = ("category", "asc")
    label_columns = {"category": _l("Category of courses"), "step_1": _l("First"), "step_2": _l("Second"),
                     "step_3": _l("Third"), "step_4": _l("Fourth")}
    add_schema = edit_schema = ApprovalChainSchema
    add_operation = staticmethod(chains.create_chain)
    edit_operation = staticmethod(chains.update_chain)
    delete_operation = staticmethod(chains.archive_chain)
    restore_operation = staticmethod(chains.restore_chain)


class ApprovalChainApi(OperationApi):
    """Approval chains."""

    resource_name = "approval-chains"
    class_permission_name = "approval-chains"
    datamodel = ApprovalChainView.datamodel
    search_columns = ApprovalChainView.search_columns
    order_columns = ApprovalChainView.order_columns
    output_schema = ApprovalChainOutput
    add_schema = edit_schema = ApprovalChainSchema
    add_operation = staticmethod(chains.create_chain)
    edit_operation = staticmethod(chains.update_chain)
    delete_operation = staticmethod(chains.archive_chain)
    restore_operation = staticmethod(chains.restore_chain)
