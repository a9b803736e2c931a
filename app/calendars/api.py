"""The own links to calendars, for programs."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import Schema, fields

from app.calendars import operations, policies, queries
from app.calendars.models import CalendarFeed
from app.calendars.views import address_of
from app.platform.described import gives
from app.platform.fab import versions
from app.platform.fab.lists import lists
from app.platform.unit_of_work import unit_of_work


class FeedOutput(Schema):
    """A calendar one may have. Its link is shown only when it is made."""

    kind = fields.String()
    is_open = fields.Boolean()
    renewed_at = fields.DateTime()
    last_read_on = fields.Date()


class LinkOutput(Schema):
    """A calendar's link."""

    kind = fields.String()
    url = fields.String()


class CalendarFeedApi(BaseApi):
    """Secret links that a calendar program subscribes to."""

    route_base = "/api/v1/calendar-feeds"
    resource_name = "calendar-feeds"
    class_permission_name = "calendar"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @lists(FeedOutput)
    def get_list(self) -> Any:
        """The calendars one may have, and whether their links work
        ---
        get:
          responses:
            200: {description: The calendars; links themselves are shown only when they are made}
            401: {$ref: '#/components/responses/401'}
        """
        feeds = queries.feeds_of(g.user.id)
        return [_shown(kind, feeds.get(kind)) for kind in policies.kinds_of(g.user)]

    @expose("/<kind>", methods=["GET"])
    @protect(allow_browser_login=True)
    @permission_name("read")
    @gives(result=FeedOutput)
    def get(self, kind: str) -> Response:
        """One of the calendars one may have
        ---
        get:
          responses:
            200: {description: Whether its link works}
            304: {description: Nothing changed since}
            404: {$ref: '#/components/responses/404'}
        """
        shown = _own(kind)
        return versions.read(self.response(200, result=shown), shown)

    @expose("/<kind>", methods=["POST"])
    @protect(allow_browser_login=True)
    @permission_name("edit")
    @gives(result=LinkOutput)
    def post(self, kind: str) -> Response:
        """A new link; the one before stops working
        ---
        post:
          parameters:
          - {in: path, name: kind, schema: {type: string, enum: [own, team]}}
          responses:
            201: {description: The link, shown this once}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        with unit_of_work():
            link = versions.guarded(operations.renew_link, g.user, lambda: _own(kind))(g.user, kind)
            answer = self.response(201, result=LinkOutput().dump({"kind": kind, "url": address_of(link)}))
            return versions.mark(answer, _own(kind))

    @expose("/<kind>", methods=["DELETE"])
    @protect(allow_browser_login=True)
    @permission_name("edit")
    @gives(result=FeedOutput)
    def delete(self, kind: str) -> Response:
        """Let a link lead nowhere
        ---
        delete:
          parameters:
          - {in: path, name: kind, schema: {type: string, enum: [own, team]}}
          responses:
            200: {description: The link no longer works}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        with unit_of_work():
            shown = _shown(kind, versions.guarded(operations.revoke_link, g.user, lambda: _own(kind))(g.user, kind))
        return versions.mark(self.response(200, result=shown), shown)


def _own(kind: str) -> Any:
    policies.require_kind(g.user, kind)
    return _shown(kind, queries.feed_of(g.user.id, kind))


def _shown(kind: str, feed: CalendarFeed | None) -> Any:
    is_open = feed is not None and feed.is_open
    return FeedOutput().dump({"kind": kind, "is_open": is_open,
                              "renewed_at": feed.renewed_at if feed and is_open else None,
                              "last_read_on": feed.last_read_on if feed and is_open else None})
