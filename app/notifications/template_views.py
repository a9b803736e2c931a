"""The tenant's own words: which there are, and one form for each kind and language."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, request
from flask_appbuilder import BaseView, expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.notifications import kinds, queries, rendering, rules, template_operations
from app.notifications.schemas import TemplateSchema
from app.platform.errors import DomainError
from app.platform.fab.forms import form_for, load_form, show_errors
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import LANGUAGES, RIGHT_TO_LEFT


class TemplateView(BaseView):
    """What messages say."""

    route_base = "/notification-templates"
    class_permission_name = "notification-templates"
    default_view = "index"

    @expose("")
    @has_access
    @permission_name("read")
    def index(self) -> Any:
        """Every kind of message with its words in each language."""
        own = queries.templates()
        lines = [(kind, [(locale, own.get((kind.name, locale)), rendering.default_words(kind, locale)[0])
                         for locale in LANGUAGES]) for kind in kinds.kinds()]
        return self.render_template("notifications/templates.html", lines=lines, title=_("Message templates"))

    @expose("/<kind>/<locale>", methods=["GET", "POST"])
    @has_access
    @permission_name("edit")
    def edit(self, kind: str, locale: str) -> Any:
        """One message in one language: write, look, try, save, or go back to TrainFlow's words."""
        known = template_operations.known(kind, locale)
        default, own = rendering.default_words(known, locale), queries.template(kind, locale)
        form = form_for(TemplateSchema)(None, data=dict(zip(
            ("title", "body"), (own.title, own.body) if own else default, strict=True)))
        said, status = None, 200
        if request.method == "POST":
            form = form_for(TemplateSchema)()
            answer = self._answer(form, known, locale)
            if answer is not None and not isinstance(answer, rendering.Said):
                return answer
            said, status = answer, 200 if answer is not None else 422
        return self.render_template(
            "notifications/template.html", form=form, kind=known, locale=locale, own=own, default=default, said=said or
            _sample(known, locale, form), names=sorted(known.samples), rtl=locale in RIGHT_TO_LEFT,
            title=str(known.label), language=LANGUAGES[locale]), status

    def _answer(self, form: Any, kind: kinds.Kind, locale: str) -> Any:
        """What the pressed button leads to: a redirect, the preview, or None where the form was refused."""
        button, here = request.form.get("button", "save"), f"{self.route_base}/{kind.name}/{locale}"
        if button == "reset":
            with unit_of_work():
                template_operations.reset_template(g.user, kind.name, locale)
            flash(_("TrainFlow's own words are used again."), "success")
            return redirect(here)
        values = load_form(TemplateSchema, form)
        try:
            return self._do(button, kind, locale, values, here) if values is not None else None
        except DomainError as refusal:
            show_errors(form, refusal)
            return None

    @staticmethod
    def _do(button: str, kind: kinds.Kind, locale: str, values: dict[str, str], here: str) -> Any:
        if button == "save":
            with unit_of_work():
                template_operations.save_template(g.user, kind.name, locale, **values)
            flash(_("The words are saved."), "success")
            return redirect(here)
        if button == "test":
            with unit_of_work():
                template_operations.send_test(g.user, kind.name, locale, **values)
            flash(_("A trial is on its way to %(email)s.", email=g.user.email), "success")
        return template_operations.preview(kind.name, locale, values["title"], values["body"])


def _sample(kind: kinds.Kind, locale: str, form: Any) -> rendering.Said:
    return rendering.in_words(rules.one_line(form.title.data or ""), form.body.data or "",
                              kinds.stored(kind.samples), locale)
