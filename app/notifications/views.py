"""The notification centre, and what a person wants to be told."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.notifications import kinds, operations, queries, reading
from app.notifications.models import Notification
from app.notifications.schemas import CHOICES, TimesSchema
from app.platform.errors import DomainError
from app.platform.fab import OperationView, TenantInterface, VisibleTo
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work
from app.platform.web import local_target


class NotificationView(OperationView):
    """What I was told, newest first."""

    route_base = "/notifications"
    class_permission_name = "notifications"
    datamodel = TenantInterface(Notification, search=reading.matches)
    base_filters = [["id", VisibleTo, reading.wanted]]
    exclude_route_methods = {"download", "export", "action", "action_post", "lookup"}
    title_one, title_many = _l("Notification"), _l("Notifications")
    icon = "bell"
    intro = _l("What TrainFlow told you, in one place.")
    empty_text = _l("Here you read what concerns you: certificates that run out, decisions, finished work.")
    link_column = "kind"
    list_columns = ["kind", "created_at", "read_at"]
    show_columns = ["kind", "created_at", "read_at"]
    search_columns = ["kind", "created_at"]
    order_columns = ["created_at"]
    default_order = ("", "desc")
    label_columns = {"kind": _l("About"), "created_at": _l("Told"), "read_at": _l("Read")}
    list_template, show_template = "notifications/list.html", "notifications/show.html"

    @property
    def choices(self) -> dict[str, Any]:
        """What each kind is called: views are declared before the kinds are wired."""
        return {"kind": {kind.name: kind.label for kind in kinds.kinds()}}

    @expose("/<pk>/open", methods=["POST"])
    @has_access
    @permission_name("edit")
    def open(self, pk: str) -> Any:
        """Note that it was read, and go to the thing itself."""
        row = self.perform(operations.mark_read, self.load(pk).id)
        if row is None:
            return redirect(self.url("list"))
        return redirect(local_target(row.link) if row.link else self.url("show", pk=row.id))

    @expose("/<pk>/read", methods=["POST"])
    @has_access
    @permission_name("edit")
    def read(self, pk: str) -> Any:
        """Note that it was read, and stay."""
        self.perform(operations.mark_read, self.load(pk).id)
        return redirect(local_target(request.referrer))

    @expose("/mark-all-read", methods=["POST"])
    @has_access
    @permission_name("edit")
    def mark_all_read(self) -> Any:
        """Note that all of them were read."""
        count = self.perform(operations.mark_all_read)
        if count:
            flash(ngettext("%(num)s message is marked as read.", "%(num)s messages are marked as read.", count),
                  "success")
        return redirect(self.url("list"))

    def more_about(self, item: Any) -> dict[str, Any]:
        """The message in words."""
        return {"said": reading.in_words(item)}

    @expose("/preferences", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def preferences(self) -> Any:
        """What I am told, by which way and when."""
        form = form_for(TimesSchema)(None, obj=queries.own_settings(g.user.id))
        if request.method == "POST":
            form = form_for(TimesSchema)()
            if self._saved(form):
                flash(_("Your choices are saved."), "success")
                return redirect(url_for(f"{self.endpoint}.preferences"))
        chosen = {key: row.choice for key, row in queries.preferences(g.user.id).items()}
        status = 422 if request.method == "POST" else 200
        return self.render_template("notifications/preferences.html", view=self, form=form, groups=_groups(),
                                    chosen=chosen, choices=CHOICES, title=_("What you are told")), status

    def _saved(self, form: Any) -> bool:
        values = load_form(TimesSchema, form)
        if values is None:
            return False
        choices = [{"kind": kind.name, "channel": channel, "choice": choice} for kind in kinds.kinds()
                   for channel in kinds.CHANNELS if (choice := request.form.get(f"{kind.name}:{channel}")) in
                   CHOICES[channel]]
        try:
            with unit_of_work():
                operations.save_preferences(g.user, choices=choices, **values)
        except DomainError as refusal:
            show_errors(form, refusal)
            return False
        return True


def _groups() -> dict[str, list[kinds.Kind]]:
    found: dict[str, list[kinds.Kind]] = {}
    roles = role_names(g.user)
    for kind in kinds.choices():
        if kind.resource and not allows(roles, "read", kind.resource):
            continue
        found.setdefault(str(kind.group), []).append(kind)
    return found
