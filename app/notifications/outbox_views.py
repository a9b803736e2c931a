"""The outbox, for administrators: what waits, what went out, what did not and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import current_app, flash, redirect
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.notifications import forecasts, kinds, letters, outbox_operations, queries
from app.notifications.delivery import NO_ANSWER
from app.notifications.models import CANCELLED, COLLECTING, FAILED, WAITING, OutboxMessage
from app.notifications.outbox import NO_COUNTRY
from app.notifications.rules import quiet_over, sms_parts
from app.platform import clock
from app.platform.fab import OperationView, TenantInterface
from app.platform.look.actions import RowAction
from app.platform.look.cells import state_badge
from app.platform.look.states import LOOKS
from app.platform.wording import LANGUAGES

CHANNELS = {"email": _l("E-mail"), "sms": _l("Text message")}
STATES = ("waiting", "collecting", "sending", "sent", "digested", "failed", "cancelled")
ERRORS = {NO_COUNTRY: _l("The number names no country. Write it with + in front."),
          NO_ANSWER: _l("The worker ended before it could note the mail server's answer."),
          "SMTP_HOST is not set": _l("No mail server is set up.")}


def matches(term: str) -> Any:
    """The condition that every word of `term` stands in a message's recipient, address, title or Message-ID."""
    of = OutboxMessage
    return sa.and_(*(sa.or_(*(column.icontains(word, autoescape=True) for column in (
        of.recipient_name, of.address, of.title, of.message_id))) for word in term.split()))


def error_words(error: Any) -> str:
    """Why a message did not get out: in words where we know it, else as the other side said it."""
    return str(ERRORS.get(error, error or ""))


class OutboxView(OperationView):
    """Mails and text messages on their way and after."""

    route_base = "/outbox"
    class_permission_name = "outbox"
    datamodel = TenantInterface(OutboxMessage, search=matches)
    exclude_route_methods = {"download", "export", "action", "action_post", "lookup"}
    title_one, title_many = _l("Message"), _l("Outbox")
    icon = "send"
    intro = _l("Every mail and text message: what waits, what went out, and what did not and why.")
    empty_text = _l("As soon as somebody is told something by e-mail or text message, it is here.")
    link_column = "recipient_name"
    list_columns = ["recipient_name", "kind", "channel", "state", "due_at", "attempts", "last_error"]
    show_columns = ["state", "recipient_name", "address", "channel", "kind", "locale", "created_at", "due_at",
                    "sent_at", "attempts", "last_error", "message_id"]
    search_columns = ["state", "channel", "kind", "created_at", "due_at", "attempts"]
    order_columns = ["created_at", "due_at", "attempts"]
    default_order = ("created_at", "desc")
    formatters_columns = {"state": state_badge, "last_error": error_words}
    label_columns = {
        "recipient_name": _l("To"), "address": _l("Address"), "kind": _l("About"), "channel": _l("By way of"),
        "state": _l("State"), "created_at": _l("Told"), "due_at": _l("Due"), "sent_at": _l("Went out"),
        "attempts": _l("Attempts"), "last_error": _l("What went wrong"), "locale": _l("Language"),
        "message_id": _l("Message-ID"),
    }
    list_template, show_template = "notifications/outbox.html", "notifications/message.html"

    @property
    def choices(self) -> dict[str, Any]:
        """Words for codes: views are declared before the kinds are wired."""
        names = {kind.name: kind.label for kind in kinds.kinds()}
        return {"kind": {**names, "digest": _l("Daily digest"), "test": _l("Trial of a template")},
                "channel": CHANNELS, "locale": LANGUAGES, "state": {state: LOOKS[state].word for state in STATES}}

    def more_about(self, item: Any) -> dict[str, Any]:
        """Every attempt, the words, and why it waits."""
        text = letters.masked(item, item.text)
        return {"attempts": queries.attempts(item.id), "text": text, "error_words": error_words,
                "parts": sms_parts(text) if item.channel == "sms" and text else 0,
                "quiet_until": quiet_over(clock.local(clock.now()), item.quiet_from, item.quiet_until)
                if item.state == WAITING else None,
                "only_logged": "log" in (current_app.config["MAIL_CHANNEL"], current_app.config["SMS_CHANNEL"])}

    def row_actions(self, row: Any) -> Iterator[RowAction]:
        """What may become of a message that is not out."""
        if not self.may("retry"):
            return
        if row.state in (WAITING, COLLECTING, FAILED, CANCELLED):
            yield RowAction(_("Send now"), self.url("retry", pk=row.id), "send", is_post=True)
        if row.state in (WAITING, COLLECTING, FAILED):
            yield RowAction(_("Do not send"), self.url("cancel", pk=row.id), "ban", is_post=True)

    @expose("/<pk>/retry", methods=["POST"])
    @has_access
    @permission_name("retry")
    def retry(self, pk: str) -> Any:
        """Send it now."""
        if self.perform(outbox_operations.retry_message, self.load(pk).id) is not None:
            flash(_("The message goes out now."), "success")
        return redirect(self.url("show", pk=pk))

    @expose("/<pk>/cancel", methods=["POST"])
    @has_access
    @permission_name("retry")
    def cancel(self, pk: str) -> Any:
        """Never send it."""
        if self.perform(outbox_operations.cancel_message, self.load(pk).id) is not None:
            flash(_("The message will not be sent."), "success")
        return redirect(self.url("show", pk=pk))

    @expose("/forecast")
    @has_access
    @permission_name("read")
    def forecast(self) -> Any:
        """What will be told and sent in the next 30 days, as things stand today."""
        lines = forecasts.outlook(clock.today())
        return self.render_template("notifications/forecast.html", view=self, lines=lines, channels=CHANNELS,
                                    days=forecasts.DAYS, title=_("What will be sent"),
                                    total=sum(line.count for line in lines))
