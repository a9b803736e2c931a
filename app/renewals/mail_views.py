"""Deciding from the mail: a page that asks, and a button that decides. Who is signed in plays no part."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import make_response, request
from flask_appbuilder import BaseView, expose
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts import queries as accounts
from app.accounts.models import User
from app.platform import clock
from app.platform.errors import DomainError, Invalid
from app.platform.i18n import chosen_locale, locale_after_mail
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import case, mail_links, operations, queries
from app.renewals.mail_links import Link, Standing

GONE = 410
EXPLAINED: dict[Standing, tuple[Any, Any]] = {
    Standing.EXPIRED: (_l("This link has expired"), _l(
        "It worked for seven days. Sign in to see whether the request still waits for you.")),
    Standing.SPENT: (_l("This was decided already"), _l(
        "A link works for one decision. Sign in to see what was decided, and by whom.")),
    Standing.PAUSED: (_l("The requester was asked something first"), _l(
        "You are told again when there is an answer.")),
    Standing.NOT_YOURS: (_l("This does not wait for you any more"), _l(
        "Somebody else decides it now, or it was withdrawn. Sign in to see how it stands.")),
    Standing.CLOSED: (_l("This link does not work any more"), _l(
        "Ask your training officer if you think that it should.")),
}
UNREADABLE = (_l("This link is not complete"), _l(
    "Some mail programs cut long links. Copy the whole link from the mail, or sign in and open your approvals."))


class DecideByMailView(BaseView):
    """`/decide/<token>`: GET asks and changes nothing, POST decides once."""

    route_base = "/decide"
    default_view = "confirm"

    @expose("/<token>")
    def confirm(self, token: str) -> Any:
        """What would be decided, with two buttons; or why the link does not work."""
        link = mail_links.read(token)
        if link is None:
            return self._explain(UNREADABLE, 404)
        with _entered(link) as user:
            return self._page(link, user)

    @expose("/<token>", methods=["POST"])
    def decide(self, token: str) -> Any:
        """Approve or reject, once."""
        link = mail_links.read(token)
        if link is None:
            return self._explain(UNREADABLE, 404)
        with _entered(link) as user:
            verdict, comment = request.form.get("verdict", ""), request.form.get("comment", "").strip()[:1000]
            try:
                with unit_of_work():
                    found = mail_links.standing(link, user)
                    if found is Standing.WORKS:
                        _decide(user, link, verdict, comment)
            except DomainError as refusal:
                return self._page(link, user, error=str(refusal), comment=comment, status=refusal.status)
            if found is not Standing.WORKS:
                return self._explain(EXPLAINED[found], GONE)
            return self._done(link, verdict)

    def _page(self, link: Link, user: Any, error: str = "", comment: str = "", status: int = 200) -> Any:
        found = mail_links.standing(link, user)
        if found is not Standing.WORKS:
            return self._explain(EXPLAINED[found], GONE)
        step = queries.step_with_subject(link.step_id)
        return self._answer("renewals/mail_confirm.html", status, case=case.case_of(user, step), person=user,
                            until=link.ends_at, error=error, comment=comment)

    def _done(self, link: Link, verdict: str) -> Any:
        step = queries.step_with_subject(link.step_id)
        head = _("Approved") if verdict == "approved" else _("Rejected")
        return self._answer("renewals/mail_done.html", 200, title=head, step=step)

    def _explain(self, words: tuple[Any, Any], status: int) -> Any:
        return self._answer("renewals/mail_gone.html", status, title=str(words[0]), advice=str(words[1]))

    def _answer(self, template: str, status: int, **values: Any) -> Any:
        answer = make_response(self.render_template(template, **values), status)
        answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"] = "no-store", "noindex"
        return answer


def _decide(user: Any, link: Link, verdict: str, comment: str) -> None:
    if verdict not in mail_links.DECISIONS:
        raise Invalid(_("Approve or reject."), field="verdict", code="verdict_unknown")
    if verdict == "rejected":
        operations.reject_step(user, link.step_id, comment=comment)
    else:
        operations.approve_step(user, link.step_id, comment=comment)


@contextmanager
def _entered(link: Link) -> Iterator[User | None]:
    """The link's tenant with its time zone, and the login that the link is for, in its language."""
    with tenant_scope(link.tenant_id):
        user = accounts.login(link.user_id)
        zone = user.tenant.time_zone if user is not None and user.tenant is not None else None
        clock.set_zone(zone)
        try:
            with force_locale(_language(user)):
                yield user
        finally:
            clock.set_zone(None)


def _language(user: User | None) -> str:
    return chosen_locale() if user is None else locale_after_mail(str(user.locale or user.tenant.locale))
