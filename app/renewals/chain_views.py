"""The chains of approval, for administrators: screen and REST."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.platform.fab import OperationApi, OperationView, TenantInterface
from app.renewals import chains
from app.renewals.models import ApprovalChain
from app.renewals.schemas import ApprovalChainOutput, ApprovalChainSchema
from app.renewals.wording import step_words


class ApprovalChainView(OperationView):
    """Who decides about renewals, in which order, category by category."""

    route_base = "/approval-chains"
    class_permission_name = "approval-chains"
    datamodel = TenantInterface(ApprovalChain, load=tuple(
        joinedload(getattr(ApprovalChain, f"person_{n}")) for n in chains.PLACES))
    title_one, title_many, add_label = _l("Approval chain"), _l("Approval chains"), _l("Add approval chain")
    icon = "list-checks"
    intro = _l("Who decides about renewals, one after the other. A step whose person is missing is skipped; "
               "requests under way keep the chain that they began with.")
    empty_text = _l("Without a chain of your own the foreman decides first, then the manager.")
    link_column = "category"
    list_columns = ["category", "first", "second", "third", "fourth"]
    show_columns = list_columns
    search_columns = ["category"]
    order_columns = ["category"]
    default_order = ("category", "asc")
    label_columns = {"category": _l("Category of courses"), "first": _l("First"), "second": _l("Second"),
                     "third": _l("Third"), "fourth": _l("Fourth")}
    formatters_columns = dict.fromkeys(("first", "second", "third", "fourth"), step_words)
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
