"""Every page that anybody can open, in both languages: no complaint of the browser, nothing from elsewhere.

The pages come from the routes and the demo's rows: a new page is covered by existing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from app.enrollments.models import Enrollment
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.renewals.models import WorkflowStep
from app.tenancy.models import Tenant
from seeds.democorp import DEMOCORP
from seeds.organisation import PASSWORD
from seeds.planting import plant
from tests.browser.conftest import DESK, PHONE
from tests.served import served_app
from tests.structure.routes import PUBLIC, Route, routes

VISITOR = "visitor"
WHO = ("admin", "officer", "manager", "foreman", "employee", VISITOR)  # whoever can open it first looks at it
TRIES = 6  # rows of a table, until one has the page: not every enrollment can be completed
NO_PAGES = {"LoginView.logout", "LocaleView.index", "UtilView.back", "static", "appbuilder.static"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: Any) -> Iterator[Any]:
    """The demo, served."""
    with served_app(tmp_path_factory.mktemp("demo")) as app:
        with app.app_context():
            plant(DEMOCORP)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield app, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def clients(app: Flask) -> dict[str, Any]:
    """A signed-in test client of each person."""
    found = {who: app.test_client() for who in WHO}
    for who, client in found.items():
        if who != VISITOR:
            login = {"email": f"{who}@democorp.local", "password": PASSWORD}
            assert client.post("/login", data=login).status_code == 302
    return found


def addresses(app: Flask, route: Route) -> list[str]:
    """Where the page may be: for a page of a row, with the ids of some."""
    if not route.ids:
        return [route.address()]
    model = getattr(getattr(route.view, "datamodel", None), "obj", None)
    models = [model] if model is not None else [Employee, Enrollment, WorkflowStep]
    with app.app_context():
        tenant_id = db.session.scalars(sa.select(Tenant.id).where(Tenant.slug == DEMOCORP.slug)).one()
        with tenant_scope(tenant_id):
            return [route.address(key) for of in models for key in db.session.scalars(sa.select(of.id).limit(TRIES))]


def pages(app: Flask) -> Iterator[tuple[str, str]]:
    """Who opens which address: each route that answers somebody with a page, once."""
    doors = clients(app)
    for route in routes(app):
        if route.method == "GET" and not route.is_api and route.endpoint not in NO_PAGES:
            people = (VISITOR,) if route.endpoint in PUBLIC else WHO
            seen = next(((who, address) for address in addresses(app, route) for who in people
                         if is_page(doors[who].get(address))), None)
            if seen is not None:
                yield seen


def is_page(answer: Any) -> bool:
    """Whether it is a whole page, no file and no part of one."""
    return bool(answer.status_code == 200 and answer.mimetype == "text/html" and b"</html>" in answer.data)


def watched(page: Page, url: str) -> list[str]:
    """What the browser complains of from here on, refused styles and scripts included."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("console", lambda said: found.append(f"{page.url}: {said.text}") if said.type == "error" else None)
    page.on("request", lambda asked: found.append(f"{page.url}: asks {asked.url}")
            if not asked.url.startswith((url, "data:", "blob:")) else None)
    page.on("response", lambda answer: found.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None)
    return found


def test_every_page_in_both_languages(demo: Any, chromium: Browser, say: Any) -> None:
    app, url = demo
    by_person: dict[str, list[str]] = {}
    for who, address in pages(app):
        by_person.setdefault(who, []).append(address)
    complaints: list[str] = []
    for who, found in by_person.items():
        page = chromium.new_context(base_url=url, viewport=DESK).new_page()
        sign_in(page, who)
        noted = watched(page, url)
        for language in ("en", "ar"):
            page.goto(f"/lang/{language}")
            for address in found:
                page.goto(address)
                assert page.evaluate("document.documentElement.lang") == language, address
        complaints += noted
        page.context.close()
    opened = 2 * sum(map(len, by_person.values()))
    say(f"{opened} pages in Chromium")
    assert complaints == []
    assert opened > 150


def test_on_a_phone_each_cell_of_the_matrix_says_its_course(demo: Any, chromium: Browser) -> None:
    page = chromium.new_context(base_url=demo[1], viewport=PHONE).new_page()
    sign_in(page, "foreman")
    page.goto("/matrix")
    cell = page.locator(".matrix td[data-l]").first
    code = cell.get_attribute("data-code")
    assert code and code in cell.get_attribute("aria-label")
    assert code in cell.evaluate("cell => getComputedStyle(cell, '::after').content")
    page.context.close()


def test_the_matrix_is_one_stop_of_the_tab_key_and_arrows_reach_its_heads(demo: Any, chromium: Browser) -> None:
    page = chromium.new_context(base_url=demo[1], viewport=DESK).new_page()
    sign_in(page, "officer")
    page.goto("/matrix")
    focused = "document.activeElement.closest('[data-matrix]') && document.activeElement.textContent.trim()"
    first = page.locator(".matrix tbody td").first
    first.focus()
    for key, cell in (("ArrowUp", "thead th:nth-child(2) a"), ("ArrowDown", "tbody tr:first-child td"),
                      ("ArrowLeft", "tbody tr:first-child th a"), ("ArrowRight", "tbody tr:first-child td")):
        page.keyboard.press(key)
        assert page.locator(f".matrix {cell}").first.evaluate("one => one === document.activeElement"), key
    page.keyboard.press("x")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) is None and page.evaluate("document.activeElement.closest('.bulk') !== null")
    page.context.close()


def test_the_numbers_of_tiles_beside_each_other_stand_on_one_line(demo: Any, chromium: Browser) -> None:
    page = chromium.new_context(base_url=demo[1], viewport=DESK).new_page()
    sign_in(page, "foreman")
    page.goto("/team")
    tops = page.eval_on_selector_all(".tile .figure", "all => all.map((one) => one.getBoundingClientRect().top)")
    assert len(tops) == 6 and len(set(tops)) == 1
    page.context.close()


def sign_in(page: Page, who: str) -> None:
    """Let `who` sign in; a visitor does not."""
    if who == VISITOR:
        return
    page.goto("/login")
    page.fill("[name=email]", f"{who}@democorp.local")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation(url="**/"):
        page.click("button[type=submit]")
