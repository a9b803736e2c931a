"""Parts of pages that are drawn once: for nobody do they show what was drawn for somebody else."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import meta

from app.platform.look import fragments

TEMPLATES = Path("app/templates")
_CALL = re.compile(r"fragment\('([^']+)', ([^}]*)\) }}")
_TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')
PAGE = "/enrollments"


def page_of(client):
    return _TOKEN.sub("", client.get(PAGE).get_data(as_text=True))


def test_a_page_is_what_it_would_be_had_nobody_else_asked_before(context, acme, globex, sign_in):
    clients = [sign_in(*who) for who in ((acme, "officer"), (acme, "employee"), (globex, "officer"))]
    seen = {}
    for language in ("ar", "en"):
        for nth, client in enumerate(clients):
            client.get(f"/lang/{language}")
            seen[language, nth] = page_of(client)
    for (language, nth), warm in seen.items():
        clients[nth].get(f"/lang/{language}")
        fragments.forget()
        context.extensions["menu_words"].clear()
        assert page_of(clients[nth]) == warm
    menus = {re.search(r'<nav class="side".*?</nav>', page, re.DOTALL)[0] for page in seen.values()}
    assert len(menus) == 4  # of two roles in two languages


def test_a_kept_part_asks_for_nothing_but_what_it_is_given(app):
    calls = [call for path in TEMPLATES.rglob("*.html") for call in _CALL.findall(path.read_text(encoding="utf-8"))]
    assert calls
    for template, values in calls:
        given = {*re.findall(r"(\w+)=(?!=)", values), "icon", "_"}
        assert asked_by(app.jinja_env, template, given) == [], template


def asked_by(environment, template, given):
    """(template, name) of all that a template, or one that it draws on, asks for beyond `given`."""
    parsed = environment.parse((TEMPLATES / template).read_text(encoding="utf-8"))
    beyond = [(template, name) for name in meta.find_undeclared_variables(parsed) - given]
    return beyond + [one for other in meta.find_referenced_templates(parsed)
                     for one in asked_by(environment, other, given)]
