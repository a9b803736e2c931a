"""A served TrainFlow with one organisation in it, and Chromium to look at it with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from app.accounts.models import SYSTEM
from app.organisation import operations as organisation
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import PASSWORD, Organisation
from tests.served import served_app

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def _frozen() -> None:
    """The browser has a clock of its own: cookies of a frozen day would have expired for it."""


class Site:
    """Where TrainFlow is served, and who works there."""

    def __init__(self, url: str, acme: Organisation, app: Flask) -> None:
        self.url, self.acme, self.app = url, acme, app


@pytest.fixture(scope="session")
def site(tmp_path_factory: Any) -> Iterator[Site]:
    """TrainFlow on a port of its own, with forty departments."""
    with served_app(tmp_path_factory.mktemp("site"), WTF_CSRF_ENABLED=True) as app:
        with app.app_context():
            acme = Organisation("acme")
            with tenant_scope(acme.id), unit_of_work():
                for number in range(40):
                    organisation.create_department(SYSTEM, code=f"D{number:02}", name=f"Department {number:02}",
                                                   name_ar=f"الإدارة {number:02}")
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(f"http://127.0.0.1:{server.server_port}", acme, app)
        server.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])


@pytest.fixture
def open_page(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """open_page('admin', viewport=PHONE) -> a page on which that person is signed in."""
    contexts: list[BrowserContext] = []

    def _open(who: str = "admin", language: str = "en", **options: Any) -> Page:
        context = chromium.new_context(base_url=site.url, **{"viewport": DESK} | options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=email]", site.acme.emails[who])
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation(url="**/"):
            page.click("button[type=submit]")
        page.goto(f"/lang/{language}")
        return page

    yield _open
    for context in contexts:
        context.close()
