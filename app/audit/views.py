"""The trail on screen: who did what, when, from where, and whether it is whole."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.audit import operations, queries
from app.audit.models import AuditEntry, OperatorEntry
from app.audit.telling import Trail
from app.audit.wording import EVENTS, SOURCES, SUBJECTS, events_called
from app.platform.fab import OperationView, TenantInterface

Entry = type[AuditEntry] | type[OperatorEntry]


def matches(entry: Entry, term: str) -> Any:
    """The condition that every word of `term` stands somewhere in an entry, or in what its event is called."""
    searched = (entry.event, entry.actor_name, entry.impersonator_name, entry.subject, entry.subject_id,
                entry.trace_id)
    return sa.and_(*(sa.or_(*(column.icontains(word, autoescape=True) for column in searched),
                            entry.event.in_(events_called(word))) for word in term.split()))


class AuditLogView(OperationView):
    """Every write, sign-in, export and refusal to let somebody in. Nobody changes it here or anywhere."""

    route_base = "/audit-logs"
    class_permission_name = "audit-logs"
    datamodel = TenantInterface(AuditEntry, search=partial(matches, AuditEntry))
    title_one, title_many = _l("Audit entry"), _l("Audit log")
    icon = "scroll-text"
    intro = _l("Who did what, when and from where. Entries can not be changed or removed.")
    empty_text = _l("Whatever anybody does here leaves an entry.")
    link_column = "event"
    list_columns = ["sequence", "occurred_at", "actor_name", "impersonator_name", "event", "subject", "source"]
    show_columns = ["occurred_at", "actor_name", "impersonator_name", "event", "subject", "subject_id", "source",
                    "address", "trace_id", "hash"]
    search_columns = ["occurred_at", "actor_name", "impersonator_name", "event", "subject", "subject_id", "source"]
    order_columns = ["sequence"]
    default_order = ("sequence", "desc")
    choices = {"event": EVENTS, "subject": SUBJECTS, "source": SOURCES}
    label_columns = {
        "sequence": _l("No."), "occurred_at": _l("When"), "actor_name": _l("Who"),
        "impersonator_name": _l("Operator behind it"), "event": _l("What happened"),
        "subject": _l("To what"), "subject_id": _l("Id"), "source": _l("By way of"), "address": _l("IP address"),
        "trace_id": _l("Trace id"), "hash": _l("Seal"),
    }
    list_template = "audit/list.html"
    show_template = "audit/entry.html"

    def more_about(self, item: Any) -> dict[str, Any]:
        """What changed and what else was recorded, in the words of the forms it came by."""
        trail = Trail([item])
        return {"changes": trail.changes(item), "facts": trail.facts(item)}

    @expose("/verify", methods=["POST"])
    @has_access
    @permission_name("read")
    def verify(self) -> Any:
        """Recompute the whole chain and say whether anything was touched."""
        broken = operations.first_broken_link()
        if broken is None:
            flash(_("All %(count)s entries are intact.", count=queries.length()), "success")
        else:
            flash(_("Entry %(number)s was changed or removed after it was written.", number=broken), "danger")
        return redirect(self.url("list"))


class OperatorTrailView(AuditLogView):
    """What platform operators do outside any tenant, and to tenants."""

    route_base = "/operator-trail"
    class_permission_name = "operator-trail"
    datamodel = TenantInterface(OperatorEntry, search=partial(matches, OperatorEntry))
    title_many = _l("Operators' trail")
    intro = _l("What platform operators did, when and from where. Entries can not be changed or removed.")
    empty_text = _l("Whatever an operator does here leaves an entry.")
    list_columns = ["sequence", "occurred_at", "actor_name", "event", "subject", "source", "address"]
    show_columns = ["occurred_at", "actor_name", "event", "subject", "subject_id", "source", "address", "trace_id",
                    "hash"]
    search_columns = ["occurred_at", "actor_name", "event", "subject", "subject_id", "source"]
