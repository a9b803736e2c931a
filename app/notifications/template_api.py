"""The templates of messages over REST, for administrators."""

from __future__ import annotations

from typing import Any

from flask import Response, g
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.notifications import kinds, queries, rendering, template_operations
from app.notifications.schemas import TemplateOutput, TemplateSchema
from app.platform.described import gives, starts_anew, takes
from app.platform.fab import versions
from app.platform.fab.api import read_body
from app.platform.fab.lists import lists
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import LANGUAGES
from app.tenancy import queries as tenancy


class TemplateApi(BaseApi):
    """A tenant's own words, for administrators."""

    resource_name = "notification-templates"
    version = "v1"
    class_permission_name = "notification-templates"
    allow_browser_login = True

    @expose("/", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(TemplateOutput, size=100)
    def get_list(self) -> Any:
        """Every kind in every language: its words, and whether they are the tenant's own
        ---
        get:
          responses:
            200: {description: The templates}
        """
        own = queries.templates()
        return [_template(kind, locale, own.get((kind.name, locale)))
                for kind in kinds.kinds() for locale in LANGUAGES]

    @expose("/<kind>/<locale>", methods=["GET"])
    @protect()
    @permission_name("read")
    @gives(result=TemplateOutput)
    def get(self, kind: str, locale: str) -> Response:
        """The words of one kind in one language
        ---
        get:
          responses:
            200: {description: The template}
            304: {description: Nothing changed since}
            404: {$ref: '#/components/responses/404'}
        """
        shown = _shown(kind, locale)
        return versions.read(self.response(200, result=shown), shown)

    @expose("/<kind>/<locale>", methods=["PUT"])
    @protect()
    @permission_name("edit")
    @takes(TemplateSchema)
    @gives(result=TemplateOutput)
    def put(self, kind: str, locale: str) -> Response:
        """Say it in own words
        ---
        put:
          responses:
            200: {description: The template}
            422: {$ref: '#/components/responses/422'}
        """
        template_operations.known(kind, locale)
        values = read_body(TemplateSchema())
        with unit_of_work():
            _unless_changed(template_operations.save_template, kind, locale)(g.user, kind, locale, **values)
        shown = _shown(kind, locale)
        return versions.mark(self.response(200, result=shown), shown)

    @expose("/<kind>/<locale>", methods=["DELETE"])
    @protect()
    @permission_name("edit")
    @gives(result=TemplateOutput)
    def delete(self, kind: str, locale: str) -> Response:
        """Go back to TrainFlow's words
        ---
        delete:
          responses:
            200: {description: The template}
        """
        with unit_of_work():
            _unless_changed(template_operations.reset_template, kind, locale)(g.user, kind, locale)
        shown = _shown(kind, locale)
        return versions.mark(self.response(200, result=shown), shown)

    @expose("/<kind>/<locale>/preview", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(TemplateSchema)
    @gives(title=fields.String(), body=fields.String())
    def preview(self, kind: str, locale: str) -> Response:
        """What words come to with sample values; nothing is changed
        ---
        post:
          responses:
            200: {description: The message}
            422: {$ref: '#/components/responses/422'}
        """
        template_operations.known(kind, locale)
        said = template_operations.preview(kind, locale, **read_body(TemplateSchema()))
        return self.response(200, title=said.title, body=said.body)

    @expose("/<kind>/<locale>/test", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes(TemplateSchema)
    @starts_anew
    @gives(id=fields.UUID(), title=fields.String())
    def send_test(self, kind: str, locale: str) -> Response:
        """Mail yourself what words come to with sample values; nothing else is changed
        ---
        post:
          responses:
            202: {description: The mail waits in the outbox}
            422: {$ref: '#/components/responses/422'}
        """
        template_operations.known(kind, locale)
        with unit_of_work():
            waiting = template_operations.send_test(g.user, kind, locale, **read_body(TemplateSchema()))
        return self.response(202, id=waiting.id, title=waiting.title)


def _unless_changed(operation: Any, kind: str, locale: str) -> Any:
    """There may be no row of these words yet, so the tenant's own is locked."""
    return versions.guarded(operation, tenancy.current_tenant(), lambda: _shown(kind, locale))


def _shown(kind: str, locale: str) -> dict[str, Any]:
    known = template_operations.known(kind, locale)
    return _template(known, locale, queries.template(known.name, locale))


def _template(kind: kinds.Kind, locale: str, own: Any) -> dict[str, Any]:
    title, body = (own.title, own.body) if own is not None else rendering.default_words(kind, locale)
    shown: dict[str, Any] = TemplateOutput().dump({
        "kind": kind.name, "locale": locale, "title": title, "body": body, "own": own is not None,
        "values": sorted(kind.samples)})
    return shown
