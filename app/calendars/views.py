"""The page where people manage their links, and the door that calendars come to."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, g, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts import queries as accounts
from app.accounts.models import User
from app.calendars import ical, operations, policies, queries
from app.calendars.models import OWN, TEAM, CalendarFeed
from app.calendars.rules import Link, read_token
from app.enrollments.models import Enrollment
from app.organisation import policies as organisation
from app.organisation import queries as people
from app.platform import clock
from app.platform.errors import DomainError
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work

NAMES = {OWN: _l("My expiries"), TEAM: _l("The expiries of my team")}


def address_of(link: Link) -> str:
    """The whole address of a link, to be given to a calendar."""
    return url_for("CalendarDoor.read", token=link.token, _external=True)


class CalendarView(BaseView):
    """The own links to calendars."""

    route_base = "/calendar"
    class_permission_name = "calendar"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """What calendars there are for me, and whether their links work."""
        return self._page()

    @expose("/<kind>/renew", methods=["POST"])
    @has_access
    @permission_name("edit")
    def renew(self, kind: str) -> Any:
        """A new link, shown this once."""
        try:
            with unit_of_work():
                link = operations.renew_link(g.user, kind)
        except DomainError:
            abort(404)
        answer = make_response(self._page(kind, address_of(link)))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @expose("/<kind>/revoke", methods=["POST"])
    @has_access
    @permission_name("edit")
    def revoke(self, kind: str) -> Any:
        """Let a link lead nowhere."""
        try:
            with unit_of_work():
                operations.revoke_link(g.user, kind)
        except DomainError:
            abort(404)
        flash(_("The link no longer works."), "success")
        return redirect(url_for("CalendarView.index"))

    def _page(self, new_kind: str = "", new_address: str = "") -> Any:
        feeds = queries.feeds_of(g.user.id)
        calendars = [(kind, NAMES[kind], feeds.get(kind)) for kind in policies.kinds_of(g.user)]
        return self.render_template("calendars/index.html", title=_("Calendar"), calendars=calendars,
                                    new_kind=new_kind, new_address=new_address)


class CalendarDoor(BaseView):
    """Where calendars come with their secret link. Who is signed in plays no part."""

    route_base = "/calendar"
    default_view = "read"

    @expose("/<token>.ics")
    def read(self, token: str) -> Any:
        """The calendar that a link leads to; whatever is wrong with a link, there is nothing at its address."""
        link = read_token(token)
        if link is None:
            abort(404)
        with tenant_scope(link.tenant_id):
            try:
                found = self._calendar(link)
            finally:
                clock.set_zone(None)
        return self._answer(found) if found is not None else abort(404)

    def _calendar(self, link: Link) -> bytes | None:
        feed = queries.feed(link.feed_id)
        fits = link.fits(feed.secret_hash if feed else None)
        owner = accounts.login(feed.user_id) if feed and fits else None
        if feed is None or owner is None or not owner.active or not owner.tenant.is_active:
            return None
        if feed.kind not in policies.kinds_of(owner):
            return None
        clock.set_zone(owner.tenant.time_zone)
        if feed.last_read_on != clock.today():
            with unit_of_work():
                operations.note_reading(feed)
        with force_locale(owner.locale or owner.tenant.locale):
            return ical.write_calendar(feed.kind, queries.expiries(_whose(feed, owner)), organisation=owner.tenant,
                                       home=request.host_url.rstrip("/"))

    def _answer(self, body: bytes) -> Any:
        answer = make_response(body)
        answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
        answer.headers["Content-Disposition"] = "inline; filename=trainflow.ics"
        answer.headers["Cache-Control"] = "private, no-cache"
        answer.add_etag()
        return answer.make_conditional(request)


def _whose(feed: CalendarFeed, owner: User) -> Any:
    me = people.employee_for_user(owner.id)
    if feed.kind == OWN:
        return Enrollment.employee_id == (me.id if me else None)
    return organisation.team(owner, Enrollment.employee_id)
